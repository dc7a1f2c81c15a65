"""Add ratings out of a table to clips that the project holds already."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from merdesk.datasets.matching import fold_path, stem_of
from merdesk.datasets.reading import shorten
from merdesk.domain.affect import AffectScale
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.source import (
    LeftOut,
    SourceClip,
    SourceColumn,
    SourceDataset,
    SourceRating,
    further_columns,
    left_out_words,
)
from merdesk.domain.words import counted
from merdesk.progress import Progress
from merdesk.project import clips, datasets, problems
from merdesk.project.batches import Batch
from merdesk.project.project import Project

SLICE = 500
N_NAMED = 4
"""Columns up to which their names are said."""
PUBLISHED = ""
"""Annotator of a table without an annotator column: its rows are one summary."""


@dataclass(frozen=True, slots=True)
class RatingsSummary:
    """What an import of ratings did."""

    name: str
    n_ratings: int
    n_clips: int
    left_out: tuple[LeftOut, ...]
    further: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The summary in words."""
        text = f"{counted(self.n_ratings, 'rating')} of {counted(self.n_clips, 'clip')} imported from {self.name}"
        also = [f"with {counted(len(self.further), 'further column')}"] if self.further else []
        if self.further and not self.n_ratings:
            columns = (
                ", ".join(self.further) if len(self.further) <= N_NAMED else also[0].removeprefix("with ")
            )
            text, also = f"{columns} imported from {self.name}", []
        return ", ".join([text, *also, *left_out_words(self.left_out)]) + "."


@dataclass(frozen=True, slots=True)
class ClipIndex:
    """Clips of a project by what a table may call them: file name, its stem, or the dataset's own id."""

    by_name: Mapping[str, int]
    scales: Mapping[int, AffectScale]
    shared: frozenset[str] = frozenset()

    @classmethod
    def of(cls, project: Project, dataset: str = "") -> "ClipIndex":
        """Index every clip, or those of a dataset; a name that two clips share names none."""
        scales = {row.info.name: row.info.scale for row in datasets.all(project)}
        labels = [label for label in clips.labels(project) if dataset in ("", label.dataset)]
        paths = {place.clip_id: place.path for place in clips.locations(project)}
        names: dict[str, set[int]] = {}
        for label in labels:
            path = paths.get(label.id)
            words = [label.source_id]
            if path is not None:
                words.append(PurePosixPath(path.decode("utf-8", "replace")).name)
            for word in words:
                folded = fold_path(word)
                for key in {folded, stem_of(folded)}:
                    names.setdefault(key, set()).add(label.id)
        sure = {name: next(iter(found)) for name, found in names.items() if len(found) == 1}
        shared = frozenset(names.keys() - sure.keys())
        return cls(sure, {label.id: scales[label.dataset] for label in labels}, shared)

    def find(self, clip: SourceClip) -> int | None:
        """The clip that a row of a table means, None when there is none or several."""
        found = (self.named(word) for word in (clip.file_name, clip.source_id) if word)
        return next((clip_id for clip_id in found if clip_id is not None), None)

    def named(self, word: str) -> int | None:
        """The clip that a file name or id means, None when there is none or several."""
        return next((self.by_name[key] for key in _keys(word) if key in self.by_name), None)

    def unmatched(self, name: str, clip: SourceClip) -> list[LeftOut]:
        """The rows of a table that name no one clip, each with its line; `name` is the table's."""
        reason = self.why_none(clip.source_id, clip.file_name)
        return [LeftOut(name, line, reason) for line in clip.lines or (None,)]

    def why_none(self, said: str, *others: str) -> str:
        """Why what a table calls a clip, in one or more words, means none."""
        words = filter(None, (said, *others))
        several = any(key in self.shared for word in words for key in _keys(word))
        return shorten(f"{said!r} names {'several clips' if several else 'no clip'} of this project")


def _keys(word: str) -> tuple[str, ...]:
    folded = fold_path(word)
    return folded, folded.rsplit("/", 1)[-1], stem_of(folded)


def n_matching(index: ClipIndex, dataset: SourceDataset) -> int:
    """How many clips of a table the project holds."""
    return sum(index.find(clip) is not None for clip in dataset.clips)


def converted(rating: SourceRating, table: AffectScale, clip: AffectScale) -> SourceRating:
    """A rating given on the table's scale as it would read on the clip's; exact where both are the same."""
    if (table.valence_min, table.valence_max) == (clip.valence_min, clip.valence_max) and (
        table.arousal_min,
        table.arousal_max,
    ) == (clip.arousal_min, clip.arousal_max):
        return rating
    valence, arousal = clip.to_native(table.to_unit([[rating.valence, rating.arousal]]))[0]
    unit_std = table.spread_to_unit([[rating.valence_std, rating.arousal_std]])[0]
    factor = 1 / clip.spread_to_unit([[1.0, 1.0]])[0]
    return replace(
        rating,
        valence=float(valence),
        arousal=float(arousal),
        valence_std=float(unit_std[0] * factor[0]),
        arousal_std=float(unit_std[1] * factor[1]),
    )


@dataclass(frozen=True, slots=True)
class _Further:
    """What a table says of these clips beside ratings."""

    columns: tuple[SourceColumn, ...]
    clip_ids: tuple[int, ...]


class ImportRatings:
    """Add the ratings of a table to the clips that they name, as one step of the history.

    Parameters
    ----------
    name
        The table's name, for messages; ratings without an annotator are filed under it.
    load
        Reads the table with its confirmed mapping and scale.
    """

    def __init__(self, project: Project, name: str, load: Callable[[], SourceDataset]) -> None:
        project.check_writable()
        self._project = project
        self._name = name
        self._load = load
        self._index = ClipIndex.of(project)
        self._batch: Batch | None = None

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Import ratings from {self._name}"

    def run(self, progress: Progress) -> RatingsSummary:
        """Read, match, deliver slices."""
        progress.begin("Reading ratings")
        dataset = self._load()
        left_out = list(dataset.left_out)
        ratings: list[tuple[ClipId, SourceRating]] = []
        known: dict[int, SourceClip] = {}
        for clip in dataset.clips:
            clip_id = self._index.find(clip)
            if clip_id is None:
                left_out += self._index.unmatched(self._name, clip)
                continue
            known.setdefault(clip_id, clip)
            scale = self._index.scales[clip_id]
            ratings += [
                (ClipId(clip_id), converted(said, dataset.info.scale, scale)) for said in clip.ratings
            ]
        left_out.sort(key=lambda left: left.line or 0)
        progress.begin("Importing ratings", total=len(ratings))
        for start in range(0, len(ratings), SLICE):
            progress.deliver(ratings[start : start + SLICE])
            progress.advance(len(ratings[start : start + SLICE]))
        if columns := further_columns(tuple(known.values())):
            progress.deliver(_Further(columns, tuple(known)))
        if left_out:
            progress.deliver(tuple(left_out))
        rated = {clip_id for clip_id, _ in ratings}
        return RatingsSummary(
            self._name, len(ratings), len(rated), tuple(left_out), tuple(column.name for column in columns)
        )

    def commit(self, part: Any) -> Changes:
        """Write one slice of ratings, or what was left out."""
        if isinstance(part, tuple):
            return problems.add(self._project, self._batch.id if self._batch else None, part)
        if self._batch is None:
            self._batch = Batch.begin(self._project, self.title, keep_partial=False)
        if isinstance(part, _Further):
            self._batch.describe(part.columns, part.clip_ids)
            return Changes()
        ratings: Sequence[tuple[ClipId, SourceRating]] = part
        return self._batch.rate(ratings, source=self._name)

    def finish(self, result: RatingsSummary) -> Changes:  # noqa: ARG002  (the slices are the result)
        """Show the ratings, as one step of the history."""
        return self._batch.finish() | Changes.of("clip") if self._batch else Changes()

    def abandon(self) -> Changes:
        """Leave nothing half imported."""
        return self._batch.discard() if self._batch else Changes()
