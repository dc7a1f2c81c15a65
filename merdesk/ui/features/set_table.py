"""The sets of features: for how many clips they are there, what they take."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem

from merdesk.ui.copying import copies
from merdesk.ui.features.words import size, title_of
from merdesk.workflows.feature_state import FeatureState

COLUMNS = ("Features", "Clips", "Values", "On disk")
ROW_PX = 28


class SetTable(QTableWidget):
    """One row a set.

    Signals
    -------
    picked
        Another row is looked at.
    """

    picked = Signal()

    def __init__(self) -> None:
        super().__init__(0, len(COLUMNS))
        self._states: tuple[FeatureState, ...] = ()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Sets of features")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, name in enumerate(COLUMNS):
            heading = QTableWidgetItem(name)
            heading.setTextAlignment(_side(place))
            self.setHorizontalHeaderItem(place, heading)
        for place, width in ((1, 180), (2, 80), (3, 90)):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(place, width)
        self.itemSelectionChanged.connect(self.picked)
        copies(self)

    def show_states(self, states: Sequence[FeatureState]) -> None:
        """List sets; the one that was looked at stays so."""
        before = self.chosen
        self._states = tuple(states)
        self.blockSignals(True)
        self.setRowCount(len(states))
        for number, state in enumerate(states):
            for place, text in enumerate(_cells(state)):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_side(place))
                item.setToolTip(_tip(state))
                self.setItem(number, place, item)
        self.blockSignals(False)
        same = [i for i, state in enumerate(states) if before and _same(state, before)]
        if states:
            self.selectRow(same[0] if same else 0)
        self.picked.emit()

    @property
    def chosen(self) -> FeatureState | None:
        """The set that is looked at."""
        rows = {index.row() for index in self.selectedIndexes()}
        return self._states[min(rows)] if rows else None


def _same(one: FeatureState, other: FeatureState) -> bool:
    return (one.name, one.current) == (other.name, other.current)


def _side(place: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if place >= 1 else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _cells(state: FeatureState) -> tuple[str, ...]:
    name = title_of(state.name)
    if state.imported:
        name += " (from a table)"
    elif not state.current:
        name += " (earlier version)"
    return (
        name,
        state.sentence,
        f"{state.n_columns:,}" if state.n_stored else "",
        size(state.n_bytes) if state.n_stored else "",
    )


def _tip(state: FeatureState) -> str:
    if state.features is None:
        return ""
    told = f"Version {state.features.version}, settings {state.features.settings}"
    return told if state.current else f"{told}. Used no more: other settings or other weights are in force."
