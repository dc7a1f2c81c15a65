"""Jukebox on the command line: a local server, small checkpoints."""

import hashlib
import io
import json
import sys

import numpy as np
import pytest
from helpers.jukebox_server import served
from helpers.jukebox_weights import WIDTH, write_deep
from helpers.music import write_music

from merdesk.cli import main
from merdesk.features.jukebox import weights as known
from merdesk.features.jukebox.extractor import JukeboxExtractor
from merdesk.features.jukebox.weights import PublishedFile
from merdesk.project.project import Project
from merdesk.workflows.feature_state import feature_states


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return write_deep(tmp_path_factory.mktemp("jukebox"))


@pytest.fixture(autouse=True)
def no_weights_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("MERDESK_JUKEBOX_WEIGHTS", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def song(tmp_path):
    write_music(tmp_path / "music", 1)
    return next((tmp_path / "music").iterdir())


@pytest.fixture
def published(monkeypatch, weights):
    """Pretend that the small files are the published ones."""
    contents = {name: (weights / name).read_bytes() for name in (known.VQVAE.name, known.PRIOR.name)}
    files = tuple(
        PublishedFile(name, hashlib.sha256(content).hexdigest(), len(content))
        for name, content in contents.items()
    )
    monkeypatch.setattr(known, "FILES", files)
    return contents


def run(capfd, *arguments):
    code = main([str(argument) for argument in ("jukebox", *arguments)])
    out, err = capfd.readouterr()
    return code, out, " ".join(err.split())


def answer(capfd, *arguments, code=0):
    found, out, err = run(capfd, *arguments, "--json")
    assert found == code, err
    assert out.count("\n") == 1
    return json.loads(out)


def test_download_shows_the_licence_and_fetches_nothing_without_consent(
    capfd, monkeypatch, tmp_path, published
):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with served(published) as site:
        code, out, err = run(capfd, "download", "--weights", tmp_path / "w", "--from", site.url)
    assert code == 1
    assert out == ""
    assert "Noncommercial Use License" in err
    assert "add --accept-licence" in err
    assert not site.asked


def test_download_resumes_checks_and_says_where(capfd, tmp_path, published):
    folder = tmp_path / "w"
    arguments = ("download", "--weights", folder, "--accept-licence")
    with served(published, "truncates", "403") as site:
        code, _, err = run(capfd, *arguments, "--from", site.url)
    assert code == 1
    assert "The server refuses" in err
    kept = (folder / "vqvae.pth.tar.part").stat().st_size
    assert kept == 50_000
    with served(published) as site:
        found = answer(capfd, *arguments, "--from", site.url)
    assert site.asked[0] == ("vqvae.pth.tar", f"bytes={kept}-")
    assert found["weights"] == str(folder)
    assert found["files"] == {name: len(content) for name, content in published.items()}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == published


def test_weights_that_are_there_are_not_asked_for_again(capfd, weights):
    code, out, err = run(capfd, "download", "--weights", weights)
    assert (code, err) == (0, "")
    assert str(weights) in out


def test_a_person_at_the_terminal_is_asked(capfd, monkeypatch, tmp_path, published):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for reply, code in (("n\n", 1), ("y\n", 0)):
        monkeypatch.setattr(sys, "stdin", Terminal(reply))
        with served(published) as site:
            found, _, err = run(capfd, "download", "--weights", tmp_path / "w", "--from", site.url)
        assert found == code, err
        assert "Do you accept this licence?" in err
        assert bool(site.asked) == (code == 0)


def test_verify_tells_the_published_files_from_others(capfd, weights, published):
    found = answer(capfd, "verify", "--weights", weights, "--device", "cpu")
    assert found["published"]
    assert (found["layers"], found["width"]) == (36, WIDTH)


def test_verify_exits_with_one_over_other_files(capfd, weights):
    found = answer(capfd, "verify", "--weights", weights, code=1)
    assert not found["passed"]
    assert [file["published"] for file in found["files"]] == [False, False]
    code, out, err = run(capfd, "verify", "--weights", weights)
    assert code == 1
    assert "is not the published file" in out
    assert "not the published weights" in err


def test_bench_says_what_a_window_costs(capfd, weights):
    found = answer(capfd, "bench", "--weights", weights, "--device", "cpu", "--precision", "fp32")
    assert (found["device"], found["precision"], found["layer"], found["width"]) == ("cpu", "fp32", 36, WIDTH)
    assert found["window_s"] > found["layer_s"] > 0
    assert found["hours_per_1000_clips"] == pytest.approx(found["window_s"] / 3.6)


def test_embed_writes_codes_frames_and_their_mean(capfd, tmp_path, weights, song):
    out = tmp_path / "song.npz"
    found = answer(
        capfd, "embed", song, "--out", out, "--weights", weights, "--device", "cpu", "--precision", "fp32"
    )
    with np.load(out) as stored:
        codes, frames, pooled = (stored[name] for name in ("codes", "frames", "pooled"))
    assert frames.dtype == pooled.dtype == np.float32
    assert frames.shape == (len(codes), WIDTH) == (found["codes"], found["width"])
    np.testing.assert_allclose(pooled, frames.mean(axis=0), rtol=1e-4, atol=1e-5)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_embed_hears_any_layer(capfd, tmp_path, weights, song):
    first, last = (
        run(capfd, "embed", song, "--out", tmp_path / f"{layer}.npz", "--weights", weights, "--layer", layer)
        for layer in (1, 36)
    )
    assert first[0] == last[0] == 0
    with np.load(tmp_path / "1.npz") as one, np.load(tmp_path / "36.npz") as other:
        assert np.array_equal(one["codes"], other["codes"])
        assert not np.allclose(one["pooled"], other["pooled"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["embed", "SONG", "--out", "OUT"], "fetch them with merdesk jukebox download"),
        (["embed", "nothing.wav", "--out", "OUT", "--weights", "W"], "nothing.wav"),
        (["embed", "SONG", "--out", "nowhere/x.npz", "--weights", "W"], "cannot be written"),
        (["embed", "SONG", "--out", "OUT", "--weights", "W", "--layer", "40"], "36 layers"),
        (
            ["embed", "SONG", "--out", "OUT", "--weights", "W", "--device", "cpu", "--precision", "fp16"],
            "choose bf16",
        ),
        (["verify", "--weights", "EMPTY"], "fetch them with merdesk jukebox download"),
        (["bench", "--weights", "EMPTY"], "fetch them with merdesk jukebox download"),
    ],
)
def test_a_problem_is_one_sentence_on_stderr(capfd, tmp_path, weights, song, arguments, words):
    names = {"SONG": song, "OUT": tmp_path / "x.npz", "W": weights, "EMPTY": tmp_path / "empty"}
    code, out, err = run(capfd, *(names.get(argument, argument) for argument in arguments))
    assert (code, out) == (1, "")
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [["embed"], ["embed", "x.wav", "--out", "y", "--device", "abacus"], ["sing"], ["bench", "--layer", "0"]],
)
def test_wrong_usage_exits_with_two(capfd, arguments):
    assert run(capfd, *arguments)[0] == 2


def test_a_project_is_extracted_by_workers_that_find_the_weights_in_the_environment(
    capfd, monkeypatch, tmp_path, weights, song
):
    project = tmp_path / "p.merdesk"
    assert main(["new", str(project)]) == main(["import", str(project), str(song.parent)]) == 0
    capfd.readouterr()
    assert main(["extract", str(project), "--features", "jukebox"]) == 1
    assert "fetch them with merdesk jukebox" in " ".join(capfd.readouterr().err.split())
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(weights))
    assert main(["extract", str(project), "--features", "jukebox", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["extracted"] == 1
    monkeypatch.delenv("MERDESK_JUKEBOX_WEIGHTS")
    with Project.open(project) as opened:
        (state,) = [one for one in feature_states(opened) if one.name == "jukebox"]
        assert (state.n_clips, state.n_of, state.n_columns, state.missing_weights) == (1, 1, WIDTH, True)
        assert state.sentence == "1 of 1 clips"
    assert JukeboxExtractor(weights).dimension_names[0] == "jukebox 36.0000"


def test_layers_and_windows_are_asked_for_by_name_and_the_device_by_an_option(
    capfd, monkeypatch, tmp_path, weights, song
):
    project = tmp_path / "p.merdesk"
    assert main(["new", str(project)]) == main(["import", str(project), str(song.parent)]) == 0
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", str(weights))
    monkeypatch.setenv("MERDESK_JUKEBOX_DEVICE", "mps")  # taken back after the test
    names = "jukebox-layer2-fp32,jukebox-layer2-cover-fp32"
    assert main(["extract", str(project), "--features", names, "--device", "cpu"]) == 0
    capfd.readouterr()
    with Project.open(project) as opened:
        stored = {one.name: one for one in feature_states(opened) if one.n_stored}
    assert set(stored) == set(names.split(","))
    assert all(one.current and one.n_clips == 1 for one in stored.values())
    assert '"window":"cover"' in stored["jukebox-layer2-cover-fp32"].features.settings
    assert main(["extract", str(project), "--features", "jukebox-layer0"]) == 1
    assert "There are no features named 'jukebox-layer0'" in " ".join(capfd.readouterr().err.split())


def test_embed_hears_the_whole_file_on_request(capfd, tmp_path, weights):
    write_music(tmp_path / "long", 1, seconds=26)
    long = next((tmp_path / "long").iterdir())
    base = ("embed", long, "--weights", weights, "--layer", "1", "--precision", "fp32", "--out")
    first = answer(capfd, *base, tmp_path / "first.npz")
    cover = answer(capfd, *base, tmp_path / "cover.npz", "--windows", "cover")
    assert (first["codes"], cover["codes"]) == (8192, 26 * 44_100 // 128)
