"""What can be chosen about Jukebox: how much is heard, which layer, how exactly, where."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from merdesk.features.jukebox.choice import DEVICES, PRECISIONS, JukeboxChoice
from merdesk.ui.decimal_box import WholeBox
from merdesk.ui.features.words import DEVICE_WORDS, PRECISION_WORDS, WINDOW_WORDS
from merdesk.ui.widgets import label

DEEPEST = 72
"""Layers of the published prior; a smaller checkpoint says its own when it was looked at."""


class JukeboxFields(QWidget):
    """The four choices, with the published recipe as the beginning.

    Signals
    -------
    changed
        Another set is meant.
    machine_changed
        Another device or precision: what was measured holds no more.
    """

    changed = Signal()
    machine_changed = Signal()

    def __init__(self, choice: JukeboxChoice, device: str) -> None:
        super().__init__()
        self._base = choice.base
        self.heard = _box("What is heard", tuple(WINDOW_WORDS.items()), choice.window)
        self.precision = _box("Precision", [(p, PRECISION_WORDS[p]) for p in PRECISIONS], choice.precision)
        self.device = _box("Device", [(d, DEVICE_WORDS[d]) for d in DEVICES], device)
        self.layer = WholeBox()
        self.layer.setRange(1, DEEPEST)
        self.layer.setValue(choice.layer)
        self.layer.setAccessibleName("Layer, counted from 1")
        for own in (self.heard, self.precision):
            own.setEnabled(choice.base == "jukebox")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        parts = (
            ("Heard of each clip", self.heard),
            ("Layer", self.layer),
            ("Device", self.device),
            ("Precision", self.precision),
        )
        for place, (name, field) in enumerate(parts):
            line, side = divmod(place, 2)
            caption = label(name, "section")
            caption.setBuddy(field)
            grid.addWidget(caption, 2 * line, side, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(field, 2 * line + 1, side)
        grid.setRowMinimumHeight(2, 28)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.heard.currentIndexChanged.connect(self.changed)
        self.layer.valueChanged.connect(self.changed)
        self.precision.currentIndexChanged.connect(self.machine_changed)
        self.device.currentIndexChanged.connect(self.machine_changed)

    @property
    def choice(self) -> JukeboxChoice:
        """What is meant."""
        return JukeboxChoice(
            self.layer.value(), self.heard.currentData(), self.precision.currentData(), self._base
        )

    def limit(self, depth: int) -> None:
        """Offer no layer that the checkpoint does not have."""
        self.layer.setMaximum(depth)


def _box(name: str, entries: Sequence[tuple[str, str]], chosen: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for value, words in entries:
        box.addItem(words, value)
    box.setCurrentIndex(box.findData(chosen))
    return box
