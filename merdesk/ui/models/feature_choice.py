"""Which features a model is to learn from: one tick a set, how far it is beside it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from merdesk.ui.features.words import EXPLAINED, title_of
from merdesk.ui.widgets import label
from merdesk.workflows.feature_state import FeatureState

USUAL = ("chroma", "basic")
INDENT_PX = 26


class FeatureChoice(QWidget):
    """Sets of features to tick.

    Signals
    -------
    changed
        Another choice was made, or a set has another state.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        self._captions: dict[str, QLabel] = {}
        self._states: dict[str, FeatureState] = {}
        self._fused = label("", "caption", wrap=True)
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2)
        self._list.addWidget(self._fused)
        self._show_fused()
        for name, text in EXPLAINED.items():
            self._add(name, text)

    def show_states(self, states: Sequence[FeatureState]) -> None:
        """Say how far each set is, and list those that were imported or chosen in another way."""
        self._states = {state.name: state for state in states if state.current}
        for name in [name for name in self.boxes if name not in self._states]:
            for part in (self.boxes.pop(name), self._captions.pop(name)):
                self._list.removeWidget(part)
                part.hide()
                part.deleteLater()
        for name, state in self._states.items():
            if name not in self.boxes:
                self._add(name, f"{title_of(name)}: from a table" if state.imported else title_of(name))
            self._captions[name].setText(state.sentence)
            self.boxes[name].setAccessibleDescription(state.sentence)
        self._told()

    def chosen(self) -> tuple[str, ...]:
        """Names of the sets that are ticked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())

    def lacking(self) -> FeatureState | None:
        """The first set that is ticked and there for no clip."""
        states = (self._states.get(name) for name in self.chosen())
        return next((state for state in states if state is not None and not state.n_clips), None)

    @property
    def is_counted(self) -> bool:
        """False until it is known how many clips have which set."""
        return bool(self._states)

    def n_clips(self, name: str) -> int:
        """Clips that have this set."""
        return self._states[name].n_clips if name in self._states else 0

    @property
    def n_columns(self) -> int:
        """Values of a clip in all sets that are ticked; 0 for those that are not known yet."""
        return sum(self._states[name].n_columns for name in self.chosen() if name in self._states)

    def _add(self, name: str, text: str) -> None:
        box = QCheckBox(text)
        box.setChecked(name in USUAL)
        box.toggled.connect(lambda _: self._told())
        caption = label("", "caption")
        caption.setContentsMargins(INDENT_PX, 0, 0, 6)
        self.boxes[name], self._captions[name] = box, caption
        place = self._list.count() - 1
        self._list.insertWidget(place, box)
        self._list.insertWidget(place + 1, caption)

    def _told(self) -> None:
        self._show_fused()
        self.changed.emit()

    def _show_fused(self) -> None:
        """Name the set that several ticks make, with its size once that is known."""
        names = self.chosen()
        widths = [self._states[name].n_columns for name in names if name in self._states]
        known = len(widths) == len(names) and all(widths)
        values = f", {sum(widths):,} values" if known else ""
        self._fused.setText(f"Fused: {'+'.join(names)}{values}, each set standardised apart")
        self._fused.setVisible(len(names) > 1)
