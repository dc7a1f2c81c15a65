"""Imported features on the command line, on a dataset without audio."""

import json

import numpy as np
import pytest

from merdesk.cli import main

N = 30


@pytest.fixture
def study(capfd, tmp_path):
    """A project with thirty rated clips, and their features in a table whose lines end in CR and that has no heading."""
    rng = np.random.default_rng(0)
    affect = rng.uniform(1, 9, (N, 2))
    rows = [f"song_{i}.mp3,g{i % 6},{v:.3f},{a:.3f}" for i, (v, a) in enumerate(affect)]
    (tmp_path / "ratings.csv").write_text("\n".join(["file,artist,valence,arousal", *rows]), encoding="utf-8")
    features = np.column_stack([affect + rng.normal(0, 0.5, (N, 2)), rng.normal(size=(N, 3))])
    lines = [f"song_{i}.wav," + ",".join(f"{v:.2E}" for v in row) for i, row in enumerate(features)]
    (tmp_path / "features.csv").write_text("\r".join(lines), encoding="utf-8", newline="")
    project = tmp_path / "p.merdesk"
    assert main(["new", str(project)]) == 0
    assert (
        main(["import", str(project), str(tmp_path / "ratings.csv"), "--as", "table", "--name", "Songs"]) == 0
    )
    capfd.readouterr()
    return project


def answer(capfd, *arguments):
    code = main([*map(str, arguments), "--json"])
    out, err = capfd.readouterr()
    assert code == 0, err
    return json.loads(out)


def test_a_model_is_trained_on_a_table_alone(capfd, study, tmp_path):
    found = answer(capfd, "features", "import", study, tmp_path / "features.csv", "--name", "given")
    assert (found["clips"], found["new"], found["columns"], found["clips_without"]) == (N, N, 5, 0)
    trained = answer(capfd, "train", study, "--name", "m", "--features", "given", "--on", "Songs")
    assert trained["scores"]["n_clips"] == N
    assert trained["scores"]["arousal"]["r2"]["value"] > 0.7
    info = answer(capfd, "info", study)
    assert info["features"]["given"] == {"clips": N, "of": N}
    (stored,) = info["stored_features"]
    assert (stored["name"], stored["imported"], stored["columns"]) == ("given", True, 5)
    assert len(answer(capfd, "predict", study, "--model", "m")["predictions"]) == N


def test_what_was_not_taken_is_named(capfd, study, tmp_path):
    table = "file,x,mean_valence,note\nsong_0.mp3,1,5,a\nsong_1.mp3,2,6,b\nnobody.mp3,3,7,c\n"
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    arguments = (
        "features",
        "import",
        study,
        tmp_path / "t.csv",
        "--name",
        "small",
        "--id",
        "file",
        "--dataset",
        "Songs",
    )
    found = answer(capfd, *arguments)
    assert {one["name"]: one["reason"] for one in found["left_out_columns"]} == {
        "mean_valence": "named like a label",
        "note": "holds text",
    }
    assert [one["reason"] for one in found["left_out"]] == ["'nobody.mp3' names no clip of this project"]
    assert main([*map(str, arguments)]) == 0
    out, err = capfd.readouterr()
    assert "2 there already" in out
    assert "Column mean_valence: named like a label" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone.csv", "--name", "x"], "cannot be read"),
        (["features.csv", "--name", "chroma"], "computed by merdesk itself"),
        (
            ["features.csv", "--name", "x", "--dataset", "None"],
            "no dataset None here; this project has Songs",
        ),
        (["features.csv", "--name", "x", "--id", "song"], "no column 'song'"),
    ],
)
def test_a_problem_is_one_sentence_on_stderr(capfd, study, tmp_path, arguments, words):
    assert main(["features", "import", str(study), str(tmp_path / arguments[0]), *arguments[1:]]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert words in " ".join(err.split())
    assert "Traceback" not in err


def test_an_import_without_a_name_is_wrong_usage(capfd, study, tmp_path):
    assert main(["features", "import", str(study), str(tmp_path / "features.csv")]) == 2


def test_sets_are_listed_and_removed_with_consent_only(capfd, study, tmp_path):
    answer(capfd, "features", "import", study, tmp_path / "features.csv", "--name", "given")
    listed = {row["name"]: row for row in answer(capfd, "features", "list", study)["sets"]}
    assert (listed["given"]["clips"], listed["given"]["current"], listed["chroma"]["clips"]) == (N, True, 0)
    assert main(["features", "prune", str(study), "given"]) == 1
    assert "cannot be undone. Add --yes" in " ".join(capfd.readouterr().err.split())
    assert main(["features", "prune", str(study), "given", "--earlier", "--yes"]) == 1
    assert "No such features named 'given'" in " ".join(capfd.readouterr().err.split())
    removed = answer(capfd, "features", "prune", study, "given", "--yes")
    assert (removed["sets"], removed["freed"]) == (1, listed["given"]["bytes"])
    assert "given" not in {row["name"] for row in answer(capfd, "features", "list", study)["sets"]}


def test_the_licence_of_opensmile_is_told_where_it_is_used(capfd, study):
    assert main(["extract", str(study), "--features", "egemaps"]) == 0
    assert "audEERING's research licence" in " ".join(capfd.readouterr().err.split())
    assert main(["extract", str(study), "--features", "classic"]) == 0
    assert "licence" not in capfd.readouterr().err
