"""The player's menu: strips, order, autoplay and the output device; media keys."""

import pytest
from helpers.player import FakePlayer, find
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from merdesk.ui.player.bar import PlayerBar
from merdesk.ui.player.options import SYSTEM
from merdesk.ui.player.playback import Playback
from merdesk.ui.theme.theme import Theme


@pytest.fixture
def player():
    return FakePlayer()


@pytest.fixture
def bar(qtbot, player):
    playback = Playback(player, find)
    bar = PlayerBar(Theme(QApplication.instance(), "dark"), playback)
    qtbot.addWidget(bar)
    bar.show()
    yield bar
    playback.stop()


def action(menu, text):
    return next(action for action in menu.actions() if action.text() == text)


def test_the_menu_shows_and_changes_strips_and_shuffle(bar):
    action(bar.options.options(), "Chroma").trigger()
    assert bar.strips.shown == ["chroma"]
    assert action(bar.options.options(), "Chroma").isChecked()
    action(bar.options.options(), "Shuffle").trigger()
    assert bar._playback.shuffling


def test_autoplay_is_changed_in_the_player_and_told(qtbot, bar):
    with qtbot.waitSignal(bar.autoplay_changed) as changed:
        action(bar.options.options(), "Autoplay the next clip").trigger()
    assert changed.args == [False]
    assert not bar._playback.autoplay


def test_a_device_is_chosen_by_name_and_the_systems_choice_comes_back(qtbot, bar, player):
    devices = action(bar.options.options(), "Output device").menu()
    assert [one.text() for one in devices.actions()] == [SYSTEM, "Speakers", "Headphones"]
    with qtbot.waitSignal(bar.options.device_chosen) as chosen:
        action(devices, "Headphones").trigger()
    assert chosen.args == ["Headphones"]
    assert player.calls[-1] == ("device", "Headphones")
    devices = action(bar.options.options(), "Output device").menu()
    assert action(devices, "Headphones").isChecked()
    action(devices, SYSTEM).trigger()
    assert player.calls[-1] == ("device", None)


def test_a_chosen_device_that_is_unplugged_stays_in_the_list(bar):
    bar.options.choose("USB & co")
    assert bar.options.device_names()["USB & co"] == "USB & co (not here now)"


@pytest.mark.parametrize(
    ("key", "call"),
    [
        (Qt.Key.Key_MediaTogglePlayPause, ("pause",)),
        (Qt.Key.Key_MediaPause, ("pause",)),
        (Qt.Key.Key_MediaNext, ("load", "2.wav", True)),
        (Qt.Key.Key_MediaPrevious, ("seek", 0.0)),
        (Qt.Key.Key_MediaStop, ("stop",)),
    ],
)
def test_media_keys_steer_the_player(bar, player, key, call):
    bar._playback.set_queue([1, 2])
    bar._playback.play_clip(1)
    assert bar.handle_key(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
    assert call in player.calls
