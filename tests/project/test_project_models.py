"""Models, their predictions, and what removing them leaves."""

import numpy as np
import pytest
from helpers.project_rows import fill

from merdesk.domain.prediction import Predictions
from merdesk.errors import ProjectError
from merdesk.project import columns, history, models, predictions
from merdesk.project.models import ModelRow


def _model(name="first", **changes):
    facts = {"name": name, "kind": "ridge", "features": "chroma+jukebox", "trained_on": ("EmoMusic", "DEAM")}
    return ModelRow(**(facts | changes))


def _purge(project):
    while project.tidy(1.0):
        pass


def test_a_model_comes_back_as_it_was_added(project):
    given = _model(settings={"alpha": 1.5}, metrics={"valence": {"r2": 0.3}}, file_name="first.mermodel")
    model_id = models.add(project, given)
    kept = models.get(project, model_id)
    assert (kept.name, kept.kind, kept.features) == ("first", "ridge", "chroma+jukebox")
    assert (kept.trained_on, kept.settings, kept.metrics) == (
        ("EmoMusic", "DEAM"), {"alpha": 1.5}, {"valence": {"r2": 0.3}},
    )  # fmt: skip
    assert kept.created_at
    assert models.all(project) == [kept]
    assert models.find(project, "first") == kept
    assert models.find(project, "other") is None


def test_a_trained_model_does_not_cost_the_chance_to_redo(project):
    fill(project, 1)
    history.undo(project)
    models.add(project, _model())
    assert history.redo_label(project) == "Import EmoMusic"


def test_names_of_models_are_unique(project):
    models.add(project, _model())
    with pytest.raises(ProjectError, match="There is a model named first already; choose another name"):
        models.add(project, _model())


def test_the_newest_model_is_current_until_one_is_chosen(project):
    assert models.current(project) is None
    first, second = models.add(project, _model("a")), models.add(project, _model("b"))
    assert models.current(project).id == second
    models.set_current(project, first)
    assert models.current(project).id == first
    models.remove(project, first)
    assert models.current(project).id == second


def test_undo_brings_a_removed_model_back_with_its_predictions(project):
    fill(project, 2)
    model_id = models.add(project, _model(file_name="first.mermodel"))
    (project.models_dir / "first.mermodel").write_bytes(b"weights")
    predictions.replace(project, model_id, Predictions([1], [[0.5, -0.5]]))
    assert "prediction" in models.remove(project, model_id)
    assert predictions.of_clip(project, 1) == []
    assert np.isnan(columns.load(project).prediction).all()
    _purge(project)
    history.undo(project)
    assert predictions.of_clip(project, 1)[0].affect.valence == 0.5
    assert (project.models_dir / "first.mermodel").exists()


def test_undo_meets_a_new_model_of_the_same_name(project):
    first = models.add(project, _model())
    models.remove(project, first)
    second = models.add(project, _model())
    history.undo(project)
    assert [(model.id, model.name) for model in models.all(project)] == [
        (first, "first (1)"),
        (second, "first"),
    ]


def test_a_removed_models_file_goes_when_nothing_can_bring_it_back(project, monkeypatch):
    fill(project, 1)
    model_id = models.add(project, _model(file_name="first.mermodel"))
    file = project.models_dir / "first.mermodel"
    record = file.with_suffix(".run.json")
    for each in (file, record):
        each.write_bytes(b"weights")
    predictions.replace(project, model_id, Predictions([1], [[0.5, -0.5]]))
    models.remove(project, model_id)
    monkeypatch.setattr(history, "STEPS_KEPT", 1)
    history.undo(project)
    models.remove(project, model_id)
    fill(project, 1, name="Other")
    _purge(project)
    assert not file.exists()
    assert not record.exists()
    assert project.database.value("SELECT count(*) FROM prediction") == 0
    assert models.all(project) == []


def test_a_model_that_is_not_there_is_a_key_error(project):
    with pytest.raises(KeyError, match="no model 5"):
        models.get(project, 5)


def test_replacing_takes_everything_the_model_said_and_adding_what_it_said_about_these(project):
    fill(project, 3)
    model_id, other = models.add(project, _model("a")), models.add(project, _model("b"))
    predictions.replace(project, other, Predictions([1], [[0.0, 0.0]]))
    predictions.replace(project, model_id, Predictions([1, 2], [[0.1, 0.1], [0.2, np.nan]]))
    changes = predictions.add(
        project, model_id, Predictions([2, 3], [[0.5, 0.5], [0.6, 0.6]], held_out=False)
    )
    assert changes.ids("clip") == {2, 3}
    in_sample, held_out = predictions.of_model(project, model_id)
    assert (in_sample.clip_ids.tolist(), in_sample.held_out) == ([2, 3], False)
    assert in_sample.affect.tolist() == [[0.5, 0.5], [0.6, 0.6]]
    assert held_out.clip_ids.tolist() == [1, 2]
    assert np.isnan(held_out.affect[1, 1])
    predictions.replace(project, model_id, Predictions([3], [[0.9, 0.9]]))
    in_sample, held_out = predictions.of_model(project, model_id)
    assert len(in_sample.clip_ids) == 0
    assert held_out.clip_ids.tolist() == [3]
    assert [one.model for one in predictions.of_clip(project, 1)] == ["b"]


def test_predictions_of_hidden_clips_are_not_told(project):
    fill(project, 2)
    model_id = models.add(project, _model())
    predictions.replace(project, model_id, Predictions([1, 2], [[0, 0], [0, 0]]))
    history.undo(project)
    assert len(predictions.of_model(project, model_id)[1].clip_ids) == 0
    history.redo(project)
    assert len(predictions.of_model(project, model_id)[1].clip_ids) == 2
