"""Scores from pairs beside the ratings of the same clips."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from merdesk.domain.rating import DIMENSIONS
from merdesk.ui.describe import title_of
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import signed
from merdesk.workflows.pair_design import PairDesign

HEADINGS = ("Clip", "Valence, pairs", "Arousal, pairs", "Valence, rated", "Arousal, rated")
TIPS = (
    "",
    "Score in logits with its standard error, from your comparisons",
    "Score in logits with its standard error, from your comparisons",
    "Mean of everybody's ratings, -1 to 1",
    "Mean of everybody's ratings, -1 to 1",
)


class NumberItem(QTableWidgetItem):
    """A number that sorts as such, whatever its text."""

    def __init__(self, text: str, value: float) -> None:
        super().__init__(text)
        self._value = value if np.isfinite(value) else -np.inf
        self.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def __lt__(self, other: object) -> bool:
        return isinstance(other, NumberItem) and self._value < other._value


class PairScores(QTableWidget):
    """A row a clip, sorted by any column."""

    def __init__(self, session: Session) -> None:
        super().__init__(0, len(HEADINGS))
        self._session = session
        for number, (heading, tip) in enumerate(zip(HEADINGS, TIPS, strict=True)):
            item = QTableWidgetItem(heading)
            item.setToolTip(tip)
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(number, item)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        self.setAccessibleName("Scores from pairs")
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)

    def show_design(self, made: PairDesign) -> None:
        """Show scores and ratings of the clips that are compared."""
        columns = self._session.columns
        rows = columns.rows_of(np.array(made.clip_ids, dtype=np.int64))
        self.setSortingEnabled(False)
        self.setRowCount(len(made.clip_ids))
        for number, clip_id in enumerate(made.clip_ids):
            self.setItem(number, 0, QTableWidgetItem(title_of(self._session, clip_id)[0]))
            for axis, dimension in enumerate(DIMENSIONS):
                scores = made.scores[dimension]
                score, error = float(scores.theta[number]), float(scores.std_error[number])
                text = f"{signed(score)} \N{PLUS-MINUS SIGN} {error:.2f}"
                self.setItem(number, 1 + axis, NumberItem(text, score))
                rated = float(columns.affect[rows[number], axis])
                self.setItem(number, 3 + axis, NumberItem(signed(rated), rated))
        self.setSortingEnabled(True)
