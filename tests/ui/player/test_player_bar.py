"""The player bar: what it shows of the playback, what its buttons and keys do, and once with the real player."""

import numpy as np
import pytest
import soundfile
from helpers.player import FakePlayer, find
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from merdesk.audio.envelope import Envelope
from merdesk.audio.playback import PlayerState, PlayRequest
from merdesk.audio.player import Player
from merdesk.ui.player.bar import PlayerBar
from merdesk.ui.player.elided import ElidedLabel
from merdesk.ui.player.playback import Playable, Playback
from merdesk.ui.plots.trace import Trace
from merdesk.ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def theme(qapp):
    return Theme(QApplication.instance(), "dark")


@pytest.fixture
def player():
    return FakePlayer()


@pytest.fixture
def playback(qtbot, player):
    playback = Playback(player, find)
    yield playback
    playback.stop()


@pytest.fixture
def bar(qtbot, theme, playback):
    bar = PlayerBar(theme, playback, volume=0.5)
    qtbot.addWidget(bar)
    bar.resize(1000, bar.height())
    bar.show()
    return bar


def press(bar, key):
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    return bar.handle_key(event)


def test_nothing_plays_at_first_and_it_says_what_to_do(bar):
    assert bar.transport.title.whole_text == "Nothing plays"
    assert bar.transport.time.whole_text == "Pick a clip to hear it"
    assert not bar.transport.next_button.isEnabled()


def test_title_time_and_loudness_of_the_clip_are_shown(qtbot, bar, playback, player):
    playback.play_clip(5)
    player.become("playing", 16.84)
    qtbot.waitUntil(lambda: bar.waveform.position_s == 16.84)
    assert bar.transport.title.whole_text == "Title 5"
    assert bar.transport.time.whole_text == "0:16.8 / 0:30.0 · \u221214 LUFS"
    assert bar.transport.play_button.accessibleName() == "Pause (Space)"


def test_waveform_and_traces_say_what_they_show(bar, playback):
    playback.play_clip(5)
    bar.set_traces(Trace(np.zeros(1), np.zeros((1, 2))), None)
    assert bar.waveform.accessibleDescription().startswith("Title 5, 0:30; Left and right seek")
    assert bar.traces.accessibleDescription().startswith("annotated; ")
    bar.set_traces(None, None)
    assert bar.traces.accessibleDescription().startswith("nothing is known; ")


@pytest.mark.parametrize(("device", "words"), [("none", "no audio device"), ("lost", "audio device lost")])
def test_a_missing_device_is_said_in_words(qtbot, bar, playback, player, device, words):
    playback.play_clip(5)
    player.now = PlayerState("playing", 1.0, 30.0, device, "Plug one in.", player.now.token)
    qtbot.waitUntil(lambda: words in bar.transport.time.whole_text)
    assert bar.transport.toolTip() == "Plug one in."


def test_a_clip_that_cannot_be_played_says_why(qtbot, bar, playback, player):
    playback.play_clip(5)
    player.become("idle", message="The file is broken.")
    qtbot.waitUntil(lambda: bar.transport.time.whole_text == "The file is broken.")


def test_buttons_play_pause_skip_and_loop(qtbot, bar, playback, player):
    playback.set_queue([1, 2, 3])
    transport = bar.transport
    for button in (transport.play_button, transport.next_button, transport.previous_button):
        qtbot.mouseClick(button, LEFT)
    assert player.names("load") == ["1.wav", "2.wav", "1.wav"]
    qtbot.mouseClick(transport.play_button, LEFT)
    assert ("pause",) in player.calls
    assert not transport.loop_button.isChecked()
    qtbot.mouseClick(transport.loop_button, LEFT)
    assert playback.looping


def test_the_queue_button_says_how_many_follow_and_opens_the_queue(qtbot, bar, playback):
    playback.set_queue(range(1, 41))
    playback.play_clip(1)
    assert bar.transport.queue_button.text() == "39"
    assert bar.transport.queue_button.accessibleName() == "Queue: 39 to come"
    qtbot.mouseClick(bar.transport.queue_button, LEFT)
    assert not bar.queue_panel.isHidden()
    qtbot.mouseClick(bar.transport.queue_button, LEFT)
    assert bar.queue_panel.isHidden()
    assert not bar.transport.queue_button.isChecked()


@pytest.mark.parametrize(
    ("key", "call"),
    [
        (Qt.Key.Key_Space, ("pause",)),
        (Qt.Key.Key_Right, ("seek", 15.0)),
        (Qt.Key.Key_Left, ("seek", 5.0)),
        (Qt.Key.Key_L, ("loop", 0.0, 30.0)),
    ],
)
def test_keys_that_nobody_else_wanted_steer_the_player(qtbot, bar, playback, player, key, call):
    playback.play_clip(1)
    player.become("playing", 10.0)
    qtbot.waitUntil(lambda: playback.state.position_s == 10.0)
    assert press(bar, key)
    assert call in player.calls


def test_other_keys_and_shortcuts_are_left_alone(bar):
    assert not press(bar, Qt.Key.Key_X)
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not bar.handle_key(event)


def test_a_click_on_waveform_or_traces_seeks(qtbot, bar, playback, player):
    playback.play_clip(1)
    for view in (bar.waveform, bar.traces):
        qtbot.mouseClick(view, LEFT, pos=QPoint(view.width() // 2, view.height() // 2))
    assert player.names("seek") == pytest.approx([15.0, 15.0], abs=0.1)


def test_the_waveform_is_that_of_the_clip_and_goes_with_it(qtbot, bar, playback, player):
    y = np.zeros(3000, "f4")
    y[2000] = 0.5
    player.envelope = Envelope.of(y, 100)
    playback.play_clip(1)
    _, high = bar.waveform.bars()
    assert np.argmax(high) == pytest.approx(len(high) * 2 / 3, abs=1)
    player.envelope = None
    playback.play_clip(2)
    assert not len(bar.waveform.bars()[1])


def test_traces_of_one_clip_do_not_stay_for_the_next(bar, playback):
    playback.play_clip(1)
    trace = Trace(np.array([0.0]), np.array([[0.5, 0.5]]))
    bar.set_traces(trace, None)
    assert bar.traces.traces == (trace, None)
    playback.play_clip(2)
    assert bar.traces.traces == (None, None)


def test_the_volume_reaches_the_player_and_is_told(qtbot, bar, player):
    assert player.calls[0] == ("volume", 0.5)
    with qtbot.waitSignal(bar.volume_changed) as changed:
        bar.volume.slider.setValue(70)
    assert changed.args == [0.7]
    assert player.calls[-1] == ("volume", 0.7)


def test_muting_comes_back_to_the_volume_before(qtbot, bar):
    qtbot.mouseClick(bar.volume.mute_button, LEFT)
    assert bar.volume.volume == 0
    assert bar.volume.mute_button.accessibleName() == "Unmute"
    qtbot.mouseClick(bar.volume.mute_button, LEFT)
    assert bar.volume.volume == 0.5


def test_a_long_title_is_cut_and_told_whole_in_its_tooltip(qtbot):
    label = ElidedLabel("A title that is much too long for so little room")
    qtbot.addWidget(label)
    label.resize(90, 20)
    label.show()
    assert label.text().endswith("\u2026")
    assert label.toolTip() == label.whole_text
    label.resize(900, 20)
    assert label.text() == label.whole_text
    assert label.toolTip() == ""


def test_the_real_player_moves_the_playhead_and_draws_the_waveform(qtbot, theme, tmp_path):
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.5 * np.sin(np.arange(2 * 8000) * 0.3), 8000)
    player = Player(silent=True)
    playback = Playback(player, lambda clip_id: Playable(clip_id, "Tone", PlayRequest(path)))
    bar = PlayerBar(theme, playback)
    qtbot.addWidget(bar)
    try:
        playback.play_clip(1)
        qtbot.waitUntil(
            lambda: bar.waveform.position_s > 0.1 and playback.envelope is not None, timeout=15_000
        )
        assert playback.duration_s == pytest.approx(2.0)
        assert bar.waveform.bars()[1].max() > 0.9
        playback.toggle()
        assert playback.state.status == "paused"
    finally:
        playback.stop()
        player.close()


def test_a_loop_that_is_drawn_is_repeated_and_marked_and_ends_with_the_clip(bar, playback):
    playback.play_clip(1)
    bar.waveform.loop_drawn.emit(5.0, 12.0)
    assert playback.region_s == bar.span.loop_s == (5.0, 12.0)
    bar.traces.loop_drawn.emit(6.0, 6.0)
    assert not playback.looping
    assert bar.span.loop_s is None
    bar.waveform.loop_drawn.emit(5.0, 12.0)
    playback.play_clip(4)
    assert bar.span.loop_s is None
