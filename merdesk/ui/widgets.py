"""Small pieces that every page is made of."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from merdesk.domain.words import counted as counted  # noqa: PLC0414  (one of the words that this room offers)
from merdesk.ui.theme.stylesheet import scaled


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A plain-text label; titles and tags come from files and are never read as HTML."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def button(text: str, role: str = "", tip: str = "") -> QPushButton:
    """A push button in one of the style sheet's roles."""
    made = QPushButton(text)
    # Enter presses the button that has the keyboard, outside of dialogs, too.
    made.setAutoDefault(True)
    if role:
        made.setProperty("role", role)
    if tip:
        made.setToolTip(tip)
    return made


def set_role(shown: QWidget, role: str) -> None:
    """Give a widget that is there already another of the style sheet's roles."""
    if shown.property("role") != role:
        shown.setProperty("role", role)
        shown.style().unpolish(shown)
        shown.style().polish(shown)


def show_modal(dialog: QDialog) -> bool:
    """Show a dialog until it is closed, True where it was accepted; then it is deleted, for its parent keeps it otherwise."""
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()


def turn_to(stack: QStackedWidget, page: QWidget) -> None:
    """Show a page of a stack that is as large as that page, not as the largest of all."""
    for other in filter(None, map(stack.widget, range(stack.count()))):
        policy = QSizePolicy.Policy.Preferred if other is page else QSizePolicy.Policy.Ignored
        other.setSizePolicy(policy, policy)
    stack.setCurrentWidget(page)


def rule(*, upright: bool = False) -> QFrame:
    """A line between two regions."""
    made = QFrame()
    made.setProperty("role", "upright" if upright else "rule")
    return made


def column(
    *items: QWidget | QLayout | int | None, spacing: int = 8, margins: Iterable[int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Stack items: widgets, layouts, a gap in pixels, or None for what stretches."""
    layout = QVBoxLayout()
    _fill(layout, items, spacing, margins)
    return layout


def row(
    *items: QWidget | QLayout | int | None, spacing: int = 8, margins: Iterable[int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """Line items up: widgets, layouts, a gap in pixels, or None for what stretches."""
    layout = QHBoxLayout()
    _fill(layout, items, spacing, margins)
    return layout


def _fill(
    layout: QVBoxLayout | QHBoxLayout,
    items: Iterable[QWidget | QLayout | int | None],
    spacing: int,
    margins: Iterable[int],
) -> None:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)


def framed(layout: QLayout, role: str) -> QFrame:
    """A frame of a role around a layout."""
    made = QFrame()
    made.setProperty("role", role)
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setLayout(layout)
    return made


def scroll_pane(inside: QWidget) -> QScrollArea:
    """What is taller than its page, behind a scroll bar; the keyboard goes to what is inside."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


PANEL_GROWTH = 1.5
"""A side panel in a large font is at most this much wider: the page needs room, too."""


def scrolled(inside: QWidget, width: int) -> QFrame:
    """A side panel of a width at common font sizes, which scrolls where it or the window is too small for it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    made = framed(column(area), "panel")
    made.setFixedWidth(min(scaled(width, inside.fontInfo().pixelSize()), round(PANEL_GROWTH * width)))
    return made


def span(seconds: float) -> str:
    """A length of time in words, coarse enough to be true.

    Examples
    --------
    >>> span(42), span(4320), span(200)
    ('42 s', '1 h 12 min', '3 min')
    """
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
