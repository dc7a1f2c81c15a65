"""One point a clip: the choice how ratings are pooled, and what comes of it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTableWidget, QWidget

from merdesk.ui.annotate.quality_rows import consensus_rows, fill
from merdesk.ui.chip import Chip
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

    def __init__(self, shown: QTableWidget) -> None:
        super().__init__()
        self._ways: dict[str, Consensus] = {}
        self._titles: Mapping[int, str] = {}
        self.table = shown
        self.choice = Chip("Consensus", NAMES, "mean")
        self.choice.picked.connect(self._choose)
        self._about = label("", "muted", wrap=True)
        head = row(self.choice, self._about, spacing=12)
        head.setStretch(1, 1)
        self.setLayout(column(head, shown, spacing=8, margins=(0, 12, 0, 0)))

    def show_ways(self, ways: Sequence[Consensus], chosen: str, titles: Mapping[int, str]) -> None:
        """Show these points, pooled in the chosen way."""
        self._ways, self._titles = {one.how: one for one in ways}, titles
        self.choice.show_choice(chosen)
        self._show(chosen)

    def _choose(self, how: str) -> None:
        self._show(how)
        self.chosen.emit(how)

    def _show(self, how: str) -> None:
        self._about.setText(f"{ABOUT[how]} {KEPT}")
        found = self._ways.get(how)
        fill(self.table, [] if found is None else consensus_rows(found, self._titles))
