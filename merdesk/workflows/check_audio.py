"""Listen to clips in the background, so that the doctor can say what is wrong with their sound and what they share."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from merdesk.audio.listening import Heard, ListenUnit
from merdesk.domain.changes import Changes
from merdesk.domain.words import counted
from merdesk.errors import AudioError, Failure
from merdesk.progress import Progress
from merdesk.project import clips
from merdesk.project.clips import ClipLocation
from merdesk.project.project import Project
from merdesk.workers.pool import Pool, Terms
from merdesk.workers.roster import Outcome
from merdesk.workers.task import TaskSpec
from merdesk.workflows import heard

MAKER = "merdesk.audio.listening:make"
TIMEOUT_S = 120.0
HELD = 8
WORTH = 20
"""A second process pays from so many clips on."""


@dataclass(frozen=True, slots=True)
class AudioCheck:
    """What a check of audio did."""

    n_clips: int
    n_heard: int
    n_there: int
    n_without_audio: int
    problems: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The summary in words."""
        parts = [f"{counted(self.n_heard, 'clip')} listened to"]
        if self.n_there:
            parts.append(f"{self.n_there:,} known already")
        if self.n_without_audio:
            parts.append(f"{self.n_without_audio:,} without audio")
        if self.problems:
            parts.append(f"{len(self.problems):,} not decodable")
        return ", ".join(parts) + "."


class CheckAudio:
    """Listen to the clips that were not listened to yet; what was heard so far survives a cancel."""

    def __init__(self, project: Project, *, clip_ids: Sequence[int] | None = None, workers: int = 0) -> None:
        self._folder = project.cache_dir
        self._locations = clips.locations(project, clip_ids)
        self._workers = workers or os.cpu_count() or 1

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "Check audio"

    def run(self, progress: Progress) -> AudioCheck:
        """Listen to what is missing."""
        progress.begin("Looking up what was heard before")
        known = heard.load(self._folder)
        wanted: dict[bytes, ClipLocation] = {}
        n_without = 0
        for location in self._locations:
            key = heard.key_of(location)
            if key is None:
                n_without += 1
            elif key not in known:
                wanted.setdefault(key, location)
        fresh: dict[bytes, Heard] = {}
        keys = list(wanted)
        try:
            for number, one in self._listen(list(wanted.values()), progress):
                fresh[keys[number]] = one
                progress.advance()
        finally:
            if fresh:
                heard.save(self._folder, known | fresh)
        problems = tuple(one.problem for one in fresh.values() if one.problem)
        n_there = len(self._locations) - n_without - len(wanted)
        return AudioCheck(len(self._locations), len(fresh) - len(problems), n_there, n_without, problems)

    def _listen(self, locations: Sequence[ClipLocation], progress: Progress) -> Iterator[tuple[int, Heard]]:
        if not locations:
            return
        terms = Terms("listening", problem=AudioError, timeout_s=TIMEOUT_S, held=HELD, worth=WORTH)
        units: list[ListenUnit] = [
            (number, one.path or b"", one.onset_s, one.duration_s) for number, one in enumerate(locations)
        ]
        with Pool(TaskSpec(MAKER), self._workers, terms) as pool:
            progress.begin("Starting to listen")
            pool.start(progress)
            progress.begin("Listening", total=len(units))
            with closing(pool.run(units, progress)) as outcomes:
                for outcome in outcomes:
                    yield outcome.unit[0], _heard(outcome)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: AudioCheck) -> Changes:  # noqa: ARG002  (kept beside the project)
        """The project stays as it is."""
        return Changes()

    def abandon(self) -> Changes:
        """What was heard is kept."""
        return Changes()


def _heard(outcome: Outcome) -> Heard:
    if outcome.set_aside:
        shown = outcome.unit[1].decode("utf-8", "replace")
        return Heard(problem=f"{shown} was set aside because {outcome.set_aside}; replace the file.")
    if isinstance(outcome.answer, Failure):
        return Heard(problem=outcome.answer.message)
    answer: Heard = outcome.answer
    return answer
