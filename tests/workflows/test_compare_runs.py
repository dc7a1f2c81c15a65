"""Two models on the same clips: their difference, its interval and test, corrected over the table."""

import numpy as np
import pytest
from helpers.study import FEATURES, make_study

from merdesk.domain.prediction import Predictions
from merdesk.errors import ModelError
from merdesk.evaluation.metrics import r2_score
from merdesk.project import columns, models, predictions
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.workflows.compare_runs import CompareRuns
from merdesk.workflows.comparison_text import sentences
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Three models of two datasets: good, as good by other noise, and bad in valence."""
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", n_datasets=2, n_groups=20)
    with Project.open(path) as opened:
        loaded = columns.load(opened)
        rng = np.random.default_rng(1)
        for name, noise in (("good", (0.05, 0.05)), ("twin", (0.05, 0.05)), ("bad", (0.3, 0.05))):
            model_id = models.add(opened, ModelRow(name, "ridge", FEATURES, ("Ash",), file_name=f"{name}.x"))
            said = loaded.affect + rng.normal(0, 1, (len(loaded), 2)) * noise
            predictions.replace(opened, model_id, Predictions(loaded.ids, said))
        yield opened


def test_the_difference_is_that_of_the_scores_on_the_same_clips(project):
    found = run_here(CompareRuns(project, "good", "bad"))
    assert [(row.dataset, row.dimension) for row in found.rows] == [
        ("Ash", "valence"),
        ("Ash", "arousal"),
        ("Birch", "valence"),
        ("Birch", "arousal"),
    ]
    loaded, row = columns.load(project), found.rows[0]
    mine = loaded.dataset == 0
    said = predictions.of_model(project, models.find(project, "good").id)[1].affect[mine, 0]
    assert row.scores[0] == pytest.approx(r2_score(loaded.affect[mine, 0], said))
    assert row.difference.value == pytest.approx(row.scores[0] - row.scores[1])
    assert row.difference.low < row.difference.value < row.difference.high
    assert (row.difference.n, row.difference.n_clusters) == (40, 20)


def test_a_planted_difference_is_found_and_no_other(project):
    found = run_here(CompareRuns(project, "good", "bad"))
    assert [row.sentence for row in found.rows] == [
        "first is better",
        "no evidence",
        "first is better",
        "no evidence",
    ]
    assert all(row.p_holm >= row.p for row in found.rows)
    assert "Ash, valence: good is better; Birch, valence: good is better: 4 tests" in sentences(found)[0]
    assert sentences(run_here(CompareRuns(project, "good", "twin")))[0].startswith(
        "No evidence that good and twin"
    )


def test_the_order_of_the_models_turns_signs_only(project):
    one, other = run_here(CompareRuns(project, "good", "bad")), run_here(CompareRuns(project, "bad", "good"))
    for row, back in zip(one.rows, other.rows, strict=True):
        assert row.difference.value == pytest.approx(-back.difference.value)
        assert row.difference.low == pytest.approx(-back.difference.high)
        assert row.p == back.p


def test_clips_that_one_was_fitted_on_are_left_out_and_homes_are_named(project):
    run_here(TrainModel(project, TrainRequest("fitted", (FEATURES,), ("Ash",))))
    found = run_here(CompareRuns(project, "fitted", "good"))
    # Training clips have their out-of-fold predictions, so that all of them count.
    assert found.rows[0].difference.n == 40
    assert found.rows[0].trained == (True, True)
    assert found.rows[2].trained == (False, False)


def test_what_cannot_be_compared_is_told(project):
    with pytest.raises(ModelError, match="choose two models"):
        CompareRuns(project, "good", "good")
    models.add(project, ModelRow("silent", "ridge", FEATURES, ("Ash",), file_name="s.x"))
    with pytest.raises(ModelError, match="no three rated clips in common"):
        run_here(CompareRuns(project, "good", "silent"))
