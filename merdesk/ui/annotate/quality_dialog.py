"""How good the ratings are, in tables; a rating that stands out plays at a click; a calculator plans the next study."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QWidget,
)

from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.raters import clips_needed
from merdesk.ui.annotate.consensus_tab import ConsensusTab
from merdesk.ui.copying import copies
from merdesk.ui.decimal_box import DecimalBox
from merdesk.ui.help.window import HelpKey
from merdesk.ui.theme.figures import signed
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.pair_quality import Paired
from merdesk.workflows.rating_quality import Agreed, Quality, Rated

AGREED = ("About", "Dimension", "Clips", "ICC(1,1)", "ICC(A,1)", "ICC(A,k)", "Alpha")
RATERS = ("Annotator", "Dimension", "Ratings", "Spread", "Leniency", "r", "Drift / 100", "Retest", "Anchors")
TRACES = ("Clip", "Dimension", "Annotators", "CCC", "Cronbach's alpha")
CONSENSUS = ("Clip", "Annotators", "Valence", "Arousal", "Spread V", "Spread A")
PAIRS = ("Annotator", "Dimension", "Pairs", "Same when repeated", "Same as others")
OUT = ("Clip", "Annotator", "Dimension", "Said", "Others")
ABOUT = {
    "Agreement": "With 95 % intervals from resampled artists or groups; none under 20 of them. ICC(A,1) and ICC(A,k) "
    "count clips that everybody rated.",
    "Annotators": "Leniency is the mean distance from the others, r the correlation with them, retest and anchors the "
    "mean absolute difference from one's own first and from the known answer.",
    "Traces": "Each trace is moved by its lag behind their mean first; CCC is the mean of every two.",
    "Pairs": "Shares of equal answers: to a pair that came twice in a study, and among the answers that others gave to "
    "the same pairs. Guessing without ties gives a half.",
    "To hear again": "Ratings more than 2.5 standard deviations from what the others said. Enter or a double click plays.",
}
N_WORDS = {CONSENSUS: 1, OUT: 3}
"""Columns of words before those of figures, where they are not two."""
NONE = "\N{EN DASH}"


class QualityDialog(QDialog):
    """Signals: `play_asked` the id of a clip to listen to; `consensus_chosen` how ratings are pooled from now on."""

    play_asked = Signal(int)
    consensus_chosen = Signal(str)

    def __init__(self, quality: Quality, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "agreement")
        self.setWindowTitle("Quality of ratings")
        self._quality = quality
        self.agreed = table(AGREED, [agreed_row(one) for one in quality.agreed])
        self.raters = table(RATERS, [rater_row(one) for one in quality.raters])
        self.out = table(
            OUT,
            [
                (one.title, one.name, one.dimension, signed(one.value), signed(one.others))
                for one in quality.standing_out
            ],
        )
        self.out.itemActivated.connect(
            lambda item: self.play_asked.emit(int(quality.standing_out[item.row()].clip_id))
        )
        traced = [
            (one.title, one.dimension, f"{one.n_raters}", signed(one.ccc), signed(one.alpha))
            for one in quality.traced
        ]
        self.traces = table(TRACES, traced)
        self.pairs = table(PAIRS, [pair_row(one) for one in quality.paired])
        self.tabs = QTabWidget()
        for name, shown in zip(
            ABOUT, (self.agreed, self.raters, self.traces, self.pairs, self.out), strict=True
        ):
            page = QWidget()
            page.setLayout(
                column(label(ABOUT[name], "muted", wrap=True), shown, spacing=8, margins=(0, 12, 0, 0))
            )
            self.tabs.addTab(page, name)
        self.consensus = ConsensusTab(quality.consensus, quality.chosen, quality.titles, table(CONSENSUS, []))
        self.consensus.chosen.connect(self.consensus_chosen)
        self.tabs.addTab(self.consensus, "Consensus")
        few = not quality.agreed
        words = "Two people have to rate the same clips before anything can be said of agreement."
        note = label(words, "muted", wrap=True)
        note.setVisible(few)
        close = button("Close")
        close.clicked.connect(self.reject)
        self.setLayout(
            column(
                label("Quality of ratings", "title"),
                note,
                self.tabs,
                self._planner(),
                row(None, close),
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(900, 560)

    def _planner(self) -> QWidget:
        self.expected, self.n_raters = DecimalBox(), QSpinBox()
        self.expected.setRange(0.0, 0.99)
        self.expected.setSingleStep(0.05)
        self.expected.setValue(0.6)
        self.n_raters.setRange(2, 200)
        self.n_raters.setValue(5)
        self.needed = label("", "strong")
        for spin, name in ((self.expected, "Expected ICC"), (self.n_raters, "Annotators of each clip")):
            spin.setAccessibleName(name)
            spin.valueChanged.connect(self._plan)
        self._plan()
        made = QWidget()
        made.setLayout(
            row(
                label("For an ICC(1,1) known to ± .05, where", "muted"),
                self.expected,
                label("is expected with", "muted"),
                self.n_raters,
                label("annotators of each clip:", "muted"),
                self.needed,
                None,
            )
        )
        return made

    def _plan(self) -> None:
        n = clips_needed(self.expected.value(), self.n_raters.value())
        self.needed.setText(f"{n:,} clips")


def agreed_row(one: Agreed) -> tuple[str, ...]:
    """A line of the first table."""
    found = one.found
    figures = (found.icc_1_1, found.icc_a_1, found.icc_a_k, found.alpha)
    return one.group, one.dimension, f"{one.n_clips:,}", *map(figure, figures)


def figure(interval: Interval) -> str:
    """A coefficient with its interval, which few clusters cannot give."""
    if not np.isfinite(interval.value):
        return NONE
    if interval.doubtful:
        return signed(interval.value)
    return f"{signed(interval.value)} [{signed(interval.low)}, {signed(interval.high)}]"


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


def pair_row(one: Paired) -> tuple[str, ...]:
    """A line of the table of pairs."""
    shares = (
        NONE if not n else f"{share:.0%} (n = {n})"
        for share, n in ((one.retest, one.n_retests), (one.with_others, one.n_shared))
    )
    return one.name, one.dimension, f"{one.n:,}", *shares


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> QTableWidget:
    """A table to read and copy."""
    made = QTableWidget(len(rows), len(heads))
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
    for line, cells in enumerate(rows):
        for place, text in enumerate(cells):
            item = QTableWidgetItem(text)
            if text[:1].isdigit() or text[:1] in "+\N{MINUS SIGN}\N{EN DASH}":
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            made.setItem(line, place, item)
    made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    made.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    copies(made)
    return made
