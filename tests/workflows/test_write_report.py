"""Writing a report: excerpts are asked for, come from the middle of a clip, and are the same bytes each time."""

import io
import os

import numpy as np
import soundfile
from helpers.report_data import built, columns_of

from merdesk.project.clips import ClipLocation
from merdesk.project.project import Project
from merdesk.workflows import write_report
from merdesk.workflows.workflow import run_here
from merdesk.workflows.write_report import EXCERPT_S, WriteReport, _excerpt


def clip_at(path, duration_s=None):
    place = None if path is None else os.fsencode(path)
    return ClipLocation(1, 1, place, 0.0, duration_s, None, None)


def test_an_excerpt_is_the_middle_of_a_clip_and_repeats_to_the_byte(tmp_path):
    rate = 16_000
    y = np.zeros(20 * rate)
    y[6 * rate : 14 * rate] = 0.2 * np.sin(2 * np.pi * 440 * np.arange(8 * rate) / rate)
    soundfile.write(tmp_path / "a.wav", y, rate)
    cut = _excerpt(clip_at(tmp_path / "a.wav", 20.0))
    assert cut.duration_s == EXCERPT_S
    heard, _ = soundfile.read(io.BytesIO(cut.ogg))
    assert np.abs(heard[2000:-2000].reshape(-1, 2000)).max(axis=1).min() > 0.1
    assert len(cut.ogg) < 80_000
    assert _excerpt(clip_at(tmp_path / "a.wav", 20.0)).ogg == cut.ogg


def test_clips_without_readable_audio_have_none(tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    assert _excerpt(clip_at(None)) is None
    assert _excerpt(clip_at(tmp_path / "gone.wav")) is None
    assert _excerpt(clip_at(tmp_path / "broken.wav")) is None


def test_excerpts_are_cut_only_when_asked_and_only_of_clips_that_are_listed(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        write_report.clips, "locations", lambda project, ids: [clip_at(None)] * len(asked.append(ids) or ids)
    )
    report = built(columns_of(60), n_resamples=50)
    shorter = {**report, "left_out": ["worst"]}
    with Project.create(tmp_path / "empty.merdesk") as project:
        WriteReport(project, report, tmp_path / "out")
        WriteReport(project, shorter, tmp_path / "out", excerpts=True)
        assert asked == []
        work = WriteReport(project, report, tmp_path / "out", ("json",), excerpts=True)
        assert asked == [[row["clip_id"] for row in report["worst_clips"]["rows"]]]
        assert [path.name for path in run_here(work)] == ["report.json"]
