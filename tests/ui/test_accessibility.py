"""The window for who hears it and has no mouse: every page's widgets have names, and the Tab key reaches each of them."""

from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QTableView,
    QTextEdit,
    QWidget,
)

from merdesk.ui.top_bar import ANNOTATE, COMPARE, EXPLORE, MODELS, REPORT

VIEWS = {
    EXPLORE: ("Plane", "Map", "Both", "Table"),
    ANNOTATE: ("Point", "Trace", "Pairs"),
    COMPARE: (),
    MODELS: ("Models", "Matrix", "The paper", "Gap"),
    REPORT: (),
}
CONTROLS = (
    *(QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit),
    *(QPlainTextEdit, QTextEdit),
)
PARTS = (QScrollBar, QHeaderView)
"""Pieces of a larger widget, which is looked at as a whole."""
TABS_MOST = 300


def is_part(widget):
    around = widget.parentWidget()
    return (
        isinstance(widget, PARTS)
        or isinstance(around, (QAbstractSpinBox, QComboBox, *PARTS))
        or (isinstance(around, QAbstractScrollArea) and widget is around.viewport())
    )


def interactive(window):
    return [
        one
        for one in window.findChildren(QWidget)
        if one.isVisible()
        and not is_part(one)
        and (isinstance(one, CONTROLS) or one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    ]


def told(widget, kind):
    return QAccessible.queryAccessibleInterface(widget).text(kind).strip()


def name_of(widget):
    name = told(widget, QAccessible.Text.Name)
    # On Linux Qt gives a box the name of what is chosen in it, which says nothing of what the choice is about.
    said_by_value = isinstance(widget, QComboBox) and name == widget.currentText()
    return widget.accessibleName() if said_by_value else name


def is_plot(widget):
    return not isinstance(widget, (*CONTROLS, QScrollArea)) and bool(
        widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    )


def nameless_columns(view):
    model = view.model()
    roles = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole)
    headers = [
        [model.headerData(number, Qt.Orientation.Horizontal, role) for role in roles]
        for number in range(model.columnCount())
    ]
    return [number for number, header in enumerate(headers) if not any(header)]


def reached_by_tab():
    """Widgets that have the keyboard one after the other, until it comes around."""
    reached = []
    for _ in range(TABS_MOST):
        held = QApplication.focusWidget()
        if held is None or held in reached[:1]:
            break
        reached.append(held)
        QTest.keyClick(held, Qt.Key.Key_Tab)
    return reached


def is_reached(widget, reached):
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    # Of buttons of one group Tab reaches one, and the arrow keys go on to the others.
    same = [widget.focusProxy() or widget] if group is None else group.buttons()
    return any(one in reached for one in same)


def what(widget):
    return f"{type(widget).__name__} {told(widget, QAccessible.Text.Name)!r} of {type(widget.parentWidget()).__name__}"


def choose_view(page, name):
    (tab,) = (one for one in page.findChildren(QPushButton) if one.isCheckable() and one.text() == name)
    tab.click()


@pytest.fixture
def ready(window):
    """A window with a clip that plays, so that nothing is switched off that need not be."""
    columns = window.workspace.session.columns
    window.activateWindow()
    window.workspace.session.select([int(columns.ids[0])])
    window.workspace.playback.play_clip(int(columns.ids[0]))
    return window


@pytest.mark.parametrize("number", VIEWS)
def test_every_widget_of_a_page_says_what_it_is_and_is_reached_by_keys(ready, number):
    window = ready
    window.workspace.show_page(number)
    page = window.workspace.pages.currentWidget()
    for show in [partial(choose_view, page, name) for name in VIEWS[number]] or [QApplication.processEvents]:
        show()
        QApplication.processEvents()
        widgets = interactive(window)
        assert [what(one) for one in widgets if not name_of(one)] == []
        assert [
            what(one) for one in widgets if is_plot(one) and not told(one, QAccessible.Text.Description)
        ] == []
        assert {what(one): nameless_columns(one) for one in widgets if isinstance(one, QTableView)} == {
            what(one): [] for one in widgets if isinstance(one, QTableView)
        }
        reached = reached_by_tab()
        enabled = [one for one in widgets if one.isEnabled() and one.isVisible()]
        assert [what(one) for one in enabled if not is_reached(one, reached)] == []


def test_no_view_waits_for_data_without_a_name_and_no_table_keeps_the_tab_key(window):
    every = [one for one in window.findChildren(QWidget) if not is_part(one)]
    plots = [one for one in every if is_plot(one)]
    assert [
        what(one) for one in plots if not (name_of(one) and told(one, QAccessible.Text.Description))
    ] == []
    assert [what(one) for one in every if isinstance(one, QTableView) and one.tabKeyNavigation()] == []
