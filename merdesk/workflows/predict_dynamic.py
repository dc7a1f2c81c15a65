"""Follow a model's valence and arousal over time: two values a second of every clip whose features have frames."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.prediction import ModelId
from merdesk.domain.words import counted
from merdesk.errors import ModelError
from merdesk.features.store import FeatureStore
from merdesk.progress import Progress
from merdesk.project import predicted_traces, predictions
from merdesk.project.predicted_traces import PredictedTrace
from merdesk.project.project import Project
from merdesk.workflows.asked import Asked, check_same
from merdesk.workflows.features import FeatureTable, key_of
from merdesk.workflows.predict import model_named, rows_asked_for

AT_ONCE = 25
"""Traces that are written together: some 20 kB, a few milliseconds."""


@dataclass(frozen=True, slots=True)
class DynamicSummary:
    """What came of it; `ids` are the clips that have a trace now, among those asked for."""

    model: str
    ids: tuple[int, ...]
    n_new: int
    n_partly_blank: int
    n_without: int
    n_trained_on: int

    @property
    def sentence(self) -> str:
        """The result in words."""
        said = [
            f"{counted(len(self.ids), 'clip')} can be followed over time with {self.model}, {self.n_new:,} of them new."
        ]
        if self.n_partly_blank:
            said.append(
                f"{counted(self.n_partly_blank, 'trace')} of them are blank where no features were computed."
            )
        if self.n_without:
            said.append(f"{counted(self.n_without, 'clip')} have no frames of these features.")
        if self.n_trained_on:
            said.append(
                f"{self.n_trained_on:,} of them trained the model: their traces are closer than those of new clips."
            )
        return " ".join(said)


class PredictDynamic:
    """Predict traces of clips that have none of this model yet."""

    def __init__(self, project: Project, model: str, clip_ids: Sequence[int] | None = None) -> None:
        project.check_writable()
        row = model_named(project, model)
        self._project, self._row, self._id = project, row, row.id or ModelId(0)
        self._asked = Asked.of(project, row.features.split("+"))
        self._rows = rows_asked_for(self._asked, clip_ids)
        fitted, _ = predictions.of_model(project, self._id)
        self._trained_on = frozenset(fitted.clip_ids.tolist())
        self._known = predicted_traces.known(project, self._id)
        self._file = project.models_dir / row.file_name

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Follow over time with {self._row.name}"

    def run(self, progress: Progress) -> DynamicSummary:
        """Load the model, read frames, predict, deliver traces."""
        from merdesk.models import bundle

        progress.begin("Loading the model")
        loaded = bundle.load(self._file)
        ids = self._asked.columns.ids
        new = self._rows[[clip_id not in self._known for clip_id in ids[self._rows].tolist()]]
        table, statistics = self._asked.table_for(loaded.model, new)
        check_same(self._row.name, loaded.card, table)
        made, blank = self._deliver(loaded.model, new[table.found], table, statistics, progress)
        if len(new) and not made and not self._known:
            raise ModelError(
                f"No clip has {self._row.features} features with two frames a second, so nothing can be followed; "
                "features from a table have one value a clip, and others must be extracted first."
            )
        there = [clip_id for clip_id in ids[self._rows].tolist() if clip_id in self._known or clip_id in made]
        return DynamicSummary(
            self._row.name,
            tuple(there),
            n_new=len(made),
            n_partly_blank=blank,
            n_without=len(self._rows) - len(there),
            n_trained_on=len(self._trained_on.intersection(there)),
        )

    def _deliver(
        self, model: Any, rows: Any, table: FeatureTable, statistics: dict[int, Any], progress: Progress
    ) -> tuple[set[int], int]:
        made, blank, waiting = set(), 0, []
        progress.begin("Following clips over time", len(rows))
        for trace in self._traces(model, rows, table, statistics, progress):
            made.add(int(trace.clip_id))
            blank += not np.isfinite(trace.affect).all()
            waiting.append(trace)
            if len(waiting) == AT_ONCE:
                progress.deliver(tuple(waiting))
                waiting.clear()
        if waiting:
            progress.deliver(tuple(waiting))
        return made, blank

    def _traces(
        self, model: Any, rows: Any, table: FeatureTable, statistics: dict[int, Any], progress: Progress
    ) -> Iterator[PredictedTrace]:
        from merdesk.models.dynamic import filled, fused_frames, smoothed, times_s
        from merdesk.models.use import predict_in

        columns = self._asked.columns
        with FeatureStore.open(self._asked.store_dir) as store:
            for row in rows.tolist():
                place = self._asked.locations[row]
                keys = [key_of(place, features) for features in table.sets]
                blocks = [store.frames(key) for key in keys if key is not None]
                progress.advance()
                if any(block is None or not len(block.frames) for block in blocks):
                    continue
                frames = fused_frames([block for block in blocks if block is not None])
                code = int(columns.dataset[row])
                if code in statistics:
                    frames = statistics[code].transform(frames).astype(np.float32)
                said = predict_in(model, frames, [columns.dataset_names[code]] * len(frames))
                affect = filled(smoothed(said), place.duration_s)
                clip_id = ClipId(place.clip_id)
                yield PredictedTrace(
                    clip_id, times_s(len(affect)), affect, held_out=clip_id not in self._trained_on
                )

    def commit(self, part: Any) -> Changes:
        """Keep delivered traces."""
        return predicted_traces.put(self._project, self._id, part)

    def finish(self, result: DynamicSummary) -> Changes:  # noqa: ARG002  (traces were kept as they came)
        """Nothing is left to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Traces that were kept stay: the same call goes on from there."""
        return Changes()


def traces_of(project: Project, summary: DynamicSummary) -> list[dict[str, Any]]:
    """The traces of a summary as JSON values, null where nothing was computed."""
    model_id = model_named(project, summary.model).id or ModelId(0)
    found = (predicted_traces.of_clip(project, model_id, ClipId(clip_id)) for clip_id in summary.ids)
    return [
        {
            "clip": int(trace.clip_id),
            "trained_on": not trace.held_out,
            "time_s": trace.time_s.tolist(),
            "valence": _values(trace.affect[:, 0]),
            "arousal": _values(trace.affect[:, 1]),
        }
        for trace in found
        if trace is not None
    ]


def _values(column: Any) -> list[float | None]:
    return [round(float(value), 6) if np.isfinite(value) else None for value in column]
