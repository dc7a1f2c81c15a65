"""The command line as a script uses it: verbs, exit codes, one sentence for what goes wrong."""

import json
import subprocess
import sys

import pytest
from helpers.music import write_music, write_ratings

from merdesk.__main__ import VERBS
from merdesk.__main__ import main as program
from merdesk.cli import app, main
from merdesk.domain.words import counted
from merdesk.log import log_folder
from merdesk.project import clips, datasets
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.workflows import import_files

N_CLIPS = 6


def run(capfd, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    return code, out, err


def answer(capfd, *arguments):
    code, out, err = run(capfd, *arguments, "--json")
    assert code == 0, err
    assert out.count("\n") == 1
    return json.loads(out)


@pytest.fixture(scope="module")
def music(tmp_path_factory):
    folder = tmp_path_factory.mktemp("music")
    write_music(folder / "album", N_CLIPS)
    write_ratings(folder / "ratings.csv", N_CLIPS - 1)
    return folder


def test_from_a_folder_to_a_report(capfd, tmp_path, music):
    project = tmp_path / "study.merdesk"
    assert answer(capfd, "new", project) == {"project": str(project)}
    assert "6 of 6 audio files imported" in answer(capfd, "import", project, music / "album")["summary"]
    assert answer(capfd, "import", project, music / "ratings.csv")["left_out"] == []
    assert answer(capfd, "extract", project, "--workers", 1)["extracted"] == N_CLIPS
    again = answer(capfd, "extract", project, "--workers", 1)
    assert (again["extracted"], again["there"]) == (0, N_CLIPS)
    trained = answer(capfd, "train", project, "--name", "first", "--on", "My music")
    assert trained["scores"]["n_clips"] == N_CLIPS - 1
    assert trained["scores"]["valence"]["rmse"]["value"] > 0
    predicted = answer(capfd, "predict", project, "--model", "first")["predictions"]
    assert len(predicted) == N_CLIPS
    written = answer(capfd, "report", project, "--out", tmp_path / "out")["files"]
    assert {path.rpartition("/")[2] for path in written} >= {"report.html", "report.json", "scores.csv"}
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["data"]["totals"]["n_scored"] == N_CLIPS - 1
    info = answer(capfd, "info", project)
    assert info["features"] == {
        "chroma": {"clips": N_CLIPS, "of": N_CLIPS},
        "basic": {"clips": N_CLIPS, "of": N_CLIPS},
    }
    assert [model["name"] for model in info["models"]] == ["first"]


def test_what_was_asked_and_how_it_ended_is_in_the_log(capfd, tmp_path):
    run(capfd, "info", tmp_path / "none.merdesk")
    run(capfd, "--version")
    told = (log_folder() / "merdesk.log").read_text(encoding="utf-8")
    assert "merdesk info" in told
    assert "ERROR failed: " in told
    assert "INFO ended with 0" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["info", "nowhere.merdesk"], "is no merdesk project"),
        (["import", "P", "nothing-here"], "There is nothing at"),
        (["import", "P", "M", "--as", "spotify"], "--as spotify is not known"),
        (["import", "P", "T", "--as", "table", "--map", "valence"], "not of the form valence=COLUMN"),
        (["import", "P", "T", "--as", "table", "--valence-scale", "9:1"], "not of the form MIN:MAX"),
        (["train", "P", "--name", "x", "--on", "Nothing"], "There is no dataset Nothing here"),
        (
            ["train", "P", "--name", "x", "--on", "My music", "--features", "magic"],
            "no features named 'magic'",
        ),
        (
            ["train", "P", "--name", "x", "--on", "My music", "--model", "oracle"],
            "There is no model 'oracle'",
        ),
        (["predict", "P", "--model", "none"], "There is no model named none here"),
        (["report", "P", "--out", "OUT", "--model", "none"], "There is no model named none here"),
    ],
)
def test_a_problem_is_one_sentence_on_stderr(capfd, tmp_path, music, arguments, words):
    names = {
        "P": tmp_path / "p.merdesk",
        "M": music / "album",
        "T": music / "ratings.csv",
        "OUT": tmp_path / "out",
    }
    assert run(capfd, "new", names["P"])[0] == 0
    code, out, err = run(capfd, *(names.get(argument, argument) for argument in arguments))
    assert code == 1
    assert out == ""
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [["sing"], ["new"], ["extract", "p", "--workers", "-1"], ["--loud"]])
def test_wrong_usage_exits_with_two(capfd, arguments):
    code, out, err = run(capfd, *arguments)
    assert code == 2
    assert out == ""
    assert err


def test_a_defect_is_not_called_a_problem_of_the_user(capfd, monkeypatch, tmp_path):
    monkeypatch.setattr("merdesk.cli.Project.create", lambda _: 1 / 0)
    code, _, err = run(capfd, "new", tmp_path / "p.merdesk")
    assert code == 1
    assert "ZeroDivisionError" in err
    assert "defect of merdesk" in err


def test_every_verb_has_help_with_an_example(capfd):
    verbs = {command.name or command.callback.__name__.strip("_") for command in app.registered_commands}
    groups = {group.name: group.typer_instance for group in app.registered_groups}
    assert verbs | set(groups) == VERBS
    for name, group in groups.items():
        verbs |= {
            f"{name} {command.name or command.callback.__name__}" for command in group.registered_commands
        }
    for verb in sorted(verbs):
        code, out, _ = run(capfd, *verb.split(), "--help")
        assert code == 0
        assert f"Example: merdesk {verb} " in out


def test_help_and_version_exit_with_zero(capfd):
    assert run(capfd, "--version")[0] == 0
    assert run(capfd, "--help")[0] == 0


def test_a_project_open_elsewhere_is_not_written(capfd, tmp_path, music):
    project = tmp_path / "p.merdesk"
    assert run(capfd, "new", project)[0] == 0
    hold = f"import time; from pathlib import Path; from merdesk.project.project import Project; p = Project.open(Path({str(project)!r})); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE, text=True) as other:
        try:
            assert other.stdout.readline() == "open\n"
            code, _, err = run(capfd, "import", project, music / "album")
            assert code == 1
            assert "open in another window" in err
            assert run(capfd, "info", project)[0] == 0
        finally:
            other.kill()


def interrupt(monkeypatch, after):
    """Ctrl-C comes while the project takes in a slice, after so many whole ones."""
    add, slices = Batch.add, []

    def interrupted(batch, dataset_id, clips):
        slices.append(clips)
        if len(slices) > after:
            raise KeyboardInterrupt
        return add(batch, dataset_id, clips)

    monkeypatch.setattr(Batch, "add", interrupted)


def stopped(capfd, *arguments):
    assert main([str(argument) for argument in arguments]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    return err.strip()


def test_ctrl_c_in_the_import_of_a_folder_says_what_is_kept(capfd, monkeypatch, tmp_path, music):
    project = tmp_path / "study.merdesk"
    answer(capfd, "new", project)
    monkeypatch.setattr(import_files, "SLICE", 2)
    with monkeypatch.context() as patch:
        interrupt(patch, after=1)
        said = stopped(capfd, "import", project, music / "album")
    with Project.open(project) as opened:
        n = len(clips.locations(opened))
    assert (
        said
        == f"Stopped by Ctrl-C; {counted(n, 'file')} {'is' if n == 1 else 'are'} imported and kept, and the same command reads the rest."
    )
    assert 1 <= n <= 2
    assert (
        f"{N_CLIPS - n} of 6 audio files imported, {n} there already"
        in answer(capfd, "import", project, music / "album")["summary"]
    )


def test_ctrl_c_before_the_first_file_says_that_nothing_came(capfd, monkeypatch, tmp_path, music):
    project = tmp_path / "study.merdesk"
    answer(capfd, "new", project)
    interrupt(monkeypatch, after=0)
    assert stopped(capfd, "import", project, music / "album").startswith(
        "Stopped by Ctrl-C; no file was imported yet"
    )


def test_ctrl_c_in_the_import_of_a_dataset_leaves_nothing_and_says_so(capfd, monkeypatch, tmp_path, music):
    project = tmp_path / "study.merdesk"
    answer(capfd, "new", project)
    with monkeypatch.context() as patch:
        interrupt(patch, after=0)
        said = stopped(capfd, "import", project, music / "ratings.csv")
    assert said == "Stopped by Ctrl-C; nothing of it is in the project; the same command begins anew."
    with Project.open(project) as opened:
        assert clips.locations(opened) == []
        assert datasets.all(opened) == []
    assert answer(capfd, "import", project, music / "ratings.csv")["summary"].startswith("ratings: 5 clips")


def test_ctrl_c_while_the_program_loads_is_one_sentence(capfd, monkeypatch):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("merdesk.cli.main", interrupted)
    monkeypatch.setattr(sys, "argv", ["merdesk", "info", "x.merdesk"])
    assert program() == 1
    assert capfd.readouterr().err == "Stopped by Ctrl-C.\n"
