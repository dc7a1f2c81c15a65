"""Recording a trace on the clock of the audio, and how late it is."""

import numpy as np
import pytest
from helpers.project_rows import dataset_info, source_clip

from merdesk.audio.envelope import Envelope
from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.source import SourceTrace
from merdesk.evaluation.lag import estimate_lag
from merdesk.project import annotations, annotators
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.workflows.trace_lag import find_lag, group_trace, loudness_trace
from merdesk.workflows.trace_recorder import TraceRecorder


def record(recorder, times, valence, arousal=0.0):
    for time_s, value in zip(times, np.broadcast_to(valence, len(times)), strict=True):
        recorder.capture(time_s, value, arousal)
    recorder.end_pass()


def test_samples_lie_on_an_even_grid_whatever_the_captures_did():
    rng = np.random.default_rng(3)
    times = np.sort(rng.uniform(0, 10, 900))
    recorder = TraceRecorder(20)
    record(recorder, times, np.sin(times))
    time_s, affect = recorder.trace()
    np.testing.assert_allclose(np.diff(time_s), 0.05)
    np.testing.assert_allclose(affect[:, 0], np.sin(time_s), atol=0.01)


def test_a_passage_is_replaced_and_the_rest_stays():
    recorder = TraceRecorder(10)
    record(recorder, np.arange(0, 10, 0.02), 0.5)
    record(recorder, np.arange(4, 6, 0.02), -0.5)
    time_s, affect = recorder.trace()
    again = (time_s >= 4.1) & (time_s <= 5.9)
    assert np.all(affect[again, 0] == -0.5)
    assert np.all(affect[(time_s < 3.9) | (time_s > 6.1), 0] == 0.5)
    assert len(time_s) == 100


def test_what_was_not_recorded_is_not_made_up():
    recorder = TraceRecorder(10)
    record(recorder, np.arange(0, 3, 0.02), 0.5)
    record(recorder, np.arange(6, 9, 0.02), 0.5)
    time_s, _ = recorder.trace()
    assert not ((time_s > 3.1) & (time_s < 5.9)).any()
    assert time_s.max() > 8.8


def test_one_dimension_alone_leaves_the_other_as_it_was():
    recorder = TraceRecorder(10, "valence")
    for time_s in np.arange(0, 5, 0.02):
        recorder.capture(time_s, 0.3, np.nan)
    recorder.end_pass()
    assert np.isnan(recorder.trace()[1][:, 1]).all()
    recorder.recorded = "arousal"
    for time_s in np.arange(0, 5, 0.02):
        recorder.capture(time_s, np.nan, -0.7)
    recorder.end_pass()
    affect = recorder.trace()[1]
    np.testing.assert_allclose(affect[1:-1], np.tile([0.3, -0.7], (len(affect) - 2, 1)))


def test_a_draft_goes_on_where_it_stopped():
    first = TraceRecorder(10)
    record(first, np.arange(0, 4, 0.02), 0.1)
    again = TraceRecorder(10)
    again.load(*first.trace())
    assert again.reached_s == pytest.approx(3.9)
    record(again, np.arange(3.9, 8, 0.02), 0.9)
    assert len(again.trace()[0]) == 80


def test_a_clock_that_goes_back_is_not_captured():
    recorder = TraceRecorder(10)
    for time_s in (1.0, 1.02, 0.5, 1.04):
        recorder.capture(time_s, 0.0, 0.0)
    assert recorder.reached_s == 1.04
    assert len(recorder.trail(9.0)) == 3


def test_jitter_is_the_distance_of_the_grid_from_the_captures():
    recorder = TraceRecorder(10)
    for time_s in np.arange(0.004, 2, 0.01):
        recorder.capture(time_s, 0.0, 0.0)
    np.testing.assert_allclose(recorder.jitter_s(), 0.004, atol=1e-9)


def wave(time_s):
    return np.sin(time_s / 3) + 0.7 * np.sin(time_s / 1.3)


@pytest.mark.parametrize("lag_s", [0.0, 0.8, 2.4, 4.0])
def test_a_planted_lag_is_found_despite_noise(lag_s):
    rng = np.random.default_rng(1)
    time_s = np.arange(0, 45, 0.1)
    own = np.c_[wave(time_s - lag_s), -wave(time_s - lag_s)] + rng.normal(0, 0.2, (len(time_s), 2))
    found = estimate_lag(time_s, own, time_s, np.c_[wave(time_s), -wave(time_s)])
    assert found.lag_s == pytest.approx(lag_s, abs=0.15)
    assert found.r > 0.9
    assert found.r >= found.r_unshifted


def test_too_short_or_flat_traces_have_no_lag():
    time_s = np.arange(0, 5, 0.1)
    assert (
        estimate_lag(time_s, np.c_[wave(time_s), wave(time_s)], time_s, np.c_[wave(time_s), wave(time_s)])
        is None
    )
    time_s = np.arange(0, 30, 0.1)
    flat = np.zeros((300, 2))
    assert estimate_lag(time_s, flat, time_s, np.c_[wave(time_s), wave(time_s)]) is None


@pytest.fixture
def traced(tmp_path):
    """A project with one published trace and one of somebody else's, each of it one and two seconds late."""
    with Project.create(tmp_path / "p.merdesk") as project:
        time_s = np.arange(0, 40, 0.5)
        published = SourceTrace(time_s, np.c_[wave(time_s - 1), wave(time_s - 1)] / 2, UNIT_SCALE)
        batch = Batch.begin(project, "Import", keep_partial=False)
        batch.add(
            batch.dataset(dataset_info(), loader="table"), [source_clip(1, trace=published), source_clip(2)]
        )
        batch.finish()
        yield project


def test_the_group_is_everybody_else(traced):
    ann, bea = annotators.named(traced, "Ann"), annotators.named(traced, "Bea")
    time_s = np.arange(0, 40, 0.1)
    flat = SourceTrace(time_s, np.zeros((400, 2)), UNIT_SCALE)
    annotations.put_trace(traced, clip_id=1, annotator_id=ann, trace=flat)
    grid, mean = group_trace(traced, 1, ann)
    np.testing.assert_allclose(mean[:, 0], np.interp(grid, time_s, wave(time_s - 1) / 2), atol=0.05)
    _, of_two = group_trace(traced, 1, bea)
    np.testing.assert_allclose(of_two[:100], mean[:100] / 2, atol=0.01)
    assert group_trace(traced, 2, ann) is None


def test_the_lag_is_told_against_the_group_or_else_the_loudness(traced):
    ann = annotators.named(traced, "Ann")
    time_s = np.arange(0, 40, 0.1)
    own = np.c_[wave(time_s - 2.5), wave(time_s - 2.5)] / 2
    found = find_lag(traced, 1, ann, (time_s, own), None)
    assert found.against == "the group's trace"
    assert found.lag.lag_s == pytest.approx(1.5, abs=0.15)
    assert find_lag(traced, 2, ann, (time_s, own), None) is None
    loud = np.abs(1.1 + wave(np.arange(0, 40, 0.01)) / 2).astype("f4") / 3
    envelope = Envelope.of_bins(-loud, loud, bin_s=0.01, duration_s=40.0)
    assert np.isnan(loudness_trace(envelope)[1][:, 0]).all()
    found = find_lag(traced, 2, ann, (time_s, own), envelope)
    assert found.against == "the loudness"
    assert found.lag.lag_s == pytest.approx(2.5, abs=0.3)
