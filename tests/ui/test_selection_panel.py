"""Several selected clips: their summary in the inspector, in place of a single clip's facts."""

import numpy as np
import pytest


@pytest.fixture
def several(qtbot, window):
    """A window in which all six clips are selected."""
    window.do("select_all")
    qtbot.waitUntil(lambda: window.workspace.selected.summary is not None)
    return window


def test_several_clips_are_summarised_in_place_of_one(several):
    panel, columns = several.workspace.selected, several.workspace.session.columns
    assert panel._title.text() == "6 clips selected"
    assert "5 rated" in panel._about.text()
    assert panel.summary.valence.value == pytest.approx(float(np.nanmean(columns.affect[:, 0])), abs=1e-6)
    assert " to " in panel._means["Valence"][1].text()
    assert sum(share for _, _, share, _ in panel._quadrants.rows) == pytest.approx(1.0)
    assert sum(int(number) for _, number, _, _ in panel._genres.rows) == 6
    assert not several.workspace.inspector._full.isVisible()


def test_one_clip_brings_its_facts_back(several):
    several.workspace.session.select([int(several.workspace.session.columns.ids[0])])
    assert several.workspace.inspector._full.isVisible()
    assert not several.workspace.selected.isVisible()


def test_the_selection_is_played_and_cleared_from_the_panel(qtbot, several):
    with qtbot.waitSignal(several.workspace.selected.play_asked):
        several.workspace.selected._play.click()
    assert several.workspace.session.playing == int(several.workspace.session.columns.ids[0])
    several.workspace.selected._clear.click()
    assert several.workspace.session.selection == ()


def test_clips_that_nobody_rated_have_no_mean(qtbot, window):
    session = window.workspace.session
    bare = session.columns.ids[~session.columns.annotated].tolist()
    session.select([*bare, int(session.columns.ids[0])])
    qtbot.waitUntil(lambda: window.workspace.selected.summary is not None)
    assert window.workspace.selected._means["Valence"][1].text() == "one artist: no interval"
