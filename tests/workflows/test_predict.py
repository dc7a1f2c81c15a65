"""Predicting: which clips are new, which keep their out-of-fold prediction."""

import shutil

import numpy as np
import pytest
from helpers.study import make_study

from merdesk.errors import ModelError
from merdesk.project import columns, models, predictions
from merdesk.project.project import Project
from merdesk.workflows.predict import PredictClips
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = make_study(tmp_path_factory.mktemp("study") / "study.merdesk", n_datasets=2, n_groups=8)
    with Project.open(path) as project:
        run_here(TrainModel(project, TrainRequest("first", ("made",), ("Ash",))))
    return path


@pytest.fixture
def project(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "copy.merdesk")
    with Project.open(tmp_path / "copy.merdesk") as opened:
        yield opened


def test_all_clips_are_listed_with_what_is_shown_of_them(project):
    seen = columns.load(project)
    result = run_here(PredictClips(project, "first"))
    assert [row.clip_id for row in result.rows] == seen.ids.tolist()
    listed = np.array([(row.valence, row.arousal) for row in result.rows])
    assert np.allclose(listed, seen.prediction)
    assert len(result.new.clip_ids) == 0


def test_only_the_clips_asked_for_are_listed(project):
    chosen = columns.load(project).ids[[3, 20]].tolist()
    assert [row.clip_id for row in run_here(PredictClips(project, "first", chosen)).rows] == chosen


def test_a_clip_without_a_prediction_gets_the_one_of_the_saved_model(project):
    seen = columns.load(project)
    model = models.find(project, "first")
    fitted, held_out = predictions.of_model(project, model.id)
    gone = int(seen.ids[20])
    kept = held_out.clip_ids != gone
    predictions.replace(
        project,
        model.id,
        type(held_out)(held_out.clip_ids[kept], held_out.affect[kept]),
        fitted,
    )
    assert not columns.load(project).predicted[20]
    result = run_here(PredictClips(project, "first"))
    assert result.new.clip_ids.tolist() == [gone]
    again = columns.load(project)
    assert again.prediction[20] == pytest.approx(seen.prediction[20], abs=1e-6)


@pytest.mark.parametrize(
    ("model", "clip_ids", "words"),
    [
        ("none", None, "There is no model named none here; this project has first."),
        ("first", [1, 999], "There is no clip 999 in this project"),
    ],
)
def test_what_is_not_there_is_told(project, model, clip_ids, words):
    with pytest.raises(ModelError) as told:
        PredictClips(project, model, clip_ids)
    assert words in str(told.value)


def test_a_model_whose_file_is_gone_says_so(project):
    (project.models_dir / models.find(project, "first").file_name).unlink()
    with pytest.raises(ModelError):
        run_here(PredictClips(project, "first"))
