"""Extraction computes what a clip lacks, and nothing else."""

import math

import numpy as np
import pytest
from helpers.music import write_music

from merdesk.domain.protocols import FeatureArrays
from merdesk.features.executor import UnitResult
from merdesk.project.project import Project
from merdesk.workflows.executors import PATIENCE_S, executor_for
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.feature_state import feature_states
from merdesk.workflows.import_any import importer
from merdesk.workflows.workflow import run_here

WIDTH = {"chroma": 72, "basic": 20}


class Recorder:
    """Stands for the processes: notes what it is asked for and answers with zeros."""

    def __init__(self):
        self.asked = []

    def run(self, units, progress):
        for unit in units:
            self.asked.append(unit.extractors)
            arrays = {n: FeatureArrays(np.zeros(WIDTH[n]), np.zeros((1, WIDTH[n]))) for n in unit.extractors}
            yield UnitResult(unit, b"digest %d" % unit.clip_id, arrays, math.nan)
            progress.advance()


@pytest.fixture
def project(tmp_path):
    write_music(tmp_path / "music", 3, seconds=0.5)
    with Project.create(tmp_path / "p.merdesk") as made:
        run_here(importer(made, tmp_path / "music"))
        yield made


def asked(project, names, clip_ids=None):
    recorder = Recorder()
    summary = run_here(ExtractFeatures(project, names, clip_ids=clip_ids, executor=recorder))
    return recorder.asked, summary


def test_a_clip_is_asked_only_for_what_it_lacks(project):
    assert asked(project, ("chroma",), [1])[0] == [("chroma",)]
    found, summary = asked(project, ("chroma", "basic"))
    assert found == [("basic",), ("chroma", "basic"), ("chroma", "basic")]
    assert (summary.n_extracted, summary.n_there) == (3, 0)
    again, summary = asked(project, ("chroma", "basic"))
    assert again == []
    assert summary.n_there == 3


def test_the_state_counts_what_is_there(project):
    asked(project, ("chroma",), [1, 2])
    states = {state.name: state for state in feature_states(project)}
    assert (states["chroma"].n_clips, states["chroma"].n_of) == (2, 3)
    assert states["basic"].sentence == "0 of 3 clips"
    assert all(state.current for state in states.values())


def test_jukebox_gets_one_patient_process():
    assert executor_for(("chroma", "jukebox")).n_workers == 1
    assert executor_for(("jukebox",), 2).n_workers == 2
    assert executor_for(("chroma",), 3).n_workers == 3
    assert executor_for(("jukebox",))._pool.terms.timeout_s == PATIENCE_S
