"""The search in large projects: words come from beside the window, and again when they have changed."""

import pytest

from merdesk.domain.changes import Changes
from merdesk.ui.clip_filter import Filter


@pytest.fixture
def large(window, monkeypatch):
    """A window whose project counts as a large one."""
    monkeypatch.setattr("merdesk.ui.text_search.AT_ONCE", 1)
    return window


def test_a_search_narrows_when_the_words_are_there(qtbot, large):
    session = large.workspace.session
    session.set_filter(Filter(search="tune-3"))
    assert session.visible.all()
    qtbot.waitUntil(lambda: int(session.visible.sum()) == 1)
    session.set_filter(Filter(search="TUNE-2"))
    assert int(session.visible.sum()) == 1


def test_words_that_have_changed_are_read_again(qtbot, large):
    session = large.workspace.session
    search = session.find.__self__
    session.set_filter(Filter(search="tune"))
    qtbot.waitUntil(lambda: session.filter.found is not None)
    assert session.filter.found.tolist() == session.columns.ids.tolist()
    with qtbot.waitSignal(search.changed):
        session.changed.emit(Changes.of("track"))
