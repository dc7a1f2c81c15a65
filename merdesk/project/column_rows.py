"""How columns are read: all clips or a chosen few, and which row each id has."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.project.database import Row


class Chosen:
    """The clips that a query is about: some ids, or all."""

    def __init__(self, ids: Iterable[int] | None) -> None:
        self.parameters: dict[str, Any] = {} if ids is None else {"chosen": json.dumps([int(i) for i in ids])}

    def where(self, column: str, through: str = "") -> str:
        """SQL that holds for rows of the chosen clips; `through` is a query that leads from clips to the column."""
        if not self.parameters:
            return "1"
        chosen = "(SELECT value FROM json_each(:chosen))"
        return f"{column} IN ({through} {chosen})" if through else f"{column} IN {chosen}"


def rows_of(ids: IntArray, wanted: IntArray) -> tuple[IntArray, IntArray]:
    """Rows of the wanted among ascending ids, and which of the wanted are there."""
    rows = np.searchsorted(ids, wanted)
    there = np.flatnonzero(rows < len(ids))
    there = there[ids[rows[there]] == wanted[there]]
    return rows[there], there


def ids_of(rows: Sequence[Row]) -> IntArray:
    """The first column of a query's rows."""
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))
