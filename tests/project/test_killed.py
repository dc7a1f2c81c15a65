"""A project whose program is killed in the middle of its work opens again with everything that was committed."""

import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers import project_scribbler
from helpers.project_rows import assert_whole, seen
from helpers.project_scribbler import Scribbler, random_operations

from merdesk.project import history
from merdesk.project.project import Project

N_EDITS = 200
N_SLICES = 40
KILLS = 4
SEED = 20


def _state(project):
    rows = {name: sorted(rows) for name, rows in seen(project).items()}
    return repr((rows, [(step.label, step.undone) for step in history.steps(project)]))


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """For each operation of a run that nobody kills: the state before it, and after each of its commits."""
    write = Project.write

    @contextmanager
    def watched(project, **options):
        with write(project, **options):
            yield
        found[-1].append(_state(project))

    with Project.create(tmp_path_factory.mktemp("whole") / "p.merdesk") as project:
        scribbler = Scribbler(project)
        found = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Project, "write", watched)
            for operation in random_operations(SEED, N_EDITS):
                found.append([_state(project)])
                scribbler.do(*operation)
        found.append([_state(project)])
    return found


def _run_and_kill(path, what, after, *arguments):
    """Start the scribbler, kill it shortly after so many lines, and return the number of lines it had written."""
    command = [sys.executable, project_scribbler.__file__, what, str(path), *map(str, arguments)]
    tests = Path(project_scribbler.__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        lines = []
        for line in process.stdout:
            lines.append(line.strip())
            if len(lines) > after:
                time.sleep(random.Random(after).random() * 0.004)
                process.kill()
        process.wait()
    assert lines[0] == "open"
    return len(lines) - 1


def _kill_during_edits(path, after, states):
    Project.create(path).close()
    n = _run_and_kill(path, "edits", after, SEED, N_EDITS)
    with Project.open(path) as project:
        assert _state(project) in states[n]
        assert_whole(project)
        while history.undo(project):
            pass
        assert seen(project)["clip"] == frozenset()
        assert_whole(project)


def _kill_during_batch(path, after, keep):
    Project.create(path).close()
    n = _run_and_kill(path, "batch", after, SEED, N_SLICES, *keep)
    with Project.open(path) as project:
        n_clips = len(seen(project)["clip"])
        if keep or n > N_SLICES:
            assert n_clips in (50 * min(n, N_SLICES), 50 * min(n + 1, N_SLICES))
        else:
            # The last slice may be followed by the step that shows the batch before it is told.
            assert n_clips in ((0, 50 * N_SLICES) if n == N_SLICES else (0,))
        while project.tidy(1.0):
            pass
        assert project.database.value("SELECT count(*) FROM clip") == n_clips
        assert_whole(project)


@pytest.mark.parametrize("after", random.Random(1).sample(range(3, N_EDITS), KILLS))
def test_killed_between_edits_nothing_committed_is_missing(tmp_path, states, after):
    _kill_during_edits(tmp_path / "p.merdesk", after, states)


@pytest.mark.parametrize("after", random.Random(2).sample(range(N_SLICES), KILLS // 2))
def test_killed_during_an_import_leaves_no_trace_of_it(tmp_path, after):
    _kill_during_batch(tmp_path / "p.merdesk", after, ())


@pytest.mark.parametrize("after", random.Random(3).sample(range(N_SLICES), KILLS // 2))
def test_killed_during_a_folder_import_keeps_what_was_there(tmp_path, after):
    _kill_during_batch(tmp_path / "p.merdesk", after, ("keep",))


@pytest.mark.slow
@pytest.mark.parametrize("after", range(3, N_EDITS, 4))
def test_fifty_kills_between_edits(tmp_path, states, after):
    _kill_during_edits(tmp_path / "p.merdesk", after, states)


@pytest.mark.slow
@pytest.mark.parametrize("keep", [(), ("keep",)])
@pytest.mark.parametrize("after", range(N_SLICES))
def test_kills_during_each_slice_of_an_import(tmp_path, after, keep):
    _kill_during_batch(tmp_path / "p.merdesk", after, keep)
