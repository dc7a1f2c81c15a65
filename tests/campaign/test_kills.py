"""kill -9 of the player at random moments: 40 of the campaign's 200.

The others: window, command line and extraction workers in tests/workflows/test_extract_killed.py, the project in
tests/project/test_killed.py, the store in tests/features/test_store_crash.py, 50 each; 10 of cluster workers in
tests/cluster/test_workers_killed.py.
"""

import time

import numpy as np
import psutil
import pytest
from helpers.pulse import wait_until
from helpers.sound_files import music, write

from merdesk.audio.player import Player, PlayRequest

N_PLAYERS, N_KILLS = 10, 4


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(N_PLAYERS))
def test_a_player_that_is_killed_at_any_moment_plays_the_next_clip(tmp_path, seed):
    rng = np.random.default_rng(seed)
    clips = [write(tmp_path / f"{number}.wav", music(4.0, seed=number)) for number in range(N_KILLS + 1)]
    player, seen = Player(silent=True), set()
    try:
        for clip in clips:
            token = player.load(PlayRequest(clip), play=True)
            wait_until(
                lambda token=token: player.state().status == "playing" and player.state().token == token,
                "the next clip does not play",
            )
            seen.add(player._link.pid)
            if len(seen) <= N_KILLS:
                time.sleep(rng.uniform(0, 0.3))
                process = psutil.Process(player._link.pid)
                process.kill()
                wait_until(lambda pid=process.pid: player._link.pid not in {None, pid}, "no new process")
    finally:
        player.close()
    assert len(seen) == N_KILLS + 1
    assert not any(psutil.pid_exists(pid) for pid in seen)
