"""Panels and pages in windows that are too small for them."""

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget

from merdesk.ui.page_area import PageArea
from merdesk.ui.side_panels import PAGE_EMS, SidePanels
from merdesk.ui.widgets import label

EM_PX, PANEL_PX = 10, 200
PAGE_PX = PAGE_EMS * EM_PX


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def sides(window):
    layout = QHBoxLayout(window)
    panels = [QWidget(), QWidget()]
    for panel in panels:
        panel.setFixedWidth(PANEL_PX)
        layout.addWidget(panel)
    sides = SidePanels(window, panels, EM_PX)
    sides.left, sides.right = panels
    window.setMinimumWidth(100)
    window.resize(PAGE_PX + 2 * PANEL_PX, 100)
    window.show()
    window.resizeEvent = lambda _: sides.fit()
    return sides


def shown(sides):
    return [panel.isVisible() for panel in (sides.left, sides.right)]


def test_panels_fold_from_the_last_one_on_and_come_back_with_the_room(window, sides):
    seen = []
    for width in (2 * PANEL_PX, PANEL_PX, 0, 2 * PANEL_PX):
        window.resize(PAGE_PX + width, 100)
        seen.append(shown(sides))
    assert seen == [[True, True], [True, False], [False, False], [True, True]]


def test_who_shows_a_folded_panel_by_hand_keeps_it(window, sides):
    window.resize(PAGE_PX, 100)
    sides.left.show()
    window.resize(PAGE_PX + 1, 100)
    assert shown(sides) == [True, False]


def test_a_panel_that_was_hidden_by_hand_does_not_come_back_by_itself(window, sides):
    sides.right.hide()
    window.resize(PAGE_PX, 100)
    window.resize(PAGE_PX + 2 * PANEL_PX, 100)
    assert shown(sides) == [True, False]


def test_a_page_scrolls_only_where_it_cannot_be_smaller(qtbot):
    page = label("many words that wrap " * 20, wrap=True)
    page.setMinimumSize(300, 100)
    area = PageArea(page)
    qtbot.addWidget(area)
    area.resize(400, 150)
    area.show()
    assert page.size() == area.size()
    area.resize(200, 150)
    assert page.width() == 300
    assert area.horizontalScrollBar().maximum() > 0
