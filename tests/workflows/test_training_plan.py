"""What a training would take: clips counted, copies found, a range of time that past trainings narrow."""

import pytest
from helpers.study import FEATURES, make_study

from merdesk.project.project import Project
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.training_cost import AROUND_PAST, Asking, Past, cost_of
from merdesk.workflows.training_plan import PlanTraining
from merdesk.workflows.workflow import run_here


@pytest.fixture
def project(tmp_path):
    with Project.open(make_study(tmp_path / "s.merdesk", n_groups=12, n_copied=5)) as opened:
        yield opened


def test_each_dataset_tells_its_rated_clips_with_features_and_groups(project):
    plan = run_here(PlanTraining(project, (FEATURES,)))
    assert [(one.name, one.n_rated, one.n_usable, one.n_groups) for one in plan.sets] == [
        ("Ash", 24, 24, 12),
        ("Birch", 24, 24, 12),
        ("Cedar", 24, 24, 12),
    ]
    assert run_here(PlanTraining(project, ("classic",))).sets[0].n_usable == 0


def test_copies_are_warned_of_only_where_both_datasets_are_chosen(project):
    plan = run_here(PlanTraining(project, (FEATURES,)))
    (said,) = plan.warnings(("Ash", "Birch"))
    assert said.startswith("Ash and Birch share 5 clips: these count twice")
    assert plan.warnings(("Ash", "Cedar")) == []


def test_a_training_that_was_timed_moves_the_estimate_here(project):
    run_here(TrainModel(project, TrainRequest("first", (FEATURES,), ("Ash", "Birch"))))
    (past,) = run_here(PlanTraining(project, (FEATURES,))).past
    assert (past.name, past.kind, past.n_clips, past.n_columns, past.n_datasets) == (
        "first",
        "ridge",
        48,
        6,
        2,
    )
    again = cost_of(Asking("ridge", 48, 6, 2, 72), [past])
    assert again.low_s == pytest.approx(AROUND_PAST[0] * past.seconds)
    assert again.high_s == pytest.approx(AROUND_PAST[1] * past.seconds)
    assert "first" in again.basis


def test_the_range_grows_with_clips_networks_and_a_search():
    base = Asking("mlp", 1000, 100, 3, 2000)
    for more in (
        Asking("mlp", 2000, 100, 3, 2000),
        Asking("mlp", 1000, 100, 3, 2000, n_networks=10),
        Asking("mlp", 1000, 100, 3, 2000, search=12),
        Asking("mlp", 1000, 1000, 3, 2000),
    ):
        assert cost_of(more).high_s > cost_of(base).high_s
    assert cost_of(base).low_s < cost_of(base).high_s


def test_fits_are_folds_leaving_out_each_of_several_datasets_and_all():
    assert Asking("ridge", 100, 10, 1, 100).n_fits == 6
    assert Asking("ridge", 100, 10, 3, 100).n_fits == 9
    assert Asking("mlp", 100, 10, 3, 100, n_networks=2).networks == 18
    assert Asking("mlp", 100, 10, 3, 100, n_networks=2, search=12).networks == 9 * (2 + 13 * 3)


def test_only_a_training_of_the_same_kind_says_how_long_one_takes():
    past = [Past("slow", "svr", 100, 10, 1, 0, 50.0)]
    assert "slow" not in cost_of(Asking("ridge", 100, 10, 1, 100), past).basis
