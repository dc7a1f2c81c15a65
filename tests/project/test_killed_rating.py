"""kill -9 while somebody rates and traces: every rating that was filed is there, and the draft misses under a second."""

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import rating_scribbler
from helpers.project_rows import fill

from merdesk.domain.affect import Affect
from merdesk.project import annotators, drafts, said
from merdesk.project.project import Project

N_CLIPS = 5
LOST_MOST_S = 1.0


def run_and_kill(path, after):
    """What the process told before it was killed in the middle of its work: ratings in order, and the draft's end."""
    tests = Path(rating_scribbler.__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    command = [sys.executable, rating_scribbler.__file__, str(path)]
    told = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        for line in process.stdout:
            told.append(line.split())
            if len(told) == after:
                process.kill()  # SIGKILL; what it wrote into the pipe before is still read
    ratings = [(int(words[1]), float(words[2])) for words in told if words[0] == "rating"]
    return ratings, max(float(words[1]) for words in told if words[0] == "draft")


def kill_and_look(path, after):
    told, reached_s = run_and_kill(path, after)
    with Project.open(path) as project:
        # One more may have been filed that it could not tell of any more.
        untold = 1 + told[-1][0] % (N_CLIPS - 1)
        for clip_id, valence in dict(told).items():
            if clip_id != untold:
                assert said.said_by(project, clip_id, "Ann") == Affect(pytest.approx(valence), 0.0)
        (draft,) = drafts.of_annotator(project, annotators.named(project, "Ann"))
        assert draft.clip_id == N_CLIPS
        assert draft.time_s[-1] >= reached_s - LOST_MOST_S
        assert np.isfinite(draft.affect).all()
        assert len(draft.affect) == len(draft.time_s)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "p.merdesk"
    with Project.create(path) as project:
        fill(project, N_CLIPS)
    return path


def test_killed_while_rating_and_tracing_loses_under_a_second(path):
    kill_and_look(path, after=41)


@pytest.mark.slow
def test_fifty_kills_while_rating_and_tracing(path):
    lengths = random.Random(9)
    for _ in range(50):
        kill_and_look(path, after=lengths.randrange(8, 80))
