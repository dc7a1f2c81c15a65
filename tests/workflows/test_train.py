"""Training: what is asked for and cannot be, what is learned, what is kept."""

import numpy as np
import pytest
from helpers.study import make_study

from merdesk.errors import Cancelled, FeatureError, ModelError, ProjectError
from merdesk.progress import Progress
from merdesk.project import columns, history, models, predictions
from merdesk.project.project import Project
from merdesk.workflows.scoring import groups_of
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here

ASK = TrainRequest("first", ("made",), ("Ash", "Birch"))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("study") / "study.merdesk", n_datasets=3, n_groups=8)


@pytest.fixture
def project(study, tmp_path):
    import shutil

    shutil.copytree(study, tmp_path / "copy.merdesk")
    with Project.open(tmp_path / "copy.merdesk") as opened:
        yield opened


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        (
            {"datasets": ("Oak",)},
            ModelError,
            "There is no dataset Oak here; this project has Ash, Birch, Cedar.",
        ),
        ({"features": ("magic",)}, FeatureError, "no features named 'magic'"),
        ({"model": "oracle"}, ModelError, "There is no model 'oracle'"),
    ],
)
def test_what_is_not_there_is_told_with_what_there_is(project, changes, error, words):
    fields = {name: getattr(ASK, name) for name in ("name", "features", "datasets", "model")}
    with pytest.raises(error) as told:
        TrainModel(project, TrainRequest(**(fields | changes)))
    assert words in str(told.value)


def test_too_few_rated_clips_with_features_are_counted(project):
    work = TrainModel(project, TrainRequest("x", ("chroma",), ("Ash",)))
    with pytest.raises(ModelError, match="Only 0 of the 16 rated clips in Ash have chroma features"):
        run_here(work)
    assert models.all(project) == []


def test_labels_that_never_differ_are_told(project):
    project.database.execute("UPDATE annotation SET valence = 5, arousal = 5")
    project.database.execute("UPDATE revision SET n = n + 1")
    with pytest.raises(ModelError, match="the same valence and the same arousal"):
        run_here(TrainModel(project, ASK))


def test_a_transductive_model_needs_datasets_of_twenty_clips(project):
    asked = TrainRequest("t", ("made",), ("Ash",), transductive=True)
    with pytest.raises(ModelError, match="in a dataset that has 20 of them"):
        run_here(TrainModel(project, asked))


def test_a_read_only_project_trains_nothing(study):
    with Project.open(study, read_only=True) as project, pytest.raises(ProjectError):
        TrainModel(project, ASK)


def test_every_clip_with_features_is_predicted_and_training_clips_out_of_fold(project):
    result = run_here(TrainModel(project, ASK))
    assert result.sentence == "first trained on 32 clips; these and 16 other clips have predictions now."
    seen = columns.load(project)
    assert seen.predicted.all()
    fitted, held_out = predictions.of_model(project, models.find(project, "first").id)
    assert len(fitted.clip_ids) == 32
    assert len(held_out.clip_ids) == 48
    rows = seen.rows_of(fitted.clip_ids)
    error_seen = np.abs(fitted.affect - seen.affect[rows]).mean()
    error_new = np.abs(seen.residual[rows]).mean()
    assert error_seen < error_new < 0.15
    assert not np.allclose(fitted.affect, seen.prediction[rows], atol=1e-3)


def test_the_model_is_named_in_use_and_kept_with_its_scores(project):
    run_here(TrainModel(project, ASK))
    row = models.current(project)
    assert (row.name, row.kind, row.features, row.trained_on) == ("first", "ridge", "made", ("Ash", "Birch"))
    assert (project.models_dir / row.file_name).stat().st_size > 0
    assert row.metrics["n_clips"] == 32
    assert row.metrics["n_clusters"] == 16
    assert row.metrics["valence"]["r2"]["value"] > 0.5


def test_a_name_is_given_once(project):
    run_here(TrainModel(project, ASK))
    with pytest.raises(ModelError, match="There is a model named first already"):
        TrainModel(project, ASK)


def test_the_same_seed_gives_the_same_model(project):
    results = [run_here(TrainModel(project, TrainRequest(name, ("made",), ("Ash",)))) for name in ("a", "b")]
    assert np.array_equal(results[0].held_out.affect, results[1].held_out.affect)
    assert results[0].row.metrics["valence"] == results[1].row.metrics["valence"]


def test_a_cancelled_training_leaves_no_model(project):
    before = history.undo_label(project)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        run_here(TrainModel(project, ASK), progress)
    assert models.all(project) == []
    assert not columns.load(project).predicted.any()
    assert history.undo_label(project) == before


def test_a_clip_without_a_group_is_a_group_of_its_own(project):
    seen = columns.load(project)
    codes = groups_of(seen)
    assert len(np.unique(codes)) == len(np.unique(seen.group))
    alone = groups_of(type(seen).empty())
    assert len(alone) == 0
