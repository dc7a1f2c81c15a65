"""Strips of the player bar: hidden at first, computed beside the window, for the clip and stretch that is seen."""

import numpy as np
import pytest
from helpers.player import FakePlayer
from helpers.sound_files import write, write_music
from PySide6.QtWidgets import QApplication

from merdesk.audio.playback import PlayRequest
from merdesk.ui.player.bar import PlayerBar
from merdesk.ui.player.playback import Playable, Playback
from merdesk.ui.player.strips import Strips, StripWish
from merdesk.ui.theme.theme import Theme

TONES_HZ = {1: 261.63, 2: 440.0}


@pytest.fixture
def folder(tmp_path):
    t = np.arange(30 * 8000) / 8000
    for number, hz in TONES_HZ.items():
        y = (0.3 * np.sin(2 * np.pi * hz * t)).astype("f4")
        write(tmp_path / f"{number}.wav", np.stack([y, y], axis=1), 8000)
    return tmp_path


@pytest.fixture
def bar(qtbot, folder):
    def find(clip_id):
        return Playable(clip_id, f"Title {clip_id}", PlayRequest(folder / f"{clip_id}.wav", 0.0, 30.0))

    playback = Playback(FakePlayer(), find)
    bar = PlayerBar(Theme(QApplication.instance(), "dark"), playback)
    qtbot.addWidget(bar)
    bar.resize(1000, bar.height())
    bar.show()
    yield bar
    playback.stop()
    bar.strips.close()


def pitch_of(bar):
    shades = bar.strips.views["chroma"].shades
    return None if shades is None else int(shades[:, 200].argmax())


def test_strips_are_hidden_until_they_are_wanted_and_make_the_bar_higher(qtbot, bar):
    low = bar.height()
    assert bar.strips.shown == []
    with qtbot.waitSignal(bar.strips.changed) as changed:
        bar.strips.toggle("chroma")
    assert changed.args == [["chroma"]]
    assert bar.height() > low
    bar.strips.toggle("chroma")
    assert bar.height() == low


def test_names_that_are_no_strip_are_passed_over(bar):
    bar.strips.set_shown(["mel", "cepstrum"])
    assert bar.strips.shown == ["mel"]


def test_each_clip_has_its_own_strip(qtbot, bar):
    bar.strips.set_shown(["chroma"])
    bar._playback.play_clip(1)
    qtbot.waitUntil(lambda: pitch_of(bar) == 0)
    bar._playback.play_clip(2)
    assert pitch_of(bar) is None
    qtbot.waitUntil(lambda: pitch_of(bar) == 9)
    bar._playback.play_clip(1)
    assert pitch_of(bar) == 0  # known: without waiting


def test_zooming_brings_a_finer_strip(qtbot, bar):
    bar.strips.set_shown(["mel"])
    view = bar.strips.views["mel"]
    bar._playback.play_clip(1)
    qtbot.waitUntil(lambda: view.shades is not None)
    bar.span.zoom(100, 15.0)
    qtbot.waitUntil(lambda: view._to_s - view._from_s == pytest.approx(0.3))
    assert view.shades.shape[1] == view.width()


def test_a_file_that_cannot_be_decoded_says_why(qtbot, bar, folder):
    folder.joinpath("1.wav").write_bytes(b"nothing")
    bar.strips.set_shown(["mel"])
    bar._playback.play_clip(1)
    qtbot.waitUntil(lambda: "1.wav" in bar.strips.views["mel"].words)


def test_very_long_sounds_ask_to_zoom_in(bar):
    bar.strips.set_shown(["mel"])
    bar._playback.play_clip(1)
    bar.span.set_duration(3600.0)
    assert "Zoom in" in bar.strips.views["mel"].words


def test_a_damaged_mp3_gives_a_strip_and_nothing_on_the_terminal(qtbot, folder, capfd):
    path = write_music(folder / "cut.mp3", 3.0)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    strips = Strips()
    with qtbot.waitSignal(strips.ready) as ready:
        strips.ask(StripWish(PlayRequest(path), "mel", 0.0, 1.0, 100))
    strips.close()
    assert ready.args[1].shape[1] == 100
    assert capfd.readouterr().err == ""
