"""Two runs beside one another: by how much one is better on each dataset, with interval and test."""

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from merdesk.ui.plots.difference_plot import Difference, DifferencePlot
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import column, label
from merdesk.workflows.compare_runs import Compared, Comparison
from merdesk.workflows.comparison_text import sentences

HEADS = ("Dataset", "", "Clips", "First", "Second", "Difference", "95 %", "p, Holm", "")
NUMBERS = range(2, 8)
METRICS = {"r2": "R²", "pearson": "r"}
ABOUT = (
    "Rated clips that both predicted without having been fitted on them. Intervals and tests take whole groups; folds of "
    "a dataset that trained depend on one another. p corrected by Holm over this table."
)


class ComparisonView(QWidget):
    """The sentence, the differences as a picture, the table."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.title = label("", "strong", wrap=True)
        self.said = label("", wrap=True)
        self.plot = DifferencePlot(theme)
        self.table: QWidget = QWidget()
        self._place = column(spacing=0)
        self._about = label(ABOUT, "muted", wrap=True)
        self.setLayout(column(self.title, self.said, self.plot, self._place, self._about, spacing=10))
        self.hide()

    def show_comparison(self, found: Comparison | None) -> None:
        """Show a comparison, or nothing."""
        self.setVisible(found is not None)
        if found is None:
            return
        self.title.setText(f"{found.first} (first) and {found.second} (second)")
        self.said.setText(" ".join(sentences(found)))
        self.plot.show_differences(
            f"Better on the left: {found.second}. On the right: {found.first}.",
            [_difference(one) for one in found.rows],
        )
        self._place.removeWidget(self.table)
        self.table.hide()
        self.table.deleteLater()
        self.table = _table(found)
        self._place.addWidget(self.table)


def _difference(one: Compared) -> Difference:
    found = one.difference
    return Difference(
        f"{one.dataset}, {one.dimension}",
        one.dimension,
        found.value,
        found.low,
        found.high,
        few=found.doubtful,
        words=f"{one.dataset}, {one.dimension}: {signed(found.value)}, {_limits(one)}, {one.sentence}",
    )


def _table(found: Comparison) -> QWidget:
    made = QWidget()
    made.setAccessibleName(f"{found.first} and {found.second}, compared")
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    for place, head in enumerate(HEADS):
        side = Qt.AlignmentFlag.AlignRight if place in NUMBERS else Qt.AlignmentFlag.AlignLeft
        grid.addWidget(label(head, "section"), 0, place, side)
    for number, one in enumerate(found.rows, 1):
        for place, text in enumerate(_cells(one)):
            side = Qt.AlignmentFlag.AlignRight if place in NUMBERS else Qt.AlignmentFlag.AlignLeft
            cell = label(text, "muted" if place == 1 else "")
            cell.setToolTip(_told(one))
            grid.addWidget(cell, number, place, side)
    grid.setColumnStretch(len(HEADS) - 1, 1)
    return made


def _cells(one: Compared) -> tuple[str, ...]:
    first, second = (_score(value) for value in one.scores)
    return (
        one.dataset,
        f"{one.dimension}, {METRICS[one.metric]}",
        f"{one.difference.n:,}",
        first,
        second,
        signed(one.difference.value),
        _limits(one),
        _p(one.p_holm),
        one.sentence,
    )


def _limits(one: Compared) -> str:
    found = one.difference
    return f"{signed(found.low)} to {signed(found.high)}" if math.isfinite(found.low) else "no interval"


def _score(value: float) -> str:
    return signed(value).removeprefix("+")


def _p(value: float) -> str:
    if not math.isfinite(value):
        return "none"
    return "< .001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def _told(one: Compared) -> str:
    homes = {
        (True, True): "Both were trained on it: out of fold",
        (True, False): "Only the first was trained on it: its scores are out of fold",
        (False, True): "Only the second was trained on it: its scores are out of fold",
        (False, False): "Neither was trained on it",
    }[one.trained]
    found = one.difference
    note = f" {found.note}." if found.note else ""
    return f"{homes}. {found.n:,} clips in {found.n_clusters:,} groups. p before the correction {_p(one.p)}.{note}"
