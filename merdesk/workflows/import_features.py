"""Import features that were computed elsewhere, one row of a table a clip."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.domain.changes import Changes
from merdesk.domain.source import LeftOut
from merdesk.domain.words import counted
from merdesk.errors import FeatureError
from merdesk.features import imported
from merdesk.features.store import FeatureStore
from merdesk.features.table import FeatureTable, LeftOutColumn, equal_to_labels, read_table
from merdesk.progress import Progress
from merdesk.project import columns
from merdesk.project.project import Project
from merdesk.workflows.import_ratings import ClipIndex

N_NAMED = 4
"""Columns and rows that are named one by one in the window; the command line names all."""


@dataclass(frozen=True, slots=True)
class TableChoice:
    """What to take of a table, as `features.table.read_table` understands it."""

    id_column: str = ""
    columns: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeaturesSummary:
    """What an import of features did.

    Attributes
    ----------
    n_clips, n_columns
        Clips that have the features now because of this table, and values of each.
    n_new
        Clips that did not have them before.
    left_out_columns, left_out
        What the table has and was not taken: columns, and rows.
    n_without
        Clips that were asked about and have no row.
    """

    name: str
    n_clips: int
    n_new: int
    n_columns: int
    n_without: int
    left_out_columns: tuple[LeftOutColumn, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def sentence(self) -> str:
        """The summary in words."""
        parts = [
            f"{counted(self.n_columns, f'{self.name} feature')} of {counted(self.n_clips, 'clip')} imported"
        ]
        if self.n_new < self.n_clips:
            parts.append(f"{self.n_clips - self.n_new:,} there already")
        if self.left_out_columns:
            parts.append(f"{counted(len(self.left_out_columns), 'column')} left out")
        if self.left_out:
            parts.append(f"{counted(len(self.left_out), 'row')} left out")
        if self.n_without:
            parts.append(f"{counted(self.n_without, 'clip')} without a row")
        return ", ".join(parts) + "."

    @property
    def named_left_out(self) -> str:
        """Which columns and rows were left out and why, the first of them; empty when none was."""
        columns = [f"{one.name} ({one.reason})" for one in self.left_out_columns]
        rows = [f"line {one.line}: {one.reason}" if one.line else one.reason for one in self.left_out]
        named = [
            f"{what} left out: {'; '.join(shown[:N_NAMED])}"
            + (f"; and {len(shown) - N_NAMED:,} more." if len(shown) > N_NAMED else ".")
            for what, shown in (("Columns", columns), ("Rows", rows))
            if shown
        ]
        return " ".join(named)


class ImportFeatures:
    """Match a table's rows to clips by their own id or their file's name, and keep the numbers in the store.

    Parameters
    ----------
    name
        What the set is called from now on.
    dataset
        Match clips of this dataset only; empty for all, where a name that two clips share matches neither.
    replace
        Let the table take the place of a set with this name.
    """

    def __init__(
        self,
        project: Project,
        path: Path,
        name: str,
        *,
        dataset: str = "",
        choice: TableChoice | None = None,
        replace: bool = False,
    ) -> None:
        project.check_writable()
        self._name = imported.check_name(name)
        self._path, self._choice, self._replace = path, choice or TableChoice(), replace
        self._store_dir = project.features_dir
        clip_columns = columns.load(project)
        if dataset and dataset not in clip_columns.dataset_names:
            known = ", ".join(clip_columns.dataset_names) or "none"
            raise FeatureError(f"There is no dataset {dataset} here; this project has {known}.")
        self._index = ClipIndex.of(project, dataset)
        self._n_asked = len(self._index.scales)
        self._affect = dict(zip(clip_columns.ids.tolist(), clip_columns.affect, strict=True))

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Import {self._name} features"

    def run(self, progress: Progress) -> FeaturesSummary:
        """Read, match, leave out what equals the annotations, store."""
        progress.begin("Reading features")
        table = read_table(
            self._path,
            id_column=self._choice.id_column or None,
            columns=self._choice.columns,
            exclude=self._choice.exclude,
        )
        progress.checkpoint()
        rows, unmatched = self._matched(table)
        if not rows:
            raise FeatureError(
                f"No row of {self._path.name} names a clip of this project (the first is {table.ids[0]!r}); choose the "
                "column with the ids, or import the clips first."
            )
        table = self._without_labels(table, rows)
        progress.begin("Storing features")
        with FeatureStore.open(self._store_dir) as store:
            values = {clip_id: table.values[row] for clip_id, row in rows.items()}
            _, n_new = imported.write(store, self._name, table.names, values, replace=self._replace)
        return FeaturesSummary(
            self._name,
            n_clips=len(rows),
            n_new=n_new,
            n_columns=len(table.names),
            n_without=self._n_asked - len(rows),
            left_out_columns=table.left_out_columns,
            left_out=(*table.left_out_rows, *unmatched),
        )

    def _matched(self, table: FeatureTable) -> tuple[dict[int, int], list[LeftOut]]:
        """Row of the table by clip, and rows that name no clip or one that another row named."""
        rows: dict[int, int] = {}
        left_out: list[LeftOut] = []
        for row, said in enumerate(table.ids):
            clip_id = self._index.named(said)
            if clip_id is None:
                left_out.append(LeftOut(self._path.name, None, self._index.why_none(said)))
            elif clip_id in rows:
                reason = f"{said!r} names the same clip as {table.ids[rows[clip_id]]!r}, which counts"
                left_out.append(LeftOut(self._path.name, None, reason))
            else:
                rows[clip_id] = row
        return rows, left_out

    def _without_labels(self, table: FeatureTable, rows: dict[int, int]) -> FeatureTable:
        affect = np.array([self._affect.get(clip_id, (np.nan, np.nan)) for clip_id in rows], dtype=np.float64)
        equal = equal_to_labels(table.values[list(rows.values())], affect)
        if equal.all():
            raise FeatureError(
                f"Every column of {self._path.name} equals an annotation; there are no features in it."
            )
        return table.without(equal, "equals an annotation") if equal.any() else table

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: FeaturesSummary) -> Changes:  # noqa: ARG002  (the store has it)
        """Say that features changed."""
        return Changes.of("feature")

    def abandon(self) -> Changes:
        """Nothing to clean up: the store takes all rows or none."""
        return Changes.of("feature")
