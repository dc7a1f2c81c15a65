"""A dataset of the project as its source gave it: what the doctor looks at and what exports write.

Rows are read where the project may be read; values are made of them on any thread.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from merdesk.domain.arrays import BoolArray, IntArray
from merdesk.domain.clip import AudioFile, DatasetId
from merdesk.domain.source import DatasetInfo, LeftOut, SourceClip, SourceDataset, SourceRating, SourceTrace
from merdesk.project import datasets, imported_columns, problems, repairs
from merdesk.project.clip_rows import trace_of
from merdesk.project.database import Row
from merdesk.project.project import Project
from merdesk.project.roots import join
from merdesk.project.text import number

CLIP = (
    "SELECT c.id, c.source_id, t.title, t.artist, t.album, c.genre_raw, c.group_name, c.split, c.onset_s,"
    " c.duration_s, r.path, f.path, f.size, f.mtime_ns, f.quick_key, f.duration_s, f.sample_rate_hz, f.n_channels,"
    " f.codec, f.warning, c.file_name, c.segment_start_s, c.segment_stop_s FROM seen_clip c JOIN track t ON t.id = c.track_id"
    " LEFT JOIN current_file f ON f.track_id = t.id LEFT JOIN root r ON r.id = f.root_id"
    " WHERE c.dataset_id = ? ORDER BY c.id"
)
RATINGS_OF = (
    "SELECT 1 FROM seen_clip c JOIN seen_annotation s ON s.clip_id = c.id WHERE c.dataset_id = d.id AND"
)
RATED = (
    f"SELECT id FROM seen_dataset d WHERE EXISTS ({RATINGS_OF} s.valence IS NOT NULL AND s.arousal IS NOT NULL)"
    f" AND EXISTS ({RATINGS_OF} s.batch_id = c.batch_id) ORDER BY id"
)
OF_DATASET = "clip_id IN (SELECT id FROM seen_clip WHERE dataset_id = ?)"
PUBLISHED = "s.batch_id IS NOT NULL AND s.batch_id = (SELECT batch_id FROM clip WHERE id = clip_id)"
RATING = (
    "SELECT clip_id, valence, arousal, valence_std, arousal_std, n_raters, CASE kind WHEN 'person' THEN name ELSE '' END,"
    f" {PUBLISHED} FROM seen_annotation s JOIN annotator ON annotator.id = annotator_id WHERE {OF_DATASET} ORDER BY s.id"
)
TRACE = (
    "SELECT clip_id, time_s, affect, spread, valence_min, valence_max, arousal_min, arousal_max, scale_kind,"
    f" {PUBLISHED} FROM seen_trace s WHERE {OF_DATASET} ORDER BY s.id DESC"
)


@dataclass(frozen=True, slots=True)
class DatasetRows:
    """Everything that the project keeps of one dataset, in the order of import; no values are made yet.

    `clip_ids` [n] go with `source_dataset().clips`. `entries` are the repairs that hold.
    """

    id: DatasetId
    loader: str
    info: DatasetInfo
    clip_ids: IntArray
    left_out: tuple[LeftOut, ...]
    entries: tuple[repairs.Repair, ...]
    _clips: Sequence[Row]
    _ratings: Sequence[Row]
    _traces: Sequence[Row]
    _further: Mapping[int, Sequence[tuple[str, str]]]

    def source_dataset(self, *, as_filed: bool = False, published_only: bool = False) -> SourceDataset:
        """The dataset as a loader would give it.

        Parameters
        ----------
        as_filed
            True for the values and splits that were published, False for them as repaired. Genres are those of the
            source either way.
        published_only
            True leaves out what people rated in the window, and ratings that were imported later.
        """
        applied = () if as_filed else self.entries
        ratings = self._ratings_of_clips(applied, published_only=published_only)
        traces = {
            row[0]: trace_of(row[1:4], row[4:9]) for row in self._traces if row[9] or not published_only
        }
        clips = tuple(
            _clip(
                row,
                ratings=ratings.get(row[0], ()),
                trace=traces.get(row[0]),
                split=repairs.split_of(applied, row[0], row[7]),
                further=self._further.get(row[0], ()),
            )
            for row in self._clips
        )
        left_out = self._left_out_ids(applied)
        kept = tuple(clip for clip, out in zip(clips, left_out, strict=True) if not out)
        return SourceDataset(
            self._info_as_filed() if as_filed else self.info, kept, self.left_out, self.loader
        )

    def _info_as_filed(self) -> DatasetInfo:
        marked = any(entry.kind == repairs.RANK and entry.dataset_id == self.id for entry in self.entries)
        return replace(self.info, scale=replace(self.info.scale, kind="interval")) if marked else self.info

    def _left_out_ids(self, applied: Sequence[repairs.Repair]) -> BoolArray:
        out = np.zeros(len(self.clip_ids), dtype=bool)
        for entry in applied:
            if entry.kind == repairs.LEAVE_OUT:
                out |= self._covered(entry)
        return out

    def _covered(self, entry: repairs.Repair) -> BoolArray:
        return entry.covers(self.clip_ids, np.full(len(self.clip_ids), self.id))

    def _ratings_of_clips(
        self, applied: Sequence[repairs.Repair], *, published_only: bool
    ) -> Mapping[int, Sequence[SourceRating]]:
        kinds = (repairs.EXCHANGE, repairs.RESCALE, repairs.LINEAR)
        covered = [
            (entry, set(self.clip_ids[self._covered(entry)].tolist()))
            for entry in applied
            if entry.kind in kinds
        ]
        found: dict[int, list[SourceRating]] = defaultdict(list)
        for row in self._ratings:
            if row[7]:
                steps = tuple(entry for entry, ids in covered if row[0] in ids)
                found[row[0]].append(_rating(row, repairs.Fix(steps, self.info.scale)))
            elif not published_only:
                found[row[0]].append(_rating(row, repairs.Fix((), self.info.scale)))
        return found


def rated(project: Project) -> list[DatasetId]:
    """Datasets whose clips came with ratings, in the order of import; only so much is read as tells it."""
    return [DatasetId(row[0]) for row in project.database.rows(RATED)]


def read(project: Project, dataset_id: DatasetId) -> DatasetRows:
    """Read the rows of one dataset; KeyError when the project does not show it."""
    database = project.database
    info = datasets.get(project, dataset_id)
    clips = database.rows(CLIP, (dataset_id,))
    loader = database.value("SELECT loader FROM dataset WHERE id = ?", (dataset_id,))
    return DatasetRows(
        id=dataset_id,
        loader=str(loader),
        info=info,
        clip_ids=np.fromiter((row[0] for row in clips), np.int64, len(clips)),
        left_out=tuple(problems.of_dataset(project, dataset_id)),
        entries=tuple(repairs.active(project)),
        _clips=clips,
        _ratings=database.rows(RATING, (dataset_id,)),
        _traces=database.rows(TRACE, (dataset_id,)),
        _further=imported_columns.by_clip(project),
    )


def _clip(
    row: Row,
    *,
    ratings: Sequence[SourceRating],
    trace: SourceTrace | None,
    split: str,
    further: Sequence[tuple[str, str]],
) -> SourceClip:
    audio = None if row[10] is None or row[11] is None else _audio(row[10:20])
    return SourceClip(
        source_id=row[1],
        title=row[2],
        artist=row[3],
        album=row[4],
        genre=row[5],
        group=row[6],
        split=split,
        onset_s=row[8],
        duration_s=row[9],
        audio=audio,
        ratings=tuple(ratings),
        trace=trace,
        file_name=row[20]
        or ("" if audio is None else audio.path.decode("utf-8", "replace").rsplit("/", 1)[-1]),
        segment_s=None if row[21] is None or row[22] is None else (row[21], row[22]),
        further=tuple(further),
    )


def _audio(row: Sequence[Any]) -> AudioFile:
    return AudioFile(
        path=join(row[0], row[1]),
        size=row[2],
        mtime_ns=row[3],
        quick_key=row[4],
        duration_s=number(row[5]),
        sample_rate_hz=row[6],
        n_channels=row[7],
        codec=row[8],
        warning=row[9],
    )


def _rating(row: Row, fix: repairs.Fix) -> SourceRating:
    said = SourceRating(
        number(row[1]), number(row[2]), number(row[3]), number(row[4]), n_raters=row[5], annotator=row[6]
    )
    return fix.applied(said)
