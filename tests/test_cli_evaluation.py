"""evaluate and gap as a script uses them."""

import json

import pytest
from helpers.study import FEATURES, make_study

from merdesk.cli import main


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("cli") / "s.merdesk", shift=0.4)


def said(capfd, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    assert code == 0, err
    return out


def test_how_far_why_no_further_and_whether_to_believe_it(capfd, study):
    out = said(capfd, "evaluate", study, "--features", FEATURES, "--train", "Ash,Birch", "--test", "Cedar")
    assert out.index("Valence") < out.index("Arousal") < out.index("Why no further")
    assert "Ash + Birch on Cedar, valence: R2 drops by" in out
    assert "all predictions are shifted (offset)" in out
    assert "Can it be believed" in out
    assert "No duplicates between datasets" in out


def test_the_matrix_as_json_has_every_cell(capfd, study):
    found = json.loads(said(capfd, "evaluate", study, "--features", FEATURES, "--json"))
    assert len(found["cells"]) == 12
    cell = next(cell for cell in found["cells"] if cell["train"] == ["Ash"] and cell["test"] == "Cedar")
    assert cell["decomposition"]["valence"]["total"]["low"] > 0
    assert cell["scores"]["valence"]["r2"]["n_clusters"] == 24


def test_the_gap_in_words_and_as_json(capfd, study):
    assert "Ash and Cedar, annotations: energy distance" in said(capfd, "gap", study, "--features", FEATURES)
    assert len(json.loads(said(capfd, "gap", study, "--features", FEATURES, "--json"))["pairs"]) == 3


def test_a_dataset_that_is_not_there_is_one_sentence(capfd, study):
    assert main(["evaluate", str(study), "--features", FEATURES, "--test", "Oak"]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert "There is no dataset Oak here" in err
    assert "Traceback" not in err
