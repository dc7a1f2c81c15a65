"""Extraction computes what a clip lacks, and nothing else."""

import math

import numpy as np
import pytest
from helpers.music import write_music

from merdesk.domain.protocols import FeatureArrays
from merdesk.features.executor import UnitResult
from merdesk.progress import Progress
from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.workflows.executors import PATIENCE_S, executor_for
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.facets import featured
from merdesk.workflows.feature_state import CountFeatures, feature_states
from merdesk.workflows.features import feature_table
from merdesk.workflows.import_any import importer
from merdesk.workflows.jukebox import FindLacking
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


def test_two_clips_of_one_recording_are_counted_apart(project):
    project.database.execute("UPDATE clip SET track_id = 1, onset_s = id * 0.1, duration_s = 0.1")
    asked(project, ("chroma",), [1])
    assert {one.n_clips for one in feature_states(project) if one.name == "chroma"} == {1}
    assert featured(project)["chroma"].tolist() == [1]
    found = FindLacking(project).run(Progress())
    assert len(found.durations_s("chroma")) == 2
    again, summary = asked(project, ("chroma",))
    assert (len(again), summary.n_there) == (2, 1)


def test_jukebox_gets_one_patient_process():
    assert executor_for(("chroma", "jukebox")).n_workers == 1
    assert executor_for(("jukebox",), 2).n_workers == 2
    assert executor_for(("chroma",), 3).n_workers == 3
    assert executor_for(("jukebox",))._pool.terms.timeout_s == PATIENCE_S


def test_an_updated_extractor_is_offered_and_nothing_is_computed_again_unasked(project, monkeypatch):
    asked(project, ("chroma",), [1, 2])
    monkeypatch.setattr("merdesk.features.chroma.Chroma.version", 99)
    (current,) = [one for one in feature_states(project) if one.name == "chroma" and one.current]
    (old,) = [one for one in feature_states(project) if one.name == "chroma" and not one.current]
    assert (current.n_clips, current.n_earlier, old.n_clips) == (0, 2, 2)
    recorder = Recorder()
    run_here(ExtractFeatures(project, ("chroma",), executor=recorder, keep_earlier=True))
    assert len(recorder.asked) == 1
    assert len(asked(project, ("chroma",))[0]) == 2
    (current,) = [one for one in feature_states(project) if one.name == "chroma" and one.current]
    assert (current.n_clips, current.n_earlier) == (3, 0)


def test_features_are_counted_by_a_reader_beside_the_writer(project):
    asked(project, ("chroma",), [1, 2])
    assert CountFeatures(project).run(Progress()) == feature_states(project)


def test_an_extractor_whose_package_is_gone_is_hidden_until_something_of_it_is_stored(project, monkeypatch):
    monkeypatch.setitem(WIDTH, "egemaps", 88)
    assert "egemaps" in {one.name for one in feature_states(project)}
    asked(project, ("egemaps",), [1])
    monkeypatch.setattr("merdesk.features.find_spec", lambda _: None)
    (kept,) = [one for one in feature_states(project) if one.name == "egemaps"]
    assert (kept.n_clips, kept.current) == (1, True)
    names = {one.name for one in feature_states(project)}
    assert not {"compare", "jukemirlib"} & names
    assert feature_table(project.features_dir, ("egemaps",), clips.locations(project)).found.sum() == 1


def test_what_a_run_would_compute_is_counted_for_each_choice(project):
    found = FindLacking(project).run(Progress())
    assert len(found.places) == 3
    assert found.durations_s("jukebox") == found.durations_s("jukebox-layer18")
    assert len(found.durations_s("jukebox")) == 3
