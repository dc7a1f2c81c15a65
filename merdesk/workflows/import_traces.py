"""Add traces that people recorded elsewhere to the clips that they name, as one step of the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Literal

import numpy as np

from merdesk.datasets.reading import shorten
from merdesk.datasets.trace_files import TraceFile, is_trace_file, read_trace_files
from merdesk.domain.arrays import FloatArray
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.rating import Circumstances, Dimension, Rating
from merdesk.domain.source import LeftOut, SourceTrace, left_out_words
from merdesk.domain.words import counted
from merdesk.errors import DatasetError, Failure, attempt
from merdesk.progress import Progress
from merdesk.project import annotations, annotators, datasets, history, problems, ratings
from merdesk.project.project import Project
from merdesk.workflows.import_ratings import ClipIndex


@dataclass(frozen=True, slots=True)
class TracesRead:
    """Recordings with the clip that each is about, those without one, and files that are none."""

    found: tuple[tuple[ClipId, TraceFile], ...]
    left_out: tuple[LeftOut, ...]

    @property
    def undecided(self) -> bool:
        """True where somebody has to say what a recording of one dimension is about."""
        return any(one.is_single and not one.dimension for _, one in self.found)

    @property
    def nameless(self) -> bool:
        """True where somebody has to say whose a recording is."""
        return any(not one.annotator and not annotator_in(one) for _, one in self.found)


def annotator_in(one: TraceFile) -> str:
    """What a file's name says beside the clip's: whose trace it is, by the habit of many labs; else nothing.

    Examples
    --------
    >>> empty = np.empty(0), np.empty((0, 2))
    >>> annotator_in(TraceFile("0042_ann.csv", "DARMA", "0042.mp3", *empty, -1, 1))
    'ann'
    """
    if one.annotator:
        return one.annotator
    stem, media = PurePath(one.name).stem, PurePath(one.media).stem
    if not media or media.casefold() not in stem.casefold():
        return ""
    at = stem.casefold().index(media.casefold())
    rest = stem[:at] + stem[at + len(media) :]
    for word in ("valence", "arousal"):
        place = rest.casefold().find(word)
        rest = rest if place < 0 else rest[:place] + rest[place + len(word) :]
    return rest.strip(" _-.,()")


def trace_files(path: Path) -> list[Path]:
    """Files of traces at a path: itself, or what lies in a folder that holds nothing else but such CSV files."""
    if path.is_file():
        return [path] if is_trace_file(path) else []
    if not path.is_dir():
        return []
    inside = sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
    traces = [one for one in inside if is_trace_file(one)]
    others = {one.suffix.lower() for one in inside if one not in traces}
    return traces if others <= {".txt", ".md"} else []


def read_traces(index: ClipIndex, paths: Sequence[Path], project_datasets: frozenset[str]) -> TracesRead:
    """Read files and match each recording with its clip; `project_datasets` are names that samples may carry."""
    found: list[tuple[ClipId, TraceFile]] = []
    left_out: list[LeftOut] = []
    for path in paths:
        made = attempt(partial(read_trace_files, path))
        if isinstance(made, Failure):
            if not made.expected:
                raise RuntimeError(made.details)
            left_out.append(LeftOut(path.name, None, shorten(_without(path.name, made.message))))
            continue
        for one in made:
            word = one.media or PurePath(one.name).stem
            known = one.dataset in ("", *project_datasets)
            clip_id = index.named(word) if known else None
            if clip_id is None:
                left_out.append(
                    LeftOut(path.name, None, shorten(f"{word!r} names no one clip of this project"))
                )
            else:
                found.append((ClipId(clip_id), one))
    return TracesRead(tuple(found), tuple(left_out))


@dataclass(frozen=True, slots=True)
class ReadyTrace:
    """A trace with its clip, its annotator, and where it comes from."""

    clip_id: ClipId
    annotator: str
    trace: SourceTrace
    note: str


@dataclass(frozen=True, slots=True)
class TracesSummary:
    """What an import of traces brings, and what it leaves out."""

    ready: tuple[ReadyTrace, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def sentence(self) -> str:
        """The summary in words."""
        people = tuple(dict.fromkeys(one.annotator for one in self.ready))
        who = ", ".join(people[:3]) + (", ..." if len(people) > 3 else "")
        n_clips = len({one.clip_id for one in self.ready})
        text = f"{counted(len(self.ready), 'trace')} of {counted(n_clips, 'clip')} imported"
        text += f" by {who}" if who else ""
        return ", ".join([text, *left_out_words(self.left_out)]) + "."


class ImportTraces:
    """Add traces to clips; an annotator's trace that is there already is not overwritten.

    Parameters
    ----------
    annotator
        Whose traces they are, where a file or its name does not say.
    dimension
        What recordings of one dimension are about, where nothing in them says so.
    """

    def __init__(
        self,
        project: Project,
        paths: Sequence[Path],
        *,
        annotator: str = "",
        dimension: Dimension | Literal[""] = "",
    ) -> None:
        project.check_writable()
        self._project, self._paths = project, tuple(paths)
        self._annotator, self._dimension = annotator.strip(), dimension
        self._index = ClipIndex.of(project)
        self._datasets = dataset_names(project)
        people = {one.id: one.name for one in annotators.all(project, annotators.WINDOW)}
        self._taken = {
            (one.clip_id, people[one.annotator_id]) for one in ratings.all(project) if one.kind == "trace"
        }

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "Import traces"

    def run(self, progress: Progress) -> TracesSummary:
        """Read, match, join the dimensions of one recording."""
        progress.begin("Reading traces")
        read = read_traces(self._index, self._paths, self._datasets)
        left_out = list(read.left_out)
        if read.undecided and not self._dimension:
            raise DatasetError(
                "A recording of one dimension does not say which; name it: --map valence=Rating or --map arousal=Rating."
            )
        if read.nameless and not self._annotator:
            raise DatasetError("These traces do not say whose they are; name the annotator with --name.")
        if len(self._paths) == 1 and not read.found and left_out:
            raise DatasetError(f"{left_out[0].file}: {left_out[0].reason}.")
        ready: dict[tuple[ClipId, str], ReadyTrace] = {}
        for clip_id, one in read.found:
            who = one.annotator or self._annotator or annotator_in(one)
            if (clip_id, who) in self._taken:
                left_out.append(
                    LeftOut(one.name, None, shorten(f"{who} has a trace of {one.media!r} already"))
                )
                continue
            made = ReadyTrace(clip_id, who, _trace(one, self._dimension), f"{one.program}: {one.name}")
            joined = _joined(ready.get((clip_id, who)), made)
            if joined is None:
                left_out.append(
                    LeftOut(one.name, None, shorten(f"another file is {who}'s of {one.media!r}, too"))
                )
            else:
                ready[clip_id, who] = joined
        return TracesSummary(tuple(ready.values()), tuple(left_out))

    def commit(self, part: object) -> Changes:
        """Nothing is delivered: all is one step."""
        raise TypeError(f"an import of traces delivers nothing, not {part!r}")

    def finish(self, result: TracesSummary) -> Changes:
        """Write every trace as one step of the history."""
        project, ready, changes = self._project, result.ready, Changes()
        if result.left_out:
            changes |= problems.add(project, None, result.left_out)
        if not ready:
            return changes
        people = {one.annotator: annotators.named(project, one.annotator) for one in ready}
        with history.edit(project, f"Import {counted(len(ready), 'trace')}") as edit:
            for one in ready:
                who, step_s = people[one.annotator], _step_s(one.trace.time_s)
                annotations.write_trace(project, one.clip_id, who, one.trace)
                rating = Rating(None, note=one.note, circumstances=Circumstances(tool="trace"))
                ratings.file_trace(project, one.clip_id, who, rating, rate_hz=1 / step_s)
        return changes | edit.changes

    def abandon(self) -> Changes:
        """Nothing was written yet."""
        return Changes()


def _without(name: str, message: str) -> str:
    """A message about a file for a list that names the file itself."""
    return message.removeprefix(name).lstrip(":, ").rstrip(".")


def dataset_names(project: Project) -> frozenset[str]:
    """Names of the project's datasets."""
    return frozenset(row.info.name for row in datasets.all(project))


def _trace(one: TraceFile, dimension: Dimension | Literal[""]) -> SourceTrace:
    return SourceTrace(one.time_s, one.affect(dimension), one.scale)


def _joined(before: ReadyTrace | None, made: ReadyTrace) -> ReadyTrace | None:
    """Valence and arousal of two files as one trace; None where both say something of the same dimension."""
    if before is None:
        return made
    old, new = before.trace, made.trace
    known = [np.isfinite(one.affect).any(axis=0) for one in (old, new)]
    if (known[0] & known[1]).any() or old.scale != new.scale:
        return None
    time_s: FloatArray = np.union1d(old.time_s, new.time_s)
    affect = np.full((len(time_s), 2), np.nan, dtype=np.float32)
    for one, has in zip((old, new), known, strict=True):
        rows = np.searchsorted(time_s, one.time_s)
        affect[np.ix_(rows, np.flatnonzero(has))] = one.affect[:, has]
    return ReadyTrace(
        made.clip_id, made.annotator, SourceTrace(time_s, affect, old.scale), f"{before.note}, {made.note}"
    )


def _step_s(time_s: FloatArray) -> float:
    return float(np.median(np.diff(time_s))) if len(time_s) > 1 else 1.0
