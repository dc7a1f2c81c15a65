"""The player as the window sees it, on the silent clock: states, places, queues, damage, deaths."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest
from helpers.pulse import wait_until
from helpers.sound_files import music, strange_names, write

from merdesk.audio.player import Player, PlayRequest


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def clip(folder):
    return write(folder / "clip.wav", music(8.0))


@pytest.fixture(scope="module")
def short(folder):
    return write(folder / "short.ogg", music(0.4, seed=1))


@pytest.fixture
def player():
    player = Player(silent=True)
    yield player
    player.close()


def process_of(player: Player) -> psutil.Process:
    wait_until(lambda: player._link.pid is not None, "no process")
    return psutil.Process(player._link.pid)


def until(player: Player, status: str, *, token: int | None = None) -> None:
    wait_until(
        lambda: player.state().status == status and token in {None, player.state().token},
        f"never {status}",
    )


def test_before_the_first_clip_nothing_plays(player):
    state = player.state()
    assert (state.status, state.position_s, state.duration_s, state.token) == ("idle", 0.0, 0.0, 0)
    assert player.samples() is None


def test_commands_without_a_clip_do_nothing(player):
    player.play()
    player.pause()
    player.seek(3.0)
    player.set_loop(1.0, 2.0)
    assert player.state().status == "idle"


def test_a_loaded_clip_waits_and_then_plays(player, clip):
    token = player.load(PlayRequest(clip))
    assert player.state().status == "paused"
    wait_until(lambda: player.samples() is not None, "no envelope")
    assert player.state().position_s == 0.0
    assert player.state().duration_s == pytest.approx(8.0)
    player.play()
    assert player.state().status == "playing"
    wait_until(lambda: player.state().position_s > 0.1, "the clock stands")
    assert player.state().token == token


def test_the_time_is_measured_from_the_clips_onset(player, clip):
    player.load(PlayRequest(clip, onset_s=5.0, duration_s=0.5), play=True)
    until(player, "ended")
    assert player.state().position_s == pytest.approx(0.5)
    assert player.state().duration_s == pytest.approx(0.5)


def test_a_click_shows_at_once_whatever_the_process_does(player, clip):
    player.load(PlayRequest(clip), play=True)
    assert player.state().status == "loading"
    player.seek(6.0)
    assert player.state().position_s == 6.0
    player.pause()
    assert player.state().status == "paused"
    player.seek(2.0)
    assert (player.state().status, player.state().position_s) == ("paused", 2.0)
    player.stop()
    assert player.state().status == "idle"


def test_pause_holds_the_place_and_play_goes_on(player, clip):
    player.load(PlayRequest(clip), play=True)
    wait_until(lambda: player.state().position_s > 0.2, "the clock stands")
    player.pause()
    wait_until(lambda: player._clock.read().status == "paused", "never paused")
    held_s = player.state().position_s
    assert player.state().position_s == held_s
    player.play()
    wait_until(lambda: player.state().position_s > held_s + 0.1, "it does not go on")


def test_seek_stays_within_the_clip(player, clip):
    player.load(PlayRequest(clip))
    wait_until(lambda: player.state().duration_s > 0, "no length")
    player.seek(-4.0)
    assert player.state().position_s == 0.0
    player.seek(99.0)
    assert player.state().position_s == pytest.approx(8.0)


def test_after_the_end_play_starts_again(player, short):
    player.load(PlayRequest(short), play=True)
    until(player, "ended")
    player.play()
    until(player, "playing")
    assert player.state().position_s < 0.4


def test_the_queued_clip_follows_by_itself(player, short, clip):
    first = player.load(PlayRequest(short), play=True)
    second = player.queue_next(PlayRequest(clip, 1.0, 3.0))
    assert second != first
    until(player, "playing", token=second)
    assert player.state().duration_s == pytest.approx(3.0)
    wait_until(lambda: player.samples() is not None, "no envelope")


def test_the_queue_can_be_emptied(player, short, clip):
    player.load(PlayRequest(short), play=True)
    player.queue_next(PlayRequest(clip))
    player.queue_next(None)
    until(player, "ended")


def test_a_loop_turns_until_it_is_taken_away(player, clip):
    player.load(PlayRequest(clip))
    player.set_loop(1.0, 1.2)
    assert player.state().loop == (1.0, 1.2)
    player.seek(1.0)
    player.play()
    seen = []
    wait_until(lambda: seen.append(player.state().position_s) or len(seen) > 100, "?")
    assert max(seen) < 1.3
    player.set_loop(None)
    assert player.state().loop is None
    wait_until(lambda: player.state().position_s > 1.4, "the loop goes on")


def test_start_in_the_middle(player, clip):
    player.load(PlayRequest(clip), start_s=4.0, play=True)
    assert player.state().position_s == 4.0
    wait_until(lambda: player.state().position_s > 4.1, "the clock stands")
    assert player.state().position_s < 6.0


def test_the_envelope_shows_the_clip_alone(player, folder):
    y = np.zeros((48_000, 2), "f4")
    y[24_000:] = 0.5
    path = write(folder / "step.wav", y, 48_000)  # the silent clock's rate: resampling would overshoot
    player.load(PlayRequest(path, onset_s=0.25, duration_s=0.5))
    wait_until(lambda: player.samples() is not None, "no envelope")
    _, high = player.samples().slice(0.0, 0.5, 4)
    np.testing.assert_allclose(high[[0, 3]], [0.0, 0.5], atol=1e-3)


def test_a_prefetched_clip_is_there_when_it_is_wanted(player, clip):
    player.prefetch(PlayRequest(clip, 0.0, 2.0))
    player.load(PlayRequest(clip, 0.0, 2.0, gain_db=-3.0), play=True)
    until(player, "playing")


@pytest.mark.parametrize("volume", [-0.1, 1.1, float("nan")])
def test_a_volume_outside_its_range_is_refused(player, volume):
    with pytest.raises(ValueError, match="volume"):
        player.set_volume(volume)


def test_a_broken_file_says_so_and_the_next_one_plays(player, folder, clip):
    broken = folder / "broken.mp3"
    broken.write_bytes(b"no music" * 500)
    for request in (PlayRequest(broken), PlayRequest(broken, 0.0, 10.0), PlayRequest(folder / "gone.wav")):
        player.load(request, play=True)
        wait_until(lambda: player.state().status == "idle", "it is not told")
        wait_until(lambda: bool(player.state().message), "no reason")
        assert player.state().message.endswith(".")
        assert request.path.name in player.state().message
    player.load(PlayRequest(clip), play=True)
    until(player, "playing")
    assert player.state().message == ""


def test_a_file_that_breaks_off_plays_to_where_it_does(player, folder):
    path = write(folder / "half.ogg", music(1.0))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    player.load(PlayRequest(path, 0.0, 1.0), play=True)
    until(player, "ended")
    assert 0.1 < player.state().position_s < 0.9


def test_names_that_are_hard_to_print_play(player, folder):
    for path in strange_names(folder):
        player.load(PlayRequest(path), play=True)
        until(player, "playing")


def test_an_hour_is_played_in_blocks(player, folder):
    path = write(folder / "hour.wav", np.zeros((8_000, 1), "f4"), 8_000)
    with path.open("r+b") as file:  # a hole in the file: no room on the disk
        size = 44 + 3600 * 8_000 * 2
        file.seek(4)
        file.write((size - 8).to_bytes(4, "little"))
        file.seek(40)
        file.write((size - 44).to_bytes(4, "little"))
        file.truncate(size)
    player.load(PlayRequest(path), play=True)
    until(player, "playing")
    assert player.state().duration_s == pytest.approx(3600.0)
    player.seek(3500.0)
    wait_until(lambda: player._clock.read().position_s > 3500.05, "it does not get there")
    until(player, "playing")


def test_many_commands_in_a_row_end_with_the_last(player, clip, short):
    for i in range(300):
        player.load(PlayRequest(clip if i % 2 else short), play=True)
        player.seek(i / 100)
        player.prefetch(PlayRequest(clip, float(i % 7), 1.0))
    token = player.load(PlayRequest(clip), play=True)
    until(player, "playing", token=token)
    player.seek(1.0)
    wait_until(lambda: player._clock.read().position_s > 1.1, "the clock stands")


NO_DEVICE = """
class PortAudioError(Exception): pass
def _terminate(): pass
def _initialize(): pass
def query_devices(device=None, kind=None):
    if kind: raise PortAudioError('no default output device')
    return []
"""
FAKES = {
    "the library is missing": ("raise OSError('PortAudio library not found')", "PortAudio is missing"),
    "there is no device": (
        NO_DEVICE,
        "no output device was found",
    ),
    "the driver crashes": ("import os\ndef _terminate(): os.abort()\n", "made the player crash"),
}


@pytest.mark.parametrize("what", FAKES)
def test_without_sound_the_clock_goes_on_and_the_window_is_told(monkeypatch, tmp_path, clip, what):
    library, said = FAKES[what]
    (tmp_path / "sounddevice.py").write_text(library)
    monkeypatch.syspath_prepend(tmp_path)
    player = Player()
    try:
        token = player.load(PlayRequest(clip), play=True)
        wait_until(lambda: said in player.state().message, "it is not told")
        wait_until(lambda: player.state().device == "none", "no state is told")
        wait_until(lambda: player.state().position_s > 0.2, "the clock stands")
        assert player.state().token == token
    finally:
        player.close()


def test_a_player_that_dies_is_started_again(player, clip):
    player.load(PlayRequest(clip), play=True)
    until(player, "playing")
    first = process_of(player)
    first.kill()
    wait_until(lambda: player.state().status == "idle", "its death is not noticed")
    assert player.state().message == 'The player could not survive "clip.wav" and was started again.'
    token = player.load(PlayRequest(clip), play=True)
    wait_until(lambda: player._clock.read().token == token, "no new process")
    until(player, "playing", token=token)
    assert player.state().message == ""
    assert process_of(player).pid != first.pid


def test_a_process_that_hangs_blocks_no_command(clip):
    player = Player(silent=True)
    process = process_of(player)
    process.suspend()
    for _ in range(3_000):
        player.load(PlayRequest(clip), play=True)
        player.state()
    player.close()
    assert not process.is_running()


def test_close_leaves_no_process_and_no_thread(clip):
    before = set(threading.enumerate())
    player = Player(silent=True)
    process = process_of(player)
    player.load(PlayRequest(clip), play=True)
    until(player, "playing")
    player.close()
    player.close()
    assert not process.is_running()
    assert set(threading.enumerate()) == before


def test_a_player_closed_at_once_leaves_nothing():
    before = set(threading.enumerate())
    Player(silent=True).close()
    assert set(threading.enumerate()) == before
    assert not [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]


def test_the_process_leaves_with_its_parent(tmp_path, clip):
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from merdesk.audio.player import Player, PlayRequest\n"
        "if __name__ == '__main__':\n"
        "    player = Player(silent=True)\n"
        "    player.load(PlayRequest(Path(sys.argv[1])), play=True)\n"
        "    while player.state().status != 'playing': time.sleep(.01)\n"
        "    print(player._link.pid, flush=True)\n"
        "    time.sleep(60)\n"
    )
    root = Path(__file__).parents[2]
    parent = subprocess.Popen(
        [sys.executable, str(script), str(clip)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    try:
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "an orphan is left")
