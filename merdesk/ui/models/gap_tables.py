"""The gap's tables in the window: columns and blocks that differ most, genre and dataset adjusted for one another."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from merdesk.reports.nodes import Node
from merdesk.reports.wording import number, p_value
from merdesk.ui.report.table import ReportTable
from merdesk.ui.widgets import column, label

COLUMNS = (
    "Wasserstein-1 in pooled standard deviations; the largest of all columns: a description, and no test."
)
BLOCKS = "Squared maximum mean discrepancy of each block alone; blocks are not to be added up."
SHARES = (
    "Share of the variance that each explains beyond the other (partial omega squared), beside dealing it anew to whole "
    "groups; p over this table."
)
LEVELS = "What a genre or dataset adds to the mean of all, the other held fixed; 95 % intervals over groups."
ADJUSTED = "Genre and dataset, adjusted for one another"
DISTANCES = ("Distance", "Halves of each", "At random, 95\N{NO-BREAK SPACE}% point")
N_TOP = 3
"""Columns shown of each pair; `merdesk gap` tells more."""
Row = Sequence[str]
Part = tuple[str, str, Row, int, list[Row]]
"""Name, note, heads, how many columns of words come first, rows."""


class GapTables(QWidget):
    """The tables that a gap has something for, one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.setSpacing(16)
        self.tables: dict[str, ReportTable] = {}

    def show_gap(self, found: Mapping[str, Any]) -> None:
        """Lay out the tables of a gap in place of those before."""
        while (item := self._inside.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.setParent(None)
                shown.deleteLater()
        self.tables = {}
        for name, note, heads, n_words, rows in _parts(found):
            part = QWidget()
            lines: list[QWidget] = [label(name, "section"), label(note, "caption", wrap=True)]
            if rows:
                self.tables[name] = ReportTable(_node(heads, n_words, rows), name)
                lines.append(self.tables[name])
            part.setLayout(column(*lines, spacing=4))
            self._inside.addWidget(part)


def _parts(found: Mapping[str, Any]) -> list[Part]:
    """What there is to show; where no effect can be adjusted its reason stands in place of a table."""
    grid, shares = found["grid"], _shares(found)
    without = f" {grid['n_without_genre']:,} have no genre." if grid["n_without_genre"] else ""
    verdict = found["confounding"]["verdict"] + without
    share_heads = ("Dimension", "Factor", "Share", "At random, 95\N{NO-BREAK SPACE}% point", "p", "Clips")
    level_heads = ("Dimension", "Level", "Effect", "95\N{NO-BREAK SPACE}% interval", "Clips")
    parts: list[Part] = [
        (
            "Columns that differ most",
            COLUMNS,
            ("Datasets", "Column", *DISTANCES, "Means"),
            2,
            _columns(found),
        ),
        ("Blocks of features", BLOCKS, ("Datasets", "Block", *DISTANCES), 2, _blocks(found)),
        ("Rated clips by genre and dataset", verdict, ("Genre", *grid["datasets"]), 1, _counts(grid)),
        (ADJUSTED, SHARES if shares else _refusal(found), share_heads, 2, shares),
        ("Levels, adjusted", LEVELS, level_heads, 2, _levels(found)),
    ]
    return [part for part in parts if part[4] or part[0] == ADJUSTED]


def _refusal(found: Mapping[str, Any]) -> str:
    """Why no effect is adjusted."""
    return " ".join(dict.fromkeys(one["note"] for one in found["effects"] if one["note"]))


def _columns(found: Mapping[str, Any]) -> list[Row]:
    rows: dict[str, list[Row]] = {}
    for one in found["columns"]:
        means = ", ".join(number(mean, 3) for mean in one["means"])
        rows.setdefault(_pair(one), []).append((_pair(one), one["column"], *_distance(one), means))
    return [row for of_pair in rows.values() for row in of_pair[:N_TOP]]


def _blocks(found: Mapping[str, Any]) -> list[Row]:
    return [(_pair(one), one["block"], *_distance(one)) for one in sorted(found["blocks"], key=_pair)]


def _pair(one: Mapping[str, Any]) -> str:
    return f"{one['a']}, {one['b']}"


def _distance(one: Mapping[str, Any]) -> Row:
    halves = ", ".join(number(half, 3) for half in one["halves"])
    return number(one["value"], 3), halves, number(one["null_high"], 3)


def _counts(grid: Mapping[str, Any]) -> list[Row]:
    return [
        (genre, *(f"{n:,}" for n in counts))
        for genre, counts in zip(grid["genres"], grid["counts"], strict=True)
    ]


def _shares(found: Mapping[str, Any]) -> list[Row]:
    return [
        (
            *(one["dimension"].capitalize(), f"{factor} beyond {other}"),
            *(number(share["value"], 3), number(share["null_high"], 3)),
            *(p_value(share["p_holm"]), f"{share['n']:,}"),
        )
        for one in found["effects"]
        for factor, other in (("genre", "dataset"), ("dataset", "genre"))
        if (share := one[factor]) is not None
    ]


def _levels(found: Mapping[str, Any]) -> list[Row]:
    return [
        (
            *(one["dimension"].capitalize(), level["name"], number(level["value"], 2, signed=True)),
            f"{number(level['low'], 2, signed=True)} to {number(level['high'], 2, signed=True)}",
            f"{level['n']:,}",
        )
        for one in found["effects"]
        for level in (*one["genres"], *one["datasets"])
    ]


def _node(heads: Row, n_words: int, rows: Sequence[Row]) -> Node:
    """A table as the report's page has it: words at the left, then figures."""

    def line(tag: str, cells: Row) -> Node:
        children = [
            {"tag": tag, "class": ["num"] if place >= n_words else [], "children": [text]}
            for place, text in enumerate(cells)
        ]
        return {"tag": "tr", "class": [], "children": children}

    return {
        "tag": "table",
        "class": [],
        "children": [line("th", heads), *(line("td", cells) for cells in rows)],
    }
