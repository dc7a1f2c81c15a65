"""One point a clip: the choice how ratings are pooled, and what comes of it."""

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from merdesk.ui.annotate.pair_scores import NumberItem
from merdesk.ui.chip import Chip
from merdesk.ui.theme.figures import signed
from merdesk.ui.widgets import column, label, row
from merdesk.workflows.rating_consensus import Consensus

NAMES = {
    "mean": "Mean",
    "median": "Median",
    "trimmed": "Trimmed mean",
    "weighted": "Weighted by reliability",
}
ABOUT = {
    "mean": "Everybody counts the same.",
    "median": "One odd rating changes nothing.",
    "trimmed": "A fifth of the ratings is left out at each end.",
    "weighted": "Each annotator counts by the squared correlation with the others; who agrees with nobody counts little.",
}
KEPT = "Exports of ratings use this choice and say so."


class ConsensusTab(QWidget):
    """Signal: `chosen` the way that exports pool ratings from now on."""

    chosen = Signal(str)

    def __init__(
        self, ways: Sequence[Consensus], chosen: str, titles: Mapping[int, str], shown: QTableWidget
    ) -> None:
        super().__init__()
        self._ways: dict[str, Consensus] = {one.how: one for one in ways}
        self._titles = titles
        self.table = shown
        self.choice = Chip("Consensus", NAMES, chosen)
        self.choice.picked.connect(self._choose)
        self._about = label("", "muted", wrap=True)
        head = row(self.choice, self._about, spacing=12)
        head.setStretch(1, 1)
        self.setLayout(column(head, shown, spacing=8, margins=(0, 12, 0, 0)))
        self._show(chosen)

    def _choose(self, how: str) -> None:
        self._show(how)
        self.chosen.emit(how)

    def _show(self, how: str) -> None:
        self._about.setText(f"{ABOUT[how]} {KEPT}")
        found = self._ways.get(how)
        if found is None:
            return
        self.table.setRowCount(len(found.clip_ids))
        for line, clip_id in enumerate(found.clip_ids):
            self.table.setItem(line, 0, QTableWidgetItem(self._titles[clip_id]))
            figures = (
                (f"{found.n_annotators[line]:.0f}", found.n_annotators[line]),
                *((signed(value), value) for value in found.affect[line].tolist()),
                *(
                    (f"{value:.2f}" if np.isfinite(value) else "\N{EN DASH}", value)
                    for value in found.spread[line].tolist()
                ),
            )
            for place, (text, value) in enumerate(figures, 1):
                self.table.setItem(line, place, NumberItem(text, float(value)))
