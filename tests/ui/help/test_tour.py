"""Hints at the first start: beside what they tell of, in nobody's way, gone for good once dismissed."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication

from merdesk.project.project import Project
from merdesk.settings import Settings
from merdesk.ui.explore.page import PLANE, TABLE
from merdesk.ui.help.tour import placed


@pytest.fixture
def tour(qtbot, window):
    qtbot.waitUntil(
        lambda: window.workspace.library.isVisible() and window.workspace.explore.plane.isVisible()
    )
    window.workspace.tour.start()
    return window.workspace.tour


def test_five_hints_come_one_after_the_other_and_then_no_more(qtbot, window, tour):
    seen = []
    while tour.isVisible():
        seen.append(tour._title.text())
        tour.next.click()
    assert len(set(seen)) == 5
    assert window.settings["tour"] is False


def test_a_hint_stands_beside_its_anchor_and_inside_the_window(window, tour):
    for hint in tour._hints:
        anchor = QRect(hint.anchor.mapTo(window, QPoint(0, 0)), hint.anchor.size())
        assert window.rect().contains(tour.geometry())
        assert not tour.geometry().intersects(anchor)
        assert tour._ring.geometry().contains(anchor & window.rect().adjusted(2, 2, -2, -2))
        tour.next.click()


@pytest.mark.parametrize("width", [980, 1280, 1920])
def test_no_hint_is_ever_outside(width):
    whole, size, player = QRect(0, 0, width, 640), QSize(264, 140), QRect(0, 500, width, 100)
    for around in (whole, QRect(0, 0, width, 44), QRect(0, 600, width, 40), QRect(width - 200, 0, 200, 600)):
        assert whole.contains(QRect(placed(around, size, whole, player), size))


def test_no_hint_is_over_the_player(window, tour):
    player = tour._in_window(window.workspace.player)
    while tour.isVisible():
        assert not tour.geometry().intersects(player), tour._title.text()
        tour.next.click()


def test_escape_dismisses_wherever_the_keyboard_is(qtbot, window, tour):
    window.workspace.explore.plane.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not tour.isVisible()


def test_once_begun_it_is_not_offered_at_the_next_start(window, tour):
    window.close()
    assert Settings()["tour"] is False


def test_the_keyboard_goes_into_the_hint_and_back(qtbot, window):
    plane = window.workspace.explore.plane.canvas
    plane.setFocus()
    tour = window.workspace.tour
    tour.start()
    assert QApplication.focusWidget() is tour.next
    qtbot.keyClick(tour.next, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is not tour.next


def test_a_hint_waits_while_another_page_or_the_table_is_shown(qtbot, window, tour):
    show, explore = window.workspace.show_page, window.workspace.explore
    for away, back in (
        (lambda: show(3), lambda: show(0)),
        (lambda: explore._switch.button(TABLE).click(), lambda: explore._switch.button(PLANE).click()),
    ):
        away()
        qtbot.waitUntil(lambda: not tour.isVisible() and not tour._ring.isVisible())
        back()
        qtbot.waitUntil(lambda: tour.isVisible() and tour._ring.isVisible())


def test_a_hint_of_what_is_folded_away_is_passed_over(qtbot, window, tour):
    window.do("toggle_library")
    tour.next.click()
    assert tour._hints[tour._at].anchor is window.top.tabs


def test_it_is_offered_once_there_are_clips_and_never_again(qtbot, open_window, extracted_copy, tmp_path):
    empty = open_window(Project.create(tmp_path / "empty.merdesk"))
    empty.workspace.tour.offer()
    assert not empty.workspace.tour.isVisible()
    full = open_window(Project.open(extracted_copy))
    full.workspace.tour.offer()
    qtbot.waitUntil(full.workspace.tour.isVisible)
    full.workspace.tour.skip.click()
    full.workspace.tour.offer()
    qtbot.wait(1)
    assert not full.workspace.tour.isVisible()


def test_it_can_be_shown_again(window):
    window.settings["tour"] = False
    window.do("tour")
    assert window.workspace.tour.isVisible()
