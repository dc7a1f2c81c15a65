"""What the columns of imported tables meant: remembered in the settings, proposed again for the same columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from merdesk.errors import DatasetError
from merdesk.settings import Settings
from merdesk.workflows.tables import Bounds, ColumnMapping

KEY = "table_mappings"
MOST = 50
"""Mappings that are kept, the latest first: more headers than somebody meets in a study."""


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """The mapping and scales with which `table` was imported, and what else was kept; None: what is proposed."""

    table: str
    columns: tuple[str, ...]
    mapping: ColumnMapping
    bounds: Bounds
    further: tuple[str, ...] | None = None

    def bounds_for(self, proposed: Bounds) -> Bounds:
        """The saved scales, each where it holds the one that the new values propose; the proposed one elsewhere.

        Examples
        --------
        >>> saved = SavedMapping("t.csv", (), ColumnMapping(), (1, 9, 1, 5))
        >>> saved.bounds_for((1, 5, 1, 7))
        (1, 9, 1, 7)
        """
        (low_v, high_v, low_a, high_a), (v0, v1, a0, a1) = self.bounds, proposed
        valence = (low_v, high_v) if low_v <= v0 and v1 <= high_v else (v0, v1)
        arousal = (low_a, high_a) if low_a <= a0 and a1 <= high_a else (a0, a1)
        return *valence, *arousal


class SavedMappings:
    """The remembered mappings by the names of all columns, whatever their order."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, columns: Sequence[str]) -> SavedMapping | None:
        """What these columns meant last time; None when they are new."""
        return next((saved for saved in self._all() if sorted(saved.columns) == sorted(columns)), None)

    def keep(self, new: SavedMapping) -> None:
        """Remember a mapping instead of what was known of its columns; MerdeskError when the settings cannot be saved."""
        self._write([new, *self._others(new.columns)][:MOST])

    def forget(self, columns: Sequence[str]) -> None:
        """Know nothing of these columns any more; MerdeskError when the settings cannot be saved."""
        self._write(self._others(columns))

    def _others(self, columns: Sequence[str]) -> list[SavedMapping]:
        return [saved for saved in self._all() if sorted(saved.columns) != sorted(columns)]

    def _all(self) -> list[SavedMapping]:
        return [saved for entry in self._settings[KEY] if (saved := _read(entry)) is not None]

    def _write(self, saved: Sequence[SavedMapping]) -> None:
        self._settings[KEY] = [
            {
                "table": one.table,
                "columns": list(one.columns),
                "map": one.mapping.as_pairs(),
                "scale": list(one.bounds),
            }
            | ({} if one.further is None else {"further": list(one.further)})
            for one in saved
        ]
        self._settings.save()


def _read(entry: Any) -> SavedMapping | None:
    """An entry of the settings, which people may edit by hand; None when it is none."""
    try:
        low_v, high_v, low_a, high_a = map(float, entry["scale"])
        pairs = {str(meaning): str(column) for meaning, column in entry["map"].items()}
        columns = tuple(map(str, entry["columns"]))
        further = tuple(map(str, entry["further"])) if "further" in entry else None
        mapping = ColumnMapping.of(pairs)
    except (DatasetError, TypeError, ValueError, KeyError, AttributeError):
        return None
    fits = low_v < high_v and low_a < high_a and set(pairs.values()) <= set(columns)
    return (
        SavedMapping(str(entry.get("table", "")), columns, mapping, (low_v, high_v, low_a, high_a), further)
        if fits
        else None
    )
