"""Verbs about models as a script uses them."""

import json

import pytest
from helpers.study import FEATURES, make_study

from merdesk.cli import main
from merdesk.domain.affect import Affect
from merdesk.domain.clip import ClipId
from merdesk.project import annotations, annotators, columns
from merdesk.project.project import Project
from merdesk.workflows import paper
from merdesk.workflows.paper_text import record


def run(capfd, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    return code, out, err


def answer(capfd, *arguments):
    code, out, err = run(capfd, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.fixture
def study(tmp_path, capfd):
    path = make_study(tmp_path / "s.merdesk", n_datasets=2, n_groups=15)
    answer(capfd, "train", path, "--name", "first", "--on", "Ash", "--features", FEATURES)
    return path


def test_a_transductive_model_with_heads_is_marked(capfd, study):
    asked = ("--features", FEATURES, "--on", "Ash,Birch", "--model", "heads", "--transductive")
    trained = answer(capfd, "train", study, "--name", "t", *asked)
    assert trained["kind"] == "heads, transductive"
    assert "heads, transductive" in run(capfd, "info", study)[1]


def test_a_search_is_for_models_that_have_settings(capfd, study):
    asked = ("--name", "t", "--on", "Ash", "--features", FEATURES, "--search", "12")
    code, _, err = run(capfd, "train", study, *asked)
    assert (code, err.strip()) == (
        1,
        "ridge has no settings to search 12 times; leave the search out, or choose mlp or blend.",
    )


def test_a_model_is_calibrated_saved_and_loaded(capfd, study, tmp_path):
    with Project.open(study) as project:
        carla = annotators.named(project, "carla")
        for clip_id in columns.load(project).ids[:20].tolist():
            annotations.rate(
                project, clip_id=ClipId(clip_id), annotator_id=carla, unit=Affect(clip_id / 100, 0.1)
            )
    code, _, err = run(capfd, "calibrate", study, "--model", "first", "--to", "nobody")
    assert (code, err.split(";")[0]) == (1, "nobody rated 0 clips that the model predicts")
    made = answer(capfd, "calibrate", study, "--model", "first", "--to", "carla")
    assert (made["model"], made["n"]) == ("first calibrated", 20)
    saved = answer(capfd, "model", "save", study, tmp_path / "m", "--model", "first")["file"]
    loaded = answer(capfd, "model", "load", study, saved, "--name", "again")
    assert loaded == {"model": "again", "kind": "ridge", "predicted": 60}


def test_a_file_that_is_no_model_is_refused(capfd, study, tmp_path):
    (tmp_path / "evil.mermodel").write_bytes(b"PK\x03\x04 not a zip")
    code, _, err = run(capfd, "model", "load", study, tmp_path / "evil.mermodel")
    assert code == 1
    assert "evil.mermodel cannot be read as a merdesk model" in err


def test_features_from_a_table_have_nothing_to_follow(capfd, study):
    code, _, err = run(capfd, "predict", study, "--model", "first", "--dynamic")
    assert code == 1
    assert "two frames a second" in err


def test_the_papers_experiment_names_the_sets_that_are_missing(capfd, study, monkeypatch):
    code, _, err = run(capfd, "paper", study, "--features", FEATURES)
    assert code == 1
    assert "has none of them; import EmoMusic, PMEmo, DEAM, WTC, WCMED." in err
    monkeypatch.setattr(paper, "SETS", ("Birch", "Cedar", "Ash"))
    monkeypatch.setattr(paper, "UNION", ("Birch", "Ash"))
    monkeypatch.setattr(paper, "PUBLISHED", {(("Birch",), "Ash", "valence"): -0.5})
    asked = ("paper", study, "--features", FEATURES, "--model", "ridge")
    found = answer(capfd, *asked)
    assert found["missing"] == ["Cedar"]
    assert [cell["train"] for cell in found["cells"][:4:2]] == [["Birch"], ["Birch"]]
    assert len(found["cells"]) == 2 * (4 + 2)
    published = {
        (*cell["train"], cell["test"], cell["dimension"]): cell["published_r2"] for cell in found["cells"]
    }
    assert published["Birch", "Ash", "valence"] == -0.5
    assert published["Birch", "Ash", "arousal"] is None
    text = run(capfd, *asked)[1]
    assert "(-0.50)" in text
    assert "Not the paper's features: made instead of jukebox + chroma." in text
    with Project.open(study) as project:
        assert record(paper.latest(project)) == found


def test_two_models_are_compared_with_intervals_and_corrected_tests(capfd, study):
    answer(capfd, "train", study, "--name", "second", "--on", "Birch", "--features", FEATURES)
    found = answer(capfd, "model", "compare", study, "first", "second")
    assert [(row["dataset"], row["dimension"]) for row in found["rows"]] == [
        ("Ash", "valence"),
        ("Ash", "arousal"),
        ("Birch", "valence"),
        ("Birch", "arousal"),
    ]
    assert found["rows"][0]["trained_on_it"] == [True, False]
    assert all(row["low"] <= row["difference"] <= row["high"] for row in found["rows"])
    assert all(row["p"] <= row["p_holm"] for row in found["rows"])
    code, out, _ = run(capfd, "model", "compare", study, "first", "second")
    assert (code, len(out.splitlines())) == (0, 5)
    assert out.splitlines()[0].startswith("Ash, valence: r2 ")
    code, _, err = run(capfd, "model", "compare", study, "first", "third")
    assert (code, "There is no model named third here" in err) == (1, True)
