"""Verbs about data on the command line: doctor, export, locate, genres, splits."""

import json

import pytest
from helpers.dataset_layouts import write, write_emomusic
from helpers.music import write_music
from helpers.planted import write_planted_deam
from helpers.real_datasets import REAL, needs_real_files

from merdesk.cli import main

EXCHANGED = "DEAM/exchanged/1..40"


def run(capfd, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    return code, out, err


def answer(capfd, *arguments):
    code, out, err = run(capfd, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.fixture
def project(capfd, tmp_path):
    path = tmp_path / "p.merdesk"
    assert run(capfd, "new", path)[0] == 0
    assert run(capfd, "import", path, write_planted_deam(tmp_path / "deam"))[0] == 0
    return path


def of_id(said, finding_id):
    (found,) = [found for found in said["findings"] if found["id"] == finding_id]
    return found


def test_a_repair_is_listed_applied_and_reverted(capfd, project):
    found = of_id(answer(capfd, "doctor", project), EXCHANGED)
    assert found["severity"] == "error"
    assert found["repair"]["preselected"]
    assert not found["repaired"]
    said = answer(capfd, "doctor", project, "--apply", EXCHANGED)
    assert said["applied"] == [EXCHANGED]
    assert of_id(said, EXCHANGED)["repaired"]
    assert [repair["id"] for repair in said["repairs"]] == [EXCHANGED]
    assert answer(capfd, "doctor", project, "--apply", "all")["applied"] == []
    assert answer(capfd, "info", project)["provenance"] == [
        {"title": "Exchange valence and arousal of 40 clips of DEAM", "reverted": False}
    ]
    said = answer(capfd, "doctor", project, "--revert", EXCHANGED)
    assert said["repairs"] == []
    assert not of_id(said, EXCHANGED)["repaired"]


def test_the_doctor_listens_when_asked(capfd, tmp_path):
    path = tmp_path / "p.merdesk"
    assert run(capfd, "new", path)[0] == 0
    clips = write_music(tmp_path / "music", 2, seconds=5)
    clips[1].write_bytes(clips[0].read_bytes() + bytes(1000))
    rows = [f"{clip.stem},{clip.name},0.{n},0.5" for n, clip in enumerate(clips, 1)]
    table = tmp_path / "music" / "labels.csv"
    table.write_text("id,file,valence,arousal\n" + "\n".join(rows), encoding="utf-8")
    scales = ("--valence-scale", "-1:1", "--arousal-scale", "-1:1")
    answer(capfd, "import", path, table, "--as", "table", "--audio", tmp_path / "music", *scales)
    said = answer(capfd, "doctor", path)
    assert "listened" not in said
    said = answer(capfd, "doctor", path, "--audio")
    assert said["listened"] == {"sentence": "2 clips listened to.", "problems": []}
    assert "same sound twice" in [found["check"] for found in said["findings"]]
    _, out, _ = run(capfd, "doctor", path, "--audio")
    assert out.startswith("0 clips listened to, 2 known already.")


def test_words_and_markdown_name_finding_and_repair(capfd, project):
    _, out, _ = run(capfd, "doctor", project)
    assert f"--apply '{EXCHANGED}'" in out
    _, out, _ = run(capfd, "doctor", project, "--apply", "all", "--markdown")
    assert "# What the dataset doctor found" in out
    assert "- Exchange valence and arousal of 40 clips of DEAM (since " in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--apply", "DEAM/sings"], "no finding 'DEAM/sings'"),
        (["--revert", EXCHANGED], "No repair"),
        (["--apply", "all", "--revert", "all"], "exclude one another"),
        (["--apply", "DEAM/without audio/1..90"], "proposes no repair"),
    ],
)
def test_a_wrong_id_is_told_in_one_sentence(capfd, project, arguments, words):
    code, out, err = run(capfd, "doctor", project, *arguments)
    assert (code, out) == (1, "")
    assert words in err
    assert "Traceback" not in err


@needs_real_files
def test_all_four_published_sets_are_imported_and_examined(capfd, tmp_path):
    path = tmp_path / "p.merdesk"
    assert run(capfd, "new", path)[0] == 0
    for folder in ("emomusic", "DEAM", "PMEmo2019", "WCMED"):
        assert run(capfd, "import", path, REAL / folder)[0] == 0
    counts = {
        row["name"]: (row["clips"], row["annotated"]) for row in answer(capfd, "info", path)["datasets"]
    }
    assert counts == {"EmoMusic": (744, 744), "DEAM": (1802, 1802), "PMEmo": (794, 767), "WCMED": (400, 400)}
    said = answer(capfd, "doctor", path, "--apply", "all")
    assert said["applied"] == ["DEAM/exchanged/2..1000"]
    details = " ".join(of_id(said, "DEAM/exchanged/2..1000")["details"])
    assert "exchanged: filed valence against the traces of valence 0.575 and arousal 0.956" in details
    assert of_id(said, "PMEmo/without label/11..866")["evidence"]["clips"] == 27
    repeated = " ".join(of_id(said, "PMEmo/repeated songs/90..967")["details"])
    assert "90 and 92: " in repeated


def test_annotations_are_exported_as_filed_or_repaired(capfd, tmp_path, project):
    said = answer(capfd, "export", project, tmp_path / "out", "--format", "source")
    assert {path.rpartition("/")[2] for path in said["files"]} >= {
        "valence.csv",
        "references.bib",
        "README.txt",
    }
    said = answer(capfd, "export", project, tmp_path / "out", "--what", "splits", "--format", "npz")
    assert said["files"] == [str(tmp_path / "out" / "splits.npz")]
    code, out, err = run(capfd, "export", project, tmp_path / "out", "--what", "splits", "--format", "jams")
    assert (code, out) == (1, "")
    assert "cannot be written as jams" in err


def test_audio_is_located_in_any_folder(capfd, tmp_path, project):
    write_music(tmp_path / "music", 1)[0].rename(tmp_path / "music" / "7.wav")
    said = answer(capfd, "locate", project, tmp_path / "music")
    assert (said["wanted"], said["by_name"], len(said["missing"])) == (90, 1, 89)
    assert run(capfd, "locate", project, tmp_path / "nowhere")[0] == 1


def test_genres_are_shown_and_mapped(capfd, tmp_path):
    path = tmp_path / "p.merdesk"
    assert run(capfd, "new", path)[0] == 0
    assert run(capfd, "import", path, write_emomusic(tmp_path / "emomusic"))[0] == 0
    _, out, _ = run(capfd, "genres", path)
    assert out.splitlines() == ["dataset,raw,primary,clips", "EmoMusic,Blues,Blues,2", "EmoMusic,Rock,Rock,1"]
    table = write(tmp_path / "map.csv", "raw,primary\nBlues,Roots\n")
    said = answer(capfd, "genres", path, "--map", table)
    assert said["changed"] == 1
    assert said["genres"][0]["primary"] == "Roots"


def test_splits_are_imported(capfd, tmp_path, project):
    table = write(tmp_path / "s.csv", "id,split\n1,train\n2,test\n")
    assert answer(capfd, "splits", project, "--import", table) == {
        "splits": {"test": 1, "train": 1},
        "left_out": [],
    }
