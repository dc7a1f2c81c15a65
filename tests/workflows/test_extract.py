"""Extraction: only what is missing, the visible first, problems named, stopped and gone on with."""

import dataclasses
import math

import numpy as np
import pytest
from helpers.project_rows import audio_file, dataset_info, source_clip

from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import Cancelled
from merdesk.features.executor import UnitResult
from merdesk.progress import Progress
from merdesk.project import clips, problems
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.workflow import Delivering, run_here

WIDTHS = {"chroma": 72, "basic": 12}
N_CLIPS = 6


class Executor:
    """Answers with made-up arrays; notes what it was asked for, and can be stopped after some clips."""

    def __init__(self, stop_after=None, broken=()):
        self.stop_after, self.broken, self.asked = stop_after, broken, []

    def run(self, units, progress):
        progress.begin("Extracting", total=len(units))
        for number, unit in enumerate(units):
            if number == self.stop_after:
                raise Cancelled
            self.asked.append(unit.clip_id)
            if unit.clip_id in self.broken:
                yield UnitResult(unit, problem="This file is cut short; get it again.")
                continue
            arrays = {
                name: FeatureArrays(np.full(width, unit.clip_id), np.full((4, width), unit.clip_id))
                for name, width in WIDTHS.items()
            }
            yield UnitResult(unit, b"%032d" % unit.clip_id, arrays, loudness_lufs=-20.0)
            progress.advance()


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as made:
        batch = Batch.begin(made, "Import", keep_partial=False)
        rows = [source_clip(n, audio=audio_file(n) if n else None) for n in range(N_CLIPS + 1)]
        batch.add(batch.dataset(dataset_info(), loader="table"), rows)
        batch.finish()
        yield made


def with_audio(project):
    return [place.clip_id for place in clips.locations(project) if place.path is not None]


def test_every_clip_with_audio_is_extracted_and_told(project):
    executor = Executor()
    summary = run_here(ExtractFeatures(project, executor=executor))
    assert executor.asked == with_audio(project)
    assert summary.sentence == "Features of 6 clips extracted, 1 without audio."
    first = clips.locations(project, executor.asked[:1])[0]
    assert first.digest == b"%032d" % first.clip_id
    assert clips.loudness(project, first.clip_id) == -20.0


def test_what_is_there_is_not_extracted_again(project):
    run_here(ExtractFeatures(project, executor=Executor()))
    again = Executor()
    summary = run_here(ExtractFeatures(project, executor=again))
    assert again.asked == []
    assert (summary.n_extracted, summary.n_there) == (0, N_CLIPS)


def test_after_a_stop_it_goes_on_with_what_is_missing(project):
    stopped = Executor(stop_after=2)
    work = ExtractFeatures(project, executor=stopped)
    assert work.summary.kept == "what was finished is kept"
    with pytest.raises(Cancelled):
        run_here(work)
    assert work.summary.kept == "2 of 6 clips are kept"
    rest = Executor()
    summary = run_here(ExtractFeatures(project, executor=rest))
    assert stopped.asked + rest.asked == with_audio(project)
    assert (summary.n_extracted, summary.n_there) == (4, 2)


def test_what_was_stored_before_a_stop_is_not_done_again(project):
    stopped = Executor(stop_after=3)
    work = ExtractFeatures(project, executor=stopped)
    with pytest.raises(Cancelled):
        work.run(Progress())  # nothing reaches the project: the store's inbox has it
    rest = Executor()
    run_here(ExtractFeatures(project, executor=rest))
    assert len(rest.asked) < len(with_audio(project))
    assert sorted({*stopped.asked, *rest.asked}) == with_audio(project)


def test_the_clips_in_sight_come_first(project):
    last = with_audio(project)[-2:]
    executor = Executor()
    run_here(ExtractFeatures(project, first=last, executor=executor))
    assert executor.asked[:2] == last
    assert sorted(executor.asked) == with_audio(project)


def test_only_the_clips_asked_for_are_extracted(project):
    chosen = with_audio(project)[1:3]
    executor = Executor()
    run_here(ExtractFeatures(project, clip_ids=chosen, executor=executor))
    assert executor.asked == chosen


def test_a_file_that_fails_is_named_and_tried_again_next_time(project):
    bad = with_audio(project)[2]
    summary = run_here(ExtractFeatures(project, executor=Executor(broken=(bad,))))
    assert summary.sentence.endswith("1 failed.")
    (told,) = problems.all(project)
    assert told.file.endswith("3.mp3")
    assert told.reason == "This file is cut short; get it again."
    again = Executor()
    run_here(ExtractFeatures(project, executor=again))
    assert again.asked == [bad]


def test_a_silent_clip_has_no_loudness(project):
    class Silent(Executor):
        def run(self, units, progress):
            for result in super().run(units, progress):
                yield dataclasses.replace(result, loudness_lufs=math.nan)

    run_here(ExtractFeatures(project, executor=Silent()))
    assert math.isnan(clips.loudness(project, with_audio(project)[0]))


def test_progress_counts_the_clips(project):
    work = ExtractFeatures(project, executor=Executor())
    progress = Delivering(work)
    run_here(work, progress)
    assert (progress.state().done, progress.state().total) == (N_CLIPS, N_CLIPS)
