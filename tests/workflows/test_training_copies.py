"""Recordings that two training datasets share never stand on both sides of anything that a training holds out."""

import numpy as np
import pytest
from helpers.study import FEATURES, make_study

from merdesk.project.project import Project
from merdesk.workflows import training
from merdesk.workflows.beside import Beside
from merdesk.workflows.evaluation_table import Source
from merdesk.workflows.fitting import Fitting
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here

N_COPIED, N_CLIPS = 9, 48
COPIES = {row: N_CLIPS + row for row in range(N_COPIED)}
"""Training row of Ash by that of its copy in Birch."""


@pytest.fixture
def project(tmp_path):
    with Project.open(make_study(tmp_path / "s.merdesk", n_copied=N_COPIED)) as opened:
        yield opened


@pytest.fixture
def fits(project, monkeypatch):
    """Step and training rows of each fit of a training on Ash and Birch."""
    seen = []

    class Watched(Fitting):
        def __call__(self, rows):
            seen.append((self.step, set(rows.tolist())))
            return super().__call__(rows)

    monkeypatch.setattr(training, "Fitting", Watched)
    run_here(TrainModel(project, TrainRequest("copied", (FEATURES,), ("Ash", "Birch"))))
    return seen


def test_a_fold_holds_out_both_copies_of_a_recording(fits):
    folds = [rows for step, rows in fits if step == "Cross-validating"]
    assert len(folds) == 5
    for rows in folds:
        assert all((one in rows) == (other in rows) for one, other in COPIES.items())


def test_residuals_of_a_dataset_left_out_rest_on_no_copy_of_its_clips(fits):
    ash, birch = set(range(N_CLIPS)), set(range(N_CLIPS, 2 * N_CLIPS))
    without_ash, without_birch = (rows for step, rows in fits if step == "Leaving one dataset out")
    assert without_ash < birch
    assert not without_ash & set(COPIES.values())
    assert without_birch < ash
    assert not without_birch & set(COPIES)
    # Nothing but the copies' groups is lost: five artists of two clips each.
    assert len(without_ash) == len(without_birch) == N_CLIPS - 10


def test_copies_by_digest_join_the_groups_of_both_datasets_and_no_others(project):
    with Beside.of(project).opened() as reader:
        source = Source.of(reader, (FEATURES,))
    rows = np.arange(2 * N_CLIPS)
    # Features that differ: the digests alone must tell.
    groups = training.groups_in_training(source, rows, np.random.default_rng(0).normal(size=(len(rows), 4)))
    assert all(groups[one] == groups[other] for one, other in COPIES.items())
    assert len(np.unique(groups)) == 2 * 24 - 5


def test_what_is_read_beside_is_as_filed_where_the_window_shows_it_so(project):
    project.as_filed = True
    with Beside.of(project).opened() as reader:
        assert reader.as_filed
        assert reader.read_only
