"""The bar at the top keeps to its room, whatever the project is called and whatever can be undone."""

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt

from merdesk.ui.top_bar import PAGES, TopBar

PADDING_PX = 7
LONG = "Rate 147793__setuniman__sweet-waltz-0i-22mi.hq from beginning to end"


@pytest.fixture
def bar(qtbot, theme):
    made = TopBar()
    for name in ("File", "Edit", "View", "Play", "Help"):
        made.menu_bar.addMenu(f"&{name}")
    qtbot.addWidget(made)
    made.show_project("A study of the distribution gap", "1,911 of 3,740 clips · 4 datasets")
    made.show_undo(LONG)
    made.resize(980, 44)
    made.show()
    qtbot.waitExposed(made)
    return made


def place(bar, part):
    return part.mapTo(bar, part.rect().topLeft()).x(), part.mapTo(bar, part.rect().topRight()).x()


@pytest.mark.parametrize("width", [980, 1280, 1920])
def test_nothing_is_cut_or_covered_at_any_width(qtbot, bar, width):
    bar.resize(width, 44)
    parts = [bar.menu_bar, bar._title, bar._counts, *bar._pages.buttons(), bar._undo]
    words = bar._undo.fontMetrics().horizontalAdvance
    qtbot.waitUntil(lambda: words(bar._undo.text()) <= bar._undo.width() - 2 * PADDING_PX)
    assert place(bar, bar._undo)[1] > width - 20
    ends = [place(bar, part) for part in parts]
    assert all(before[1] <= after[0] for before, after in pairwise(ends))
    assert bar.menu_bar.width() >= bar.menu_bar.sizeHint().width()


def test_what_is_cut_is_in_the_tooltip_and_for_screen_readers(bar):
    assert LONG not in bar._undo.text()
    assert LONG in bar._undo.toolTip()
    assert LONG in bar._undo.accessibleName()


def test_nothing_to_undo_hides_the_button(bar):
    bar.show_undo(None)
    assert not bar._undo.isVisible()


def test_a_click_on_a_page_tells_its_number(qtbot, bar):
    with qtbot.waitSignal(bar.page_picked) as picked:
        qtbot.mouseClick(bar._pages.button(3), Qt.MouseButton.LeftButton)
    assert picked.args == [PAGES.index("Models")]
    bar.show_page(1)
    assert bar._pages.checkedId() == 1
