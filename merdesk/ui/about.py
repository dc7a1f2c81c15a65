"""What this is, in which versions; and every command with its keys."""

from collections.abc import Sequence

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QGridLayout, QVBoxLayout, QWidget

from merdesk import __version__
from merdesk.errors import Failure
from merdesk.ui.actions import ACTIONS, MENUS
from merdesk.ui.banner import crash_report
from merdesk.ui.widgets import button, column, label, row

PLANE_KEYS = (
    ("Next clip in a direction", "Arrow keys"),
    ("Play or pause", "Space"),
    ("Whole plane", "F"),
    ("Rate the selected clip", "R"),
    ("Lasso: add, take out", "Shift and drag, Ctrl and drag"),
    ("Drag moves, draws a lasso, a rectangle", "V, Q, B"),
    ("Add the next clip in a direction", "Shift and arrow keys"),
    ("Density, histograms", "D, H"),
    ("Play what the mouse sweeps over", "P"),
    ("File a rating (Annotate)", "Enter"),
    ("Large steps (Annotate)", "Shift and arrow keys"),
    ("Can't say, or another pair (Annotate)", "N"),
    ("Choose a figure, or confidence in the plane (Annotate)", "1 to 9"),
    ("Start, pause or go on with a trace (Annotate)", "Space"),
    ("First, equal, second of a pair (Annotate)", "Left, Down, Right"),
)

PLAYER_KEYS = (
    ("Five seconds back, on", "Left, Right"),
    ("Repeat the clip", "L"),
    ("Hear the other one of A and B", "X"),
    ("Waveform: zoom, show the whole clip", "+, -, 0"),
    ("Waveform: earlier, later", "Shift and arrow keys"),
    ("Queue: move a clip, leave it out", "Alt and arrow keys, Delete"),
)


class ShortcutsDialog(QDialog):
    """Every command with its keys, made from the commands themselves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        grid = QGridLayout()
        grid.setHorizontalSpacing(48)
        grid.setVerticalSpacing(16)
        for place, menu in enumerate(MENUS):
            keyed = [
                (a.text.removesuffix("..."), _keys(a.shortcut))
                for a in ACTIONS
                if a.menu == menu and a.shortcut
            ]
            section = _section(menu, keyed)
            if menu == MENUS[-1]:
                # Above the stretch that ends it.
                section.insertSpacing(section.count() - 1, 10)
                section.insertLayout(section.count() - 1, _section("In the player", PLAYER_KEYS))
            grid.addLayout(section, place // 3, place % 3)
        grid.addLayout(_section("In the plane", PLANE_KEYS), 1, 2)
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        self.setLayout(
            column(
                label("Keyboard shortcuts", "title"),
                grid,
                row(None, close),
                spacing=20,
                margins=(24, 24, 24, 16),
            )
        )


def _keys(shortcut: str) -> str:
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def _section(head: str, keyed: Sequence[tuple[str, str]]) -> QVBoxLayout:
    lines = column(label(head, "section"), spacing=6)
    for text, keys in keyed:
        lines.addLayout(row(label(text), None, label(keys, "muted"), spacing=24))
    lines.addStretch(1)
    return lines


class AboutDialog(QDialog):
    """Name, version, licence, the paper, and diagnostics to copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About merdesk")
        copy, close = button("Copy diagnostics"), button("Close", "primary")
        nothing = Failure("No error.", expected=True)
        copy.clicked.connect(
            lambda: QApplication.clipboard().setText(crash_report(nothing, "looking at About"))
        )
        close.clicked.connect(self.accept)
        self.setLayout(
            column(
                label(f"merdesk {__version__}", "title"),
                label("See, hear and explain the distribution gap of music emotion recognition.", wrap=True),
                label(
                    "After Ching & Widmer 2025, A Study on the Data Distribution Gap in Music Emotion Recognition "
                    "(arXiv 2510.04688). MIT licence; icons by Lucide (ISC).",
                    "muted",
                    wrap=True,
                ),
                row(copy, None, close),
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.setFixedWidth(440)
