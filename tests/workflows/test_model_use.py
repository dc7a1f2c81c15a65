"""What comes after training: traces over time, calibration to ratings, models that travel as files."""

import shutil

import numpy as np
import pytest
from helpers.study import FEATURES, make_study

from merdesk.domain.affect import Affect
from merdesk.domain.clip import ClipId
from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import Cancelled, ModelError
from merdesk.features.store import FeatureStore
from merdesk.models.bundle import load
from merdesk.project import (
    annotations,
    annotators,
    clips,
    columns,
    models,
    predicted_traces,
    predictions,
    purge,
)
from merdesk.project.project import Project
from merdesk.workflows.calibrate import CalibrateModel
from merdesk.workflows.features import feature_set, key_of
from merdesk.workflows.model_files import LoadModel, plain_metrics, save_model
from merdesk.workflows.predict import PredictClips
from merdesk.workflows.predict_dynamic import PredictDynamic, traces_of
from merdesk.workflows.train import TakenNameError, TrainModel, TrainRequest
from merdesk.workflows.workflow import Delivering, run_here

HEARD_ROWS = 30
"""Of the 90 half seconds of a clip of 45 s: as if one window had been computed."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two datasets of 40 clips; chroma of the first has frames up to 15 s; a model trained on the first."""
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", n_datasets=2, n_groups=20)
    rng = np.random.default_rng(0)
    with Project.open(path) as project:
        loaded = columns.load(project)
        features = feature_set("chroma")
        with FeatureStore.open(project.features_dir) as store:
            store.append(
                (key_of(place, features), _arrays(rng, loaded.affect[row]))
                for row, place in enumerate(clips.locations(project))
            )
        run_here(TrainModel(project, TrainRequest("heard", ("chroma",), ("Ash",))))
        run_here(TrainModel(project, TrainRequest("made", (FEATURES,), ("Ash",))))
        run_here(TrainModel(project, TrainRequest("apart", (FEATURES,), ("Ash",), transductive=True)))
    return path


def _arrays(rng, affect):
    pooled = np.concatenate([affect * 3, rng.normal(size=70)])
    return FeatureArrays(pooled, pooled + rng.normal(0, 1, (HEARD_ROWS, 72)))


@pytest.fixture
def project(made, tmp_path):
    shutil.copytree(made, tmp_path / "copy.merdesk")
    with Project.open(tmp_path / "copy.merdesk") as opened:
        yield opened


def said(project, name):
    """Every held-out prediction of a model, by clip."""
    held_out = predictions.of_model(project, models.find(project, name).id)[1]
    return held_out.clip_ids, held_out.affect


# Traces


def test_traces_have_two_values_a_second_and_are_blank_where_nothing_was_computed(project):
    ids = columns.load(project).ids[[0, 50]].tolist()
    summary = run_here(PredictDynamic(project, "heard", ids))
    assert summary.n_new == summary.n_partly_blank == 2
    assert summary.n_trained_on == 1
    assert "blank where no features were computed" in summary.sentence
    trace = predicted_traces.of_clip(project, models.find(project, "heard").id, ClipId(ids[1]))
    assert trace.held_out
    assert len(trace.time_s) == 90
    assert np.isfinite(trace.affect[:HEARD_ROWS]).all()
    assert np.isnan(trace.affect[HEARD_ROWS:]).all()
    clip_ids, affect = said(project, "heard")
    own = affect[clip_ids.tolist().index(ids[1])]
    assert trace.affect[:HEARD_ROWS].mean(axis=0) == pytest.approx(own, abs=0.05)


def test_traces_as_json_have_nulls_for_blanks(project):
    ids = columns.load(project).ids[[0]].tolist()
    (values,) = traces_of(project, run_here(PredictDynamic(project, "heard", ids)))
    assert values["clip"] == ids[0]
    assert values["trained_on"]
    assert values["valence"][-1] is None
    assert abs(values["arousal"][0]) < 2


def test_a_second_call_computes_only_what_is_missing(project):
    ids = columns.load(project).ids[:3].tolist()
    assert run_here(PredictDynamic(project, "heard", ids[:2])).n_new == 2
    again = run_here(PredictDynamic(project, "heard", ids))
    assert (again.n_new, len(again.ids)) == (1, 3)


def test_features_without_frames_cannot_be_followed(project):
    with pytest.raises(ModelError, match="two frames a second"):
        run_here(PredictDynamic(project, "made"))


def test_traces_go_with_their_model(project):
    run_here(PredictDynamic(project, "heard"))
    model_id = models.find(project, "heard").id
    assert len(predicted_traces.known(project, model_id)) == 80
    models.remove(project, model_id)
    assert predicted_traces.known(project, model_id)
    project.database.execute("DELETE FROM history")
    purge.purge(project.database, 60.0)
    assert not predicted_traces.known(project, model_id)


# Calibration


def rate(project, n, who="carla"):
    """Rate clips of the second dataset as half of what the model says, a little higher."""
    clip_ids, affect = said(project, "made")
    new = np.flatnonzero(np.isin(clip_ids, columns.load(project).ids[40:]))[:n]
    annotator = annotators.named(project, who)
    for row in new:
        valence, arousal = np.clip(0.1 + 0.5 * affect[row], -1, 1)
        annotations.rate(
            project,
            clip_id=ClipId(int(clip_ids[row])),
            annotator_id=annotator,
            unit=Affect(float(valence), float(arousal)),
        )


def test_a_model_is_brought_onto_the_scale_of_who_rated(project):
    rate(project, 24)
    result = run_here(CalibrateModel(project, "made", "carla"))
    row = models.current(project)
    assert row.name == "made calibrated"
    assert row.kind == "ridge, calibrated"
    assert row.settings["calibrated"]["gain"] == pytest.approx([0.5, 0.5], abs=1e-6)
    assert row.metrics["n_clips"] == 24
    assert row.metrics["valence"]["rmse"]["value"] < 1e-6
    assert row.metrics["interval"]["over"] == "clips that this person rates"
    before, after = said(project, "made")[1], said(project, "made calibrated")[1]
    assert after == pytest.approx(0.1 + 0.5 * before, abs=1e-6)
    assert "calibrated to 24 ratings" in result.sentence
    again = load(project.models_dir / row.file_name).model
    assert again.calibration.n == 24
    second = run_here(CalibrateModel(project, "made", "carla"))
    assert second.row.name == "made calibrated 2"
    # A model travels: it does not say who rated.
    assert b"carla" not in (project.models_dir / row.file_name).read_bytes()


@pytest.mark.parametrize(
    ("n", "who", "words"), [(19, "carla", "carla rated 19 clips"), (0, "", "Nobody rated 0")]
)
def test_under_twenty_ratings_are_counted_and_refused(project, n, who, words):
    rate(project, n)
    with pytest.raises(ModelError, match=words):
        CalibrateModel(project, "made", who)


def test_a_calibrated_model_is_not_calibrated_again(project):
    rate(project, 20)
    run_here(CalibrateModel(project, "made", "carla", "mine"))
    with pytest.raises(ModelError, match="calibrated already"):
        CalibrateModel(project, "mine", "carla")


# Files


@pytest.mark.parametrize("name", ["made", "apart"])
def test_a_model_predicts_the_same_to_the_bit_in_another_project(project, made, tmp_path, name):
    path = save_model(project, name, tmp_path / "mine")
    assert path.name == "mine.mermodel"
    shutil.copytree(made, tmp_path / "other.merdesk")
    with Project.open(tmp_path / "other.merdesk") as other:
        loaded = run_here(LoadModel(other, path, "theirs"))
        row = models.current(other)
        assert (row.name, row.kind) == ("theirs", models.find(project, name).kind)
        assert row.metrics == models.find(project, name).metrics
        assert "not scored" in loaded.sentence
        ids, affect = said(other, "theirs")
    new = np.isin(said(project, name)[0], ids)
    assert affect.tobytes() == said(project, name)[1][new].tobytes()
    assert len(ids) == 40


def test_clips_that_a_loaded_model_trained_on_are_not_held_out(project, tmp_path):
    path = save_model(project, "made", tmp_path / "mine.mermodel")
    loaded = run_here(LoadModel(project, path, "again"))
    ash = columns.load(project).ids[:40]
    assert loaded.fitted.clip_ids.tolist() == ash.tolist()
    assert not np.isin(loaded.held_out.clip_ids, ash).any()
    assert not len(run_here(PredictClips(project, "again")).new.clip_ids)


def test_a_model_whose_name_is_taken_is_told_with_a_free_name(project, tmp_path):
    path = save_model(project, "made", tmp_path / "mine.mermodel")
    with pytest.raises(TakenNameError, match="a model named made already") as told:
        LoadModel(project, path)
    assert told.value.free == "made 2"
    run_here(LoadModel(project, path, told.value.free))
    with pytest.raises(TakenNameError) as told:
        LoadModel(project, path)
    assert told.value.free == "made 3"


def test_a_file_that_is_there_is_not_overwritten(project, tmp_path):
    save_model(project, "made", tmp_path / "mine.mermodel")
    with pytest.raises(ModelError, match="is there already"):
        save_model(project, "made", tmp_path / "mine")
    with pytest.raises(ModelError, match="could not be written"):
        save_model(project, "made", tmp_path / "none" / "mine")


def test_a_model_of_other_features_is_refused(project, tmp_path):
    from merdesk.features import imported

    path = save_model(project, "made", tmp_path / "mine.mermodel")
    with FeatureStore.open(project.features_dir) as store:
        rows = {int(clip_id): np.ones(6) for clip_id in columns.load(project).ids}
        imported.write(store, FEATURES, [f"other{i}" for i in range(6)], rows, replace=True)
    with pytest.raises(ModelError, match="other made features"):
        run_here(LoadModel(project, path, "theirs"))


def test_scores_of_a_hostile_card_are_left_out():
    score = {"value": 0.5, "low": None, "high": 0.7, "n": 4, "note": ""}
    given = {
        "n_clips": -1,
        "n_clusters": 7,
        "valence": {"r2": score, "ccc": {"value": "x"}, "<b>": score},
        "arousal": [1],
        "interval": {"level": 0.9, "valence": "wide", "arousal": 1, "n": 3, "over": "x"},
    }
    assert plain_metrics(given) == {"n_clusters": 7, "valence": {"r2": score}}


# Transductive


def test_a_transductive_model_is_marked_and_says_so_in_its_file(project):
    row = models.find(project, "apart")
    assert row.kind == "ridge, transductive"
    assert row.settings["transductive"]
    assert "transductive" in row.settings["validated_by"]
    card = load(project.models_dir / row.file_name).card
    assert card.model == "ridge, transductive"
    assert any(note.startswith("Transductive") for note in card.notes)


def test_a_transductive_model_predicts_one_clip_as_it_predicts_all(project):
    clip_ids, affect = said(project, "apart")
    model_id = models.find(project, "apart").id
    gone = clip_ids == clip_ids[-1]
    kept = predictions.of_model(project, model_id)[1]
    predictions.replace(project, model_id, type(kept)(kept.clip_ids[~gone], kept.affect[~gone]))
    result = run_here(PredictClips(project, "apart", [int(clip_ids[-1])]))
    assert result.new.affect[0] == pytest.approx(affect[-1], abs=1e-9)


def test_a_cancelled_trace_run_goes_on_where_it_stopped(project):
    class Impatient(Delivering):
        def advance(self, n=1):
            super().advance(n)
            if self.state().done > 30 and self.state().step.startswith("Following"):
                self.cancel()

    work = PredictDynamic(project, "heard")
    with pytest.raises(Cancelled):
        run_here(work, Impatient(work))
    assert run_here(PredictDynamic(project, "heard")).n_new == 80 - 25
