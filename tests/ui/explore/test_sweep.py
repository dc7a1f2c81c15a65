"""Sweeping: what the mouse rests on is heard for a moment, and the selection stays."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject

from merdesk.audio.playback import PlayRequest
from merdesk.ui.explore.sweep import FADE_S, Sweep
from merdesk.ui.player.playback import Playable


class Player:
    """Remembers what it was told."""

    def __init__(self):
        self.played, self.queues, self.toggled = [], [], 0
        self.state = SimpleNamespace(status="playing")

    @property
    def current(self):
        return self.played[-1] if self.played else None

    def find(self, clip_id):
        return None if clip_id == 9 else Playable(clip_id, "A", PlayRequest(Path("a.wav"), 1.0, 30.0))

    def play(self, playable):
        self.played.append(playable)

    def set_queue(self, clip_ids):
        self.queues.append(tuple(clip_ids))

    def toggle(self):
        self.toggled += 1


@pytest.fixture
def listening():
    return SimpleNamespace(playback=Player(), follows=True)


@pytest.fixture
def sweep(qapp, listening):
    parent = QObject()
    yield Sweep(listening, parent)
    parent.deleteLater()


def test_off_nothing_is_played(sweep, listening):
    sweep.pass_over(1)
    assert not sweep._rest.isActive()


def test_the_clip_that_the_mouse_rests_on_is_played_with_fades_from_its_own_start(sweep, listening):
    sweep.set_on(True)
    sweep.pass_over(1)
    sweep.pass_over(2)
    sweep._rest.timeout.emit()
    (played,) = listening.playback.played
    assert played.clip_id == 2
    assert (played.request.onset_s, played.request.duration_s, played.request.fade_s) == (1.0, 30.0, FADE_S)
    assert listening.playback.queues == [()]


def test_a_preview_ends_by_itself_but_not_what_was_played_since(sweep, listening):
    sweep.set_on(True)
    sweep.pass_over(2)
    sweep._rest.timeout.emit()
    sweep._end.timeout.emit()
    assert listening.playback.toggled == 1
    listening.playback.play(listening.playback.find(5))
    sweep._end.timeout.emit()
    assert listening.playback.toggled == 1


def test_the_selection_stays_while_sweeping_and_a_clip_without_sound_is_passed(sweep, listening):
    sweep.set_on(True)
    assert not listening.follows
    sweep.pass_over(9)
    sweep._rest.timeout.emit()
    assert not listening.playback.played
    sweep.set_on(False)
    assert listening.follows
