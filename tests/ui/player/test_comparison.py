"""A and B: the same loudness, the same place, one key, and no next clip meanwhile."""

import math
from dataclasses import replace

import pytest
from helpers.player import FakePlayer, find
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from merdesk.errors import AudioError
from merdesk.ui.player.bar import PlayerBar
from merdesk.ui.player.comparison import equally_loud
from merdesk.ui.player.playback import Playback
from merdesk.ui.theme.theme import Theme


def clip(clip_id, lufs):
    return replace(find(clip_id), lufs=lufs)


@pytest.fixture
def player():
    return FakePlayer()


@pytest.fixture
def bar(qtbot, player):
    playback = Playback(player, find)
    bar = PlayerBar(Theme(QApplication.instance(), "dark"), playback)
    qtbot.addWidget(bar)
    bar.resize(1000, bar.height())
    bar.show()
    yield bar
    playback.stop()


def press_x(bar):
    return bar.handle_key(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier))


@pytest.mark.parametrize(("first", "second"), [(-8.0, -14.0), (-10.0, -30.0), (-25.0, -21.0)])
def test_both_come_at_one_loudness_and_none_is_amplified(first, second):
    (a, b), lufs = equally_loud(clip(1, first), clip(2, second))
    assert first + a.request.gain_db == pytest.approx(lufs)
    assert second + b.request.gain_db == pytest.approx(lufs)
    assert max(a.request.gain_db, b.request.gain_db) <= 0
    assert lufs == min(-18.0, first, second)


def test_a_clip_of_unknown_loudness_is_refused_in_a_sentence():
    with pytest.raises(AudioError, match="How loud Title 2 is was not measured"):
        equally_loud(clip(1, -14.0), clip(2, math.nan))


def test_x_switches_at_the_same_place_and_back(qtbot, bar, player):
    assert not press_x(bar)
    bar.comparison.start(clip(1, -14.0), clip(2, -20.0))
    player.become("playing", 12.0)
    for file_name, side in (("2.wav", "B"), ("1.wav", "A")):
        assert press_x(bar)
        assert player.names("switch")[-1] == file_name
        assert bar.comparison.side == side
        assert bar._playback.now_s == 12.0
        assert bar.transport.side_buttons[side].isChecked()


def test_what_is_heard_is_shown_in_words(qtbot, bar, player):
    bar.comparison.start(clip(1, -14.0), clip(2, -20.0))
    transport = bar.transport
    assert transport.time.whole_text.endswith("A at \u221220 LUFS")
    assert transport.side_buttons["A"].accessibleName() == "A: Title 1, heard now"
    assert transport.side_buttons["B"].accessibleName() == "B: Title 2, press X to hear it"
    assert not transport.next_button.isVisible()
    qtbot.mouseClick(transport.side_buttons["B"], Qt.MouseButton.LeftButton)
    assert transport.title.whole_text == "Title 2"
    qtbot.mouseClick(transport.end_button, Qt.MouseButton.LeftButton)
    assert bar.comparison.side is None
    assert transport.next_button.isVisible()
    assert not transport.side_buttons["A"].isVisible()


def test_the_clip_that_plays_goes_on_as_a(bar, player):
    bar._playback.play_clip(1)
    player.become("playing", 5.0)
    bar.comparison.start(clip(1, -14.0), clip(2, -14.0))
    assert player.names("load") == ["1.wav"]
    assert player.names("switch") == ["1.wav"]
    assert player.names("prefetch") == ["2.wav"]


def test_nothing_follows_while_two_are_compared_and_the_queue_goes_on_afterwards(bar, player):
    playback = bar._playback
    playback.set_queue([1, 2, 3])
    bar.comparison.start(clip(1, -14.0), clip(2, -14.0))
    assert [name for name in player.names("next") if name] == []
    player.become("ended", 30.0)
    playback._poll()
    assert playback.current.clip_id == 1
    bar.comparison.end()
    assert player.names("next")[-1] == "2.wav"


def test_a_place_behind_the_end_of_the_other_begins_it(bar, player):
    short = clip(2, -14.0)
    short = replace(short, request=replace(short.request, duration_s=10.0))
    bar.comparison.start(clip(1, -14.0), short)
    player.become("playing", 20.0)
    bar.comparison.switch()
    assert player.calls[-1] == ("seek", 0.0)


def test_playing_something_else_ends_it(bar):
    bar.comparison.start(clip(1, -14.0), clip(2, -14.0))
    bar._playback.play_clip(3)
    assert bar.comparison.clips is None
    assert not press_x(bar)
