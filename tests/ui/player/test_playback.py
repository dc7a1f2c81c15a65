"""The queue in front of the player."""

import numpy as np
import pytest
from helpers.player import SILENT_CLIP, FakePlayer, find

from merdesk.audio.envelope import Envelope
from merdesk.ui.player.playback import Playback


@pytest.fixture
def player():
    return FakePlayer()


@pytest.fixture
def playback(qtbot, player):
    playback = Playback(player, find)
    yield playback
    playback.stop()


def test_playing_a_clip_loads_it_and_tells(qtbot, playback, player):
    with qtbot.waitSignals([playback.clip_changed, playback.state_changed]):
        assert playback.play_clip(5)
    assert playback.current.clip_id == 5
    assert ("load", "5.wav", True) in player.calls


def test_a_clip_without_sound_is_not_played(playback, player):
    assert not playback.play_clip(SILENT_CLIP)
    assert player.calls == []


def test_next_passes_over_clips_without_sound(playback):
    playback.set_queue([1, SILENT_CLIP, 2])
    playback.play_clip(1)
    assert playback.after == (SILENT_CLIP, 2)
    playback.next()
    assert playback.current.clip_id == 2
    playback.next()
    assert playback.current.clip_id == 2


def test_previous_goes_back_to_the_start_and_then_to_the_clip_before(qtbot, playback, player):
    playback.set_queue([1, 2, SILENT_CLIP, 3])
    playback.play_clip(3)
    with qtbot.waitSignal(playback.position_changed, check_params_cb=lambda at: at == 8.0):
        player.become("playing", 8.0)
    playback.previous()
    assert player.calls[-1] == ("seek", 0.0)
    with qtbot.waitSignal(playback.position_changed, check_params_cb=lambda at: at == 1.0):
        player.become("playing", 1.0)
    playback.previous()
    assert playback.current.clip_id == 2


def test_the_next_clip_is_joined_beforehand_and_taken_over_without_loading(qtbot, playback, player):
    playback.set_queue([1, 2, 3])
    playback.play_clip(1)
    assert player.names("next") == ["2.wav"]
    with qtbot.waitSignal(playback.clip_changed) as changed:
        player.become("playing", 0.1, token=player.token)
    assert changed.args[0].clip_id == 2
    assert player.names("load") == ["1.wav"]
    assert player.names("next") == ["2.wav", "3.wav"]


def test_without_autoplay_nothing_follows(qtbot, playback, player):
    playback.set_queue([1, 2])
    playback.play_clip(1)
    playback.set_autoplay(False)
    assert player.names("next") == ["2.wav", None]
    with qtbot.waitSignal(playback.state_changed, check_params_cb=lambda state: state.status == "ended"):
        player.become("ended", 30.0)
    assert playback.current.clip_id == 1


def test_a_clip_put_into_the_queue_at_its_end_follows_when_it_has_ended(qtbot, playback, player):
    playback.play_clip(1)
    playback.set_queue([1, 2])
    with qtbot.waitSignal(playback.clip_changed) as changed:
        player.become("ended", 30.0)
    assert changed.args[0].clip_id == 2


def test_toggling_pauses_goes_on_and_begins_an_ended_clip_again(playback, player):
    playback.play_clip(1)
    playback.toggle()
    playback.toggle()
    player.become("ended", 30.0)
    playback.set_autoplay(False)
    playback.seek(30.0)
    playback._poll()
    playback.toggle()
    told = [call[0] for call in player.calls if call[0] in ("pause", "play", "seek")]
    assert told == ["pause", "play", "seek", "seek", "play"]


def test_toggling_with_nothing_loaded_begins_the_queue(playback):
    playback.toggle()
    assert playback.current is None
    playback.set_queue([SILENT_CLIP, 4])
    playback.toggle()
    assert playback.current.clip_id == 4


def test_looping_repeats_the_clip_as_soon_as_its_length_is_known(qtbot, playback, player):
    playback.set_loop(True)
    playback.play_clip(1)
    qtbot.waitUntil(lambda: ("loop", 0.0, 30.0) in player.calls)
    playback.set_loop(False)
    assert player.calls[-1] == ("loop", None, None)


def test_a_part_is_repeated_until_another_clip_is_played(playback, player):
    playback.play_clip(1)
    player.become("playing", 20.0)
    playback.set_region(12.0, 5.0)
    assert playback.looping
    assert player.calls[-2:] == [("loop", 5.0, 12.0), ("seek", 5.0)]
    playback.play_clip(4)
    assert not playback.looping
    assert playback.region_s is None
    assert player.calls[-1] == ("loop", None, None)


def test_a_part_is_bounded_by_where_one_hears_it(playback, player):
    playback.play_clip(1)
    player.become("playing", 10.0)
    playback.loop_from_here()
    assert playback.region_s == (10.0, playback.duration_s)
    player.become("playing", 14.0)
    playback.loop_until_here()
    assert playback.region_s == (10.0, 14.0)
    playback.set_loop(False)
    assert (playback.looping, playback.region_s) == (False, None)


def test_the_other_of_two_clips_is_heard_in_the_same_part(playback, player):
    playback.play_clip(1)
    playback.set_region(5.0, 12.0)
    playback.hand_over(find(4))
    assert playback.looping
    assert playback.region_s == (5.0, 12.0)


def test_wanting_to_play_without_anything_in_the_queue_is_told(qtbot, playback):
    with qtbot.waitSignal(playback.nothing_to_play):
        playback.toggle()


def test_seeking_stays_within_the_clip(playback, player):
    playback.play_clip(1)
    playback.seek(99.0)
    playback.skip(-5.0)
    assert player.names("seek") == [30.0, 0.0]


def test_the_waveform_arrives_when_it_is_decoded(qtbot, playback, player):
    playback.play_clip(1)
    assert playback.envelope is None
    with qtbot.waitSignal(playback.envelope_changed) as changed:
        player.envelope = Envelope.of(np.zeros(1000, "f4"), 100)
    assert changed.args[0] is player.envelope


def test_nobody_asks_the_player_while_it_is_paused(qtbot, playback, player):
    player.envelope = Envelope.of(np.zeros(1000, "f4"), 100)
    playback.play_clip(1)
    assert playback._timer.isActive()
    playback.toggle()
    assert not playback._timer.isActive()


def test_a_clip_that_cannot_be_played_is_told_and_not_asked_about_again(qtbot, playback, player):
    playback.play_clip(1)
    with qtbot.waitSignal(playback.state_changed, check_params_cb=lambda state: state.message == "broken"):
        player.become("idle", message="broken")
    assert not playback._timer.isActive()


def test_stopping_lets_go_of_everything(qtbot, playback, player):
    playback.set_queue([1, 2])
    playback.play_clip(1)
    with qtbot.waitSignal(playback.clip_changed) as changed:
        playback.stop()
    assert changed.args == [None]
    assert playback.current is None
    assert playback.duration_s == 0
    assert player.calls[-1] == ("stop",)
