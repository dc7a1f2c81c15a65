"""Audio files that vanish, are cut or replaced after they were imported, and while they are played."""

import shutil

import numpy as np
import psutil
import pytest
from helpers.music import tune, write_music
from helpers.pulse import wait_until
from helpers.sound_files import write

from merdesk.audio.player import Player, PlayRequest
from merdesk.project.project import Project
from merdesk.workflows.extract_beside import extract_beside
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.workflow import run_here

N_FILES = 12
HOUR_RATE_HZ = 8_000


def vanish(path):
    path.unlink()


def empty(path):
    path.write_bytes(b"")


def cut(path):
    path.write_bytes(path.read_bytes()[:300])


def noise(path):
    path.write_bytes(np.random.default_rng(0).bytes(20_000))


def folder(path):
    path.unlink()
    path.mkdir()


def another(path):
    write(path, tune(77, 3.0)[:, None], 22_050)


FAULTS = (vanish, empty, cut, noise, folder)


@pytest.mark.slow
def test_files_that_went_bad_are_named_and_the_others_extracted(tmp_path):
    files = write_music(tmp_path / "music", N_FILES, seconds=1.0)
    path = tmp_path / "study.merdesk"
    with Project.create(path) as project:
        run_here(ImportFiles(project, [files[0].parent]))
    for fault, file in zip(FAULTS, files, strict=False):
        fault(file)
    another(files[len(FAULTS)])  # other music under the same name is extracted as what it is
    summary = extract_beside(path, ["basic"], workers=1, run=run_here)
    bad = {f"tune-{number}" for number in range(len(FAULTS))}
    told = " ".join(map(str, summary.problems))
    assert len(summary.problems) == len(FAULTS)
    assert all(name in told for name in bad)
    assert summary.n_extracted == N_FILES - len(FAULTS)


@pytest.fixture
def player():
    player = Player(silent=True)
    yield player
    player.close()


def long_file(path):
    """An hour of quiet noise: too long to be held, so that it is read while it plays."""
    y = np.random.default_rng(0).normal(0, 0.01, (3600 * HOUR_RATE_HZ, 1)).astype("f4")
    return write(path, y, HOUR_RATE_HZ)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [vanish, cut, noise])
def test_a_file_that_goes_bad_while_it_plays_does_not_end_the_player(player, tmp_path, fault):
    playing = long_file(tmp_path / "hour.wav")
    other = write(tmp_path / "other.wav", tune(1, 2.0)[:, None], 22_050)
    player.load(PlayRequest(playing), play=True)
    wait_until(lambda: player.state().status == "playing", "it never plays")
    process = psutil.Process(player._link.pid)
    fault(playing)
    for place_s in (1800.0, 3000.0, 10.0):
        player.seek(place_s)
    token = player.load(PlayRequest(other), play=True)
    wait_until(lambda: (player.state().status, player.state().token) == ("playing", token), "it ended")
    assert process.is_running()


def test_a_copy_put_in_the_place_of_a_file_plays_as_what_it_is(player, tmp_path):
    first = write(tmp_path / "a.wav", tune(1, 2.0)[:, None], 22_050)
    second = write(tmp_path / "b.wav", tune(2, 1.0)[:, None], 22_050)
    player.load(PlayRequest(first), play=True)
    wait_until(lambda: player.state().status == "playing", "it never plays")
    shutil.copy(second, first)
    token = player.load(PlayRequest(first), play=True)
    wait_until(lambda: player.state().token == token and player.state().duration_s < 1.5, "it is the old one")
