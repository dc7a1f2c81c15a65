"""Back and forward through what was looked at."""

import pytest
from PySide6.QtCore import Qt

from merdesk.ui import view_history
from merdesk.ui.clip_filter import Filter
from merdesk.ui.top_bar import COMPARE, EXPLORE
from merdesk.ui.view_history import ViewHistory

LEFT, RIGHT, ALT = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def views(session):
    return ViewHistory(session, lambda: 0)


def test_back_and_forward_pass_filter_selection_and_colouring(session, views):
    first, second = session.columns.ids[:2].tolist()
    session.set_filter(Filter(has_audio=True))
    session.select([first, second])
    session.set_colouring("dataset")
    assert (views.can_go_back, views.can_go_forward) == (True, False)
    views.back()
    assert session.colouring == "genre"
    assert session.selection == (first, second)
    views.back()
    views.back()
    assert session.filter == Filter()
    assert session.selection == ()
    assert not views.can_go_back
    for _ in range(4):
        views.forward()
    assert (session.filter, session.selection) == (Filter(has_audio=True), (first, second))
    assert session.colouring == "dataset"


def test_what_follows_closely_is_one_step(session, views, monkeypatch):
    for low in (-0.9, -0.5, 0.0):
        session.set_filter(Filter(valence=(low, 1.0)))
    views.back()
    assert session.filter == Filter()
    monkeypatch.setattr(view_history, "SETTLED_S", 0.0)
    for low in (-0.9, -0.5, 0.0):
        session.set_filter(Filter(valence=(low, 1.0)))
    views.back()
    assert session.filter == Filter(valence=(-0.5, 1.0))


def test_another_look_ends_the_way_forward(session, views):
    session.set_filter(Filter(has_audio=True))
    views.back()
    session.set_colouring("dataset")
    assert not views.can_go_forward
    views.back()
    assert session.filter == Filter()
    assert session.colouring == "genre"


def test_clips_that_went_are_not_selected_again(session, views):
    session.select(session.columns.ids[:1].tolist())
    session.select(())
    while session.undo_label() is not None:
        session.undo()
    views.back()
    assert session.selection == ()


def test_keys_and_mouse_go_back_to_another_page(qtbot, window):
    workspace = window.workspace
    workspace.show_page(COMPARE)
    qtbot.keyClick(window, LEFT, ALT)
    assert workspace.pages.currentIndex() == EXPLORE
    assert not workspace.actions_by_name["go_back"].isEnabled()
    qtbot.keyClick(window, RIGHT, ALT)
    assert workspace.pages.currentIndex() == COMPARE
    qtbot.mouseClick(workspace.compare.table.viewport(), Qt.MouseButton.BackButton)
    assert workspace.pages.currentIndex() == EXPLORE
    qtbot.mouseClick(workspace.explore.plane.canvas.viewport(), Qt.MouseButton.ForwardButton)
    assert workspace.pages.currentIndex() == COMPARE


def test_the_search_that_comes_back_stands_in_its_field(qtbot, window):
    workspace = window.workspace
    workspace.session.set_filter(Filter(search="tune-3"))
    workspace.views.back()
    assert workspace.library.search.text() == ""
    workspace.views.forward()
    assert workspace.library.search.text() == "tune-3"
    assert workspace.session.visible.sum() == 1
