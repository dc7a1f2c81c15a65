"""Lines of the tables about ratings, and the tables that show them."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from merdesk.evaluation.bootstrap import Interval
from merdesk.ui.copying import copies
from merdesk.ui.theme.figures import signed
from merdesk.workflows.pair_quality import Paired
from merdesk.workflows.rating_consensus import Consensus
from merdesk.workflows.rating_quality import Agreed, Rated, StandsOut, Traced

AGREED = ("About", "Dimension", "Clips", "ICC(1,1)", "ICC(A,1)", "ICC(A,k)", "Alpha")
RATERS = ("Annotator", "Dimension", "Ratings", "Spread", "Leniency", "r", "Drift / 100", "Retest", "Anchors")
TRACES = ("Clip", "Dimension", "Annotators", "CCC", "Cronbach's alpha")
CONSENSUS = ("Clip", "Annotators", "Valence", "Arousal", "Spread V", "Spread A")
PAIRS = ("Annotator", "Dimension", "Pairs", "Same when repeated", "Same as others")
OUT = ("Clip", "Annotator", "Dimension", "Said", "Others")
N_WORDS = {CONSENSUS: 1, OUT: 3}
"""Columns of words before those of figures, where they are not two."""
NONE = "\N{EN DASH}"
FIGURE = ("+", "\N{MINUS SIGN}", NONE)


def agreed_row(one: Agreed) -> tuple[str, ...]:
    """A line of the first table."""
    found = one.found
    figures = (found.icc_1_1, found.icc_a_1, found.icc_a_k, found.alpha)
    return one.group, one.dimension, f"{one.n_clips:,}", *(figure(found, one.n_clips) for found in figures)


def figure(interval: Interval, n_clips: int) -> str:
    """A coefficient with its interval, which few clusters cannot give, and its n where that is not all clips."""
    if not np.isfinite(interval.value):
        return NONE
    few = "" if interval.n == n_clips else f" (n = {interval.n:,})"
    if interval.doubtful:
        return f"{signed(interval.value)}{few}"
    return f"{signed(interval.value)} [{signed(interval.low)}, {signed(interval.high)}]{few}"


def rater_row(one: Rated) -> tuple[str, ...]:
    """A line of the second table."""
    rater = one.rater
    spread = NONE if np.isnan(rater.spread) else f"{rater.spread:.2f}"
    figures = (rater.leniency, rater.with_others, rater.drift)
    shown = (NONE if np.isnan(value) else signed(value) for value in figures)
    checks = (
        NONE if not n else f"{value:.2f} (n = {n})"
        for value, n in ((one.retest, one.n_retests), (one.anchor_error, one.n_anchors))
    )
    return one.name, one.dimension, f"{rater.n:,}", spread, *shown, *checks


def trace_row(one: Traced) -> tuple[str, ...]:
    """A line of the table of traces."""
    return one.title, one.dimension, f"{one.n_raters}", signed(one.ccc), signed(one.alpha)


def out_row(one: StandsOut) -> tuple[str, ...]:
    """A line of the table of ratings to hear again."""
    return one.title, one.name, one.dimension, signed(one.value), signed(one.others)


def pair_row(one: Paired) -> tuple[str, ...]:
    """A line of the table of pairs."""
    shares = (
        NONE if not n else f"{share:.0%} (n = {n})"
        for share, n in ((one.retest, one.n_retests), (one.with_others, one.n_shared))
    )
    return one.name, one.dimension, f"{one.n:,}", *shares


def consensus_rows(found: Consensus, titles: Mapping[int, str]) -> list[tuple[str, ...]]:
    """The table of pooled ratings, a line a clip."""
    spread = [
        tuple(f"{value:.2f}" if np.isfinite(value) else NONE for value in both)
        for both in found.spread.tolist()
    ]
    return [
        (titles[clip_id], f"{n:.0f}", *map(signed, affect), *spreads)
        for clip_id, n, affect, spreads in zip(
            found.clip_ids, found.n_annotators.tolist(), found.affect.tolist(), spread, strict=True
        )
    ]


def table(heads: Sequence[str]) -> QTableWidget:
    """A table to read and copy, empty as yet."""
    made = QTableWidget(0, len(heads))
    made.setHorizontalHeaderLabels(list(heads))
    n_words = N_WORDS.get(tuple(heads), 2)
    for place, head in enumerate(filter(None, map(made.horizontalHeaderItem, range(len(heads))))):
        side = Qt.AlignmentFlag.AlignLeft if place < n_words else Qt.AlignmentFlag.AlignRight
        head.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    made.verticalHeader().hide()
    made.setShowGrid(False)
    made.setTabKeyNavigation(False)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    made.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    copies(made)
    return made


def fill(shown: QTableWidget, rows: Sequence[Sequence[str]]) -> None:
    """Show these lines; cells that say the same as before, and the selection, stay as they are."""
    shown.setRowCount(len(rows))
    for line, cells in enumerate(rows):
        for place, text in enumerate(cells):
            item = shown.item(line, place)
            if item is None:
                item = QTableWidgetItem()
                shown.setItem(line, place, item)
            if item.text() != text:
                item.setText(text)
                side = Qt.AlignmentFlag.AlignRight if _is_figure(text) else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)


def _is_figure(text: str) -> bool:
    return text[:1].isdigit() or text.startswith(FIGURE)
