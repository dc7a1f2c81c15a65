"""The control of the dataset probe: one sound in two formats becomes one."""

import numpy as np
import pytest
from helpers.study import FEATURES, make_study

from merdesk.audio.files import Samples
from merdesk.audio.loudness import integrated_lufs
from merdesk.project.project import Project
from merdesk.workflows.format_control import RATE_HZ, in_one_format
from merdesk.workflows.gap import MeasureGap
from merdesk.workflows.gap_text import sentences
from merdesk.workflows.workflow import run_here


def tone(rate_hz, *, gain=0.2, seconds=3.0, n_channels=1):
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    y = gain * (np.sin(2 * np.pi * 440 * t) + 0.3 * np.sin(2 * np.pi * 2200 * t))
    return Samples(np.repeat(y[:, None], n_channels, axis=1).astype(np.float32), rate_hz)


def test_one_sound_in_two_formats_becomes_one():
    quiet, loud = tone(22_050, gain=0.02), tone(48_000, gain=0.6, seconds=5.0, n_channels=2)
    a, b = (in_one_format(samples, 2.0) for samples in (quiet, loud))
    assert len(a) == len(b) == 2 * RATE_HZ
    assert integrated_lufs(a, RATE_HZ) == pytest.approx(-23, abs=0.1)
    middle = slice(RATE_HZ // 2, RATE_HZ)
    assert np.abs(a[middle] - b[middle]).max() < 0.05 * np.abs(a).max()


def test_what_lies_above_the_common_band_is_gone():
    rng = np.random.default_rng(0)
    noise = Samples(rng.normal(0, 0.1, (3 * 44_100, 1)).astype(np.float32), 44_100)
    power = np.abs(np.fft.rfft(in_one_format(noise, 2.0))) ** 2
    hz = np.fft.rfftfreq(2 * RATE_HZ, 1 / RATE_HZ)
    assert power[hz > 10_500].mean() < 1e-2 * power[(hz > 1000) & (hz < 9000)].mean()


def test_without_audio_there_is_no_control_and_the_warning_stays(tmp_path):
    with Project.open(make_study(tmp_path / "s.merdesk", n_datasets=2, n_groups=12)) as project:
        found = run_here(MeasureGap(project, (FEATURES,), same_format=True))
    assert found["format_control"] is None
    assert "Codec, loudness and length" in found["sentences"][-1]


def test_the_control_is_told():
    score = {"value": 0.9, "low": 0.8, "high": 0.95}
    probe = {"balanced_accuracy": score, "p": 0.3}
    control = {"n": 40, "length_s": 5.0, "as_filed": probe, "same_format": probe}
    found = {
        "pairs": [],
        "probes": [],
        "dominance": [],
        "confounding": {"verdict": "Fine."},
        "datasets": [],
        "lacking": "",
        "left_out": [],
        "columns": [],
        "effects": [],
        "control": "Beware.",
        "format_control": control,
    }
    assert sentences(found)[-1].endswith("0.90 (0.80 to 0.95): no more than chance (p = 0.300).")
