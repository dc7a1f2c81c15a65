"""A project that is copied with its folder while a window writes it: the copy opens, whole, at some moment of its past."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import project_scribbler
from helpers.project_rows import assert_whole, seen

from merdesk.errors import ProjectError
from merdesk.project.project import Project

N_COPIES = 20
N_EDITS = 3000

pytestmark = pytest.mark.slow


@pytest.fixture
def scribbling(tmp_path):
    """A project and the process that edits it."""
    path = tmp_path / "study.merdesk"
    Project.create(path).close()
    tests = Path(project_scribbler.__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    command = [sys.executable, project_scribbler.__file__, "edits", str(path), "3", str(N_EDITS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout.readline().strip() == "open"
        yield path, process
        process.kill()


def test_copies_of_a_project_that_is_being_written_open_whole(scribbling, tmp_path):
    path, process = scribbling
    refused = 0
    for number in range(N_COPIES):
        for _ in range(20):
            process.stdout.readline()
        copy = tmp_path / f"copy {number}.merdesk"
        shutil.copytree(path, copy)
        try:
            with Project.open(copy) as project:
                assert not project.read_only
                seen(project)
                assert_whole(project)
        except ProjectError:
            refused += 1
        shutil.rmtree(copy)
    print(f"{N_COPIES} copies, {refused} refused in a sentence")
    assert refused <= N_COPIES // 10
