"""Listening to a library: what it tells the doctor, that it is kept, and that bad files cost only themselves."""

import json

import numpy as np
import pytest
from helpers.sound_files import RATE_HZ, music, write

from merdesk.audio.listening import Heard
from merdesk.errors import Cancelled
from merdesk.progress import Progress
from merdesk.project.project import Project
from merdesk.workflows import diagnose, heard
from merdesk.workflows.check_audio import CheckAudio
from merdesk.workflows.import_any import importer
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Eight clips: 2 is 1 as MP3, 3 is silent, 4 is clipped, 5 ends early."""
    made = tmp_path_factory.mktemp("audio")
    songs = {number: music(4.5, seed=number) for number in (1, 4, 6, 7, 8)}
    write(made / "1.ogg", songs[1])
    write(made / "2.mp3", songs[1] * 0.5)
    write(made / "3.wav", np.zeros((4 * RATE_HZ, 2), "f4"))
    write(made / "4.flac", np.clip(songs[4] * 30, -1, 1))
    whole = write(made / "5.wav", music(4.5, seed=5)).read_bytes()
    (made / "5.wav").write_bytes(whole[: len(whole) // 2])
    for number in (6, 7, 8):
        write(made / f"{number}.ogg", songs[number])
    rows = [f"{number},{number}.{kind},{number / 10},0.5" for number, kind in enumerate(kinds(made), 1)]
    (made / "labels.csv").write_text("id,file,valence,arousal\n" + "\n".join(rows), encoding="utf-8")
    return made


def kinds(folder):
    return [next(folder.glob(f"{number}.*")).suffix[1:] for number in range(1, 9)]


@pytest.fixture
def project(tmp_path, folder):
    from merdesk.workflows.import_any import TableOptions

    with Project.create(tmp_path / "p.merdesk") as made:
        table = TableOptions(valence=(-1, 1), arousal=(-1, 1), name="T")
        run_here(importer(made, folder / "labels.csv", kind="table", table=table, audio=folder))
        yield made


def checks(project):
    return {one.finding.check: one.finding.affected for one in run_here(diagnose.Diagnose(project)).found}


def test_listening_tells_the_doctor_what_is_wrong_with_the_sound(project):
    before = checks(project)
    assert before["cut files"] == ("5",)
    assert not {"silent", "clipped", "same sound twice"} & set(before)
    done = run_here(CheckAudio(project, workers=1))
    assert (done.n_heard, done.n_there, done.problems) == (8, 0, ())
    found = checks(project)
    assert found["silent"] == ("3",)
    assert found["clipped"] == ("4",)
    assert found["same sound twice"] == ("1", "2")
    assert run_here(CheckAudio(project, workers=1)).n_there == 8


def test_a_file_that_is_gone_costs_only_itself(project, folder, tmp_path):
    hidden = (folder / "6.ogg").rename(tmp_path / "6.ogg")
    try:
        done = run_here(CheckAudio(project, workers=1))
    finally:
        hidden.rename(folder / "6.ogg")
    assert (done.n_heard, len(done.problems)) == (7, 1)
    assert done.sentence.endswith("1 not decodable.")
    assert checks(project)["undecodable"] == ("6",)


def test_what_was_heard_before_a_cancel_is_kept(project):
    class Impatient(Progress):
        def advance(self, n=1):
            self.cancel()
            super().advance(n)

    with pytest.raises(Cancelled):
        run_here(CheckAudio(project, workers=1), Impatient())
    assert run_here(CheckAudio(project, workers=1)).n_there >= 1


def test_what_is_kept_reads_back_as_it_was(tmp_path):
    from merdesk.audio.facts import AudioFacts

    facts = AudioFacts(4.5, 44_100, 2, 0.5, 0.25, True, -20.0)
    kept = {
        b"a" * 16: Heard(facts, np.arange(5, dtype=np.uint32)),
        b"b" * 16: Heard(problem="Ça ne va pas."),
        b"c" * 16: Heard(facts),
    }
    heard.save(tmp_path, kept)
    read = heard.load(tmp_path)
    assert list(read) == list(kept)
    for key, one in kept.items():
        assert (read[key].facts, read[key].problem) == (one.facts, one.problem)
        assert np.array_equal(read[key].words, one.words)
    heard.save(tmp_path, {})
    assert heard.load(tmp_path) == {}


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nothing", json.dumps({}).encode()])
def test_a_damaged_file_is_as_good_as_none(tmp_path, damage):
    assert heard.load(tmp_path) == {}
    (tmp_path / heard.FILE).write_bytes(damage)
    assert heard.load(tmp_path) == {}


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    heard.save(tmp_path / "file", {})
