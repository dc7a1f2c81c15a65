"""Commands of the Play menu in a window: along a line, two clips compared, shuffle, the queue."""

import numpy as np
import pytest


@pytest.fixture
def ids(window):
    """Clips that have ratings, as the session knows them."""
    columns = window.workspace.session.columns
    return [int(clip_id) for clip_id in columns.ids[columns.annotated]]


def test_what_lies_between_two_clips_is_played_in_order(window, ids):
    workspace = window.workspace
    workspace.session.select(ids[:2])
    window.do("play_line")
    columns = workspace.session.columns
    start, stop = (columns.affect[columns.row_of(clip_id)] for clip_id in ids[:2])
    queue = workspace.playback.queue
    passed = [(columns.affect[columns.row_of(clip_id)] - start) @ (stop - start) for clip_id in queue]
    assert {ids[0], ids[1]} <= set(queue)
    assert (np.diff(passed) >= 0).all()
    assert workspace.session.playing == queue[0]


def test_the_last_two_clips_that_were_heard_are_compared_and_again_ends_it(window, ids):
    workspace = window.workspace
    for clip_id in ids[:2]:
        workspace.play(clip_id)
    window.do("compare_clips")
    comparison = workspace.player.comparison
    assert [one.clip_id for one in comparison.clips] == [ids[1], ids[0]]
    window.do("other_clip")
    assert comparison.side == "B"
    assert workspace.session.playing == ids[0]
    window.do("compare_clips")
    assert comparison.clips is None


def test_without_two_clips_it_says_what_to_do(window):
    window.do("compare_clips")
    assert "Select two clips" in window.banner._text.text()


def test_shuffle_and_queue_are_ticked_as_they_are(window, ids):
    window.workspace.play(ids[0])
    window.do("shuffle")
    assert window.workspace.playback.shuffling
    window.do("queue")
    assert not window.workspace.player.queue_panel.isHidden()
