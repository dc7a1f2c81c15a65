"""Workers decode without libmpg123's notes on the terminal, and what Python has to say still comes there."""

import os
import sys
import threading
import traceback

import pytest
from helpers.pulse import wait_until
from helpers.sound_files import write_music

from merdesk.audio import listening, prober
from merdesk.audio.files import decode
from merdesk.audio.player import Player, PlayRequest
from merdesk.audio.quiet import libraries_kept_quiet
from merdesk.features import worker
from merdesk.features.basic import Basic
from merdesk.features.units import Unit


@pytest.fixture
def cut(tmp_path):
    """An MP3 without its second half, which libmpg123 remarks on."""
    path = write_music(tmp_path / "cut.mp3", 3.0)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    return path


def probed(path):
    prober.make(tell=print)((0, os.fsencode(path)))


def listened(path):
    listening.make(tell=print)((0, os.fsencode(path), 0.0, None))


def extracted(path):
    worker.extract(Unit(1, 1, os.fsencode(path)), {"basic": Basic()})


@pytest.mark.parametrize("work", [probed, listened, extracted])
def test_no_notes_of_libraries_while_a_worker_works(work, cut, capfd):
    decode(cut)
    assert capfd.readouterr().err  # or the file is not bad enough to test with
    work(cut)
    assert capfd.readouterr().err == ""


def test_a_traceback_is_told_once_the_block_is_left(capfd):
    try:
        with libraries_kept_quiet():
            os.write(2, b"a note")
            int("a defect")
    except ValueError:
        traceback.print_exc(file=sys.__stderr__)
        os.write(2, b"and then")
    told = capfd.readouterr().err
    assert "a note" not in told
    assert "a defect" in told
    assert "and then" in told


def test_two_threads_inside_at_once_find_their_way_out(capfd):
    inside, go_on = threading.Event(), threading.Event()

    def other():
        with libraries_kept_quiet():
            inside.set()
            go_on.wait()

    thread = threading.Thread(target=other)
    with libraries_kept_quiet():
        thread.start()
        inside.wait()
    os.write(2, b"still quiet")
    go_on.set()
    thread.join()
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


def test_the_player_plays_a_damaged_mp3_and_leaves_the_terminal_alone(cut, capfd):
    player = Player(silent=True)
    player.load(PlayRequest(cut), play=True)
    wait_until(lambda: player.state().position_s > 0.2, "it does not play")
    wait_until(lambda: player.samples() is not None or bool(player.state().message), "it is never decoded")
    player.close()
    assert capfd.readouterr().err == ""
