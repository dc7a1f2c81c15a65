"""Training in a project: every model on offer, with scores, half widths and progress."""

import numpy as np
import pytest
from helpers.study import FEATURES, make_study

from merdesk.errors import Cancelled, ModelError
from merdesk.models.catalogue import REGRESSORS
from merdesk.models.mlp import Mlp
from merdesk.models.mlp_setting import Setting
from merdesk.progress import Progress
from merdesk.project import columns, models
from merdesk.project.project import Project
from merdesk.workflows.fitting import MODELS
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here


@pytest.fixture
def study(tmp_path):
    with Project.open(make_study(tmp_path / "s.merdesk", n_groups=12)) as project:
        yield project


@pytest.fixture
def short_training(monkeypatch):
    """Two small networks of a few epochs: what is tested here is not how well they learn."""
    whole = Mlp.__init__

    def small(self, blocks=(), **options):
        given = options | {"seeds": (0, 1), "setting": Setting(n_hidden=8, most_epochs=3)}
        whole(self, blocks, **given)

    monkeypatch.setattr(Mlp, "__init__", small)


def train(project, model, name="m", datasets=("Ash", "Birch"), progress=None):
    return run_here(TrainModel(project, TrainRequest(name, (FEATURES,), datasets, model)), progress)


def test_the_models_on_offer_are_those_of_the_catalogue():
    assert MODELS == REGRESSORS


@pytest.mark.usefixtures("short_training")
@pytest.mark.parametrize("model", MODELS)
def test_every_model_trains_scores_and_predicts(study, model):
    trained = train(study, model)
    scores = trained.row.metrics
    assert scores["n_clips"] == 48
    assert scores["valence"]["r2"]["low"] < scores["valence"]["r2"]["high"]
    assert scores["interval"]["valence"] > 0
    assert scores["interval"]["over"].startswith("datasets like these")
    assert models.find(study, "m").settings["validated_by"]
    assert columns.load(study).predicted.all()


def test_half_widths_cover_nine_of_ten_clips_of_a_new_dataset_like_these(study):
    trained = train(study, "ridge")
    loaded = columns.load(study)
    new = loaded.dataset == loaded.dataset_names.index("Cedar")
    half = np.array([trained.row.metrics["interval"][name] for name in ("valence", "arousal")])
    inside = (np.abs(loaded.residual[new]) <= half).mean(axis=0)
    assert (inside > 0.75).all()


def test_half_widths_of_one_dataset_speak_of_its_other_groups(study):
    trained = train(study, "ridge", datasets=("Ash",))
    assert trained.row.metrics["interval"]["over"] == "clips of other groups of this dataset"


@pytest.mark.usefixtures("short_training")
def test_progress_never_passes_its_total(study):
    seen = []

    class Watched(Progress):
        def advance(self, n=1):
            super().advance(n)
            state = self.state()
            seen.append((state.step, state.done, state.total))

    train(study, "blend", progress=Watched())
    assert {step for step, _, _ in seen} == {
        "Cross-validating",
        "Leaving one dataset out",
        "Fitting on all training clips",
    }
    assert all(done <= total for _, done, total in seen)


@pytest.mark.usefixtures("short_training")
def test_training_is_cancelled_between_networks(study):
    class Impatient(Progress):
        def advance(self, n=1):
            self.cancel()
            super().advance(n)

    with pytest.raises(Cancelled):
        train(study, "mlp", progress=Impatient())
    assert models.all(study) == []


def test_an_unknown_model_is_told_with_those_on_offer(study):
    with pytest.raises(ModelError, match="choose from ridge, svr, mlp, blend, heads"):
        TrainModel(study, TrainRequest("m", (FEATURES,), ("Ash",), "oracle"))
