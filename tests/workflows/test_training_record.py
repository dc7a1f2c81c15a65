"""How a training goes: told while it goes, kept beside the model, read again."""

import pytest
from helpers.study import FEATURES, make_study

from merdesk.domain.training import Epoch, FoldScore
from merdesk.errors import ModelError
from merdesk.project.project import Project
from merdesk.workflows import training_record
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.training_record import TrainingRecord, curves_of
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Two networks trained on one small dataset: the verb, its result, where models lie."""
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", n_datasets=1, n_groups=12)
    with Project.open(path) as project:
        work = TrainModel(project, TrainRequest("m", (FEATURES,), ("Ash",), "mlp", seed=3, n_networks=2))
        yield work, run_here(work), project.models_dir


def test_every_epoch_of_every_network_is_told_with_both_dimensions(trained):
    work, _, _ = trained
    last = [epoch for epoch in work.epochs if epoch.step == "Fitting on all training clips"]
    assert {epoch.seed for epoch in last} == {3, 4}
    assert [epoch.epoch for epoch in last if epoch.seed == 3][:3] == [1, 2, 3]
    assert all(-20 < value <= 1 for epoch in last for value in epoch.r2)


def test_each_fold_tells_its_score_and_clips(trained):
    work, _, _ = trained
    assert [(fold.fit, fold.of) for fold in work.folds] == [(n, 5) for n in range(1, 6)]
    assert sum(fold.n for fold in work.folds) == 24


def test_the_record_beside_the_model_is_what_was_told(trained):
    work, result, models_dir = trained
    found = training_record.read(models_dir, result.row.file_name)
    assert found.folds[0].r2 == pytest.approx(work.folds[0].r2, abs=1e-4)
    assert len(found.curves) == 2 * 6
    assert sum(len(curve.r2) for curve in found.curves) == len(work.epochs)
    assert found.datasets == (("Ash", 24, 12),)
    assert (found.n_clips, found.n_columns, found.n_fits) == (24, 6, 6)
    assert found.seconds > 0
    assert result.row.settings["networks"] == 2


def test_a_record_that_cannot_be_read_counts_as_none(tmp_path):
    training_record.write(
        tmp_path, "a.mermodel", TrainingRecord(folds=(FoldScore("s", 1, 5, 9, (0.5, 0.25)),))
    )
    assert training_record.read(tmp_path, "a.mermodel").folds[0].r2 == (0.5, 0.25)
    training_record.path_of(tmp_path, "a.mermodel").write_text('{"format": 1}')
    assert training_record.read(tmp_path, "a.mermodel") is None
    assert training_record.read(tmp_path, "b.mermodel") is None


def test_curves_are_told_apart_by_step_fit_and_seed():
    epochs = [
        Epoch("s", fit, 2, seed, n, (0.1 * n, 0.2)) for fit in (1, 2) for seed in (0, 1) for n in (1, 2, 3)
    ]
    assert [(curve.fit, curve.seed, len(curve.r2)) for curve in curves_of(epochs)] == [
        (1, 0, 3),
        (1, 1, 3),
        (2, 0, 3),
        (2, 1, 3),
    ]


@pytest.mark.parametrize("changes", [{"seed": -1}, {"n_networks": 0}, {"n_networks": 26}])
def test_seeds_that_cannot_be_are_told(trained, changes):
    work, _, _ = trained
    with pytest.raises(ModelError, match="choose a seed from 0 on"):
        TrainModel(work._project, TrainRequest("n", (FEATURES,), ("Ash",), "mlp", **changes))
