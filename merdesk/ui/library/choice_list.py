"""Names to choose from, each with its number of clips; of many, those that are typed."""

from collections.abc import Collection, Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget

from merdesk.domain.arrays import IntArray
from merdesk.ui.theme.figures import count
from merdesk.ui.widgets import column, label, row

MOST = 8
ROOM_PX = 160
"""For a name and its number, beside the box."""


class ChoiceList(QWidget):
    """Boxes to tick: first what is chosen, then what most clips have.

    Signals
    -------
    changed
        The chosen names, a frozenset; empty means all.
    """

    changed = Signal(object)

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what
        self._names: Sequence[str] = ()
        self._counts: IntArray = np.empty(0, np.int64)
        self._chosen: frozenset[str] = frozenset()
        self._shown: tuple[str, ...] = ()
        self.finder = QLineEdit()
        self.finder.setPlaceholderText(f"Find {what}")
        self.finder.setAccessibleName(f"Find {what}")
        self.finder.setClearButtonEnabled(True)
        self.finder.textChanged.connect(self._list)
        self.boxes = tuple(QCheckBox() for _ in range(MOST))
        self._numbers: tuple[QLabel, ...] = tuple(label("", "muted") for _ in range(MOST))
        self._more = label("", "caption", wrap=True)
        for place, box in enumerate(self.boxes):
            box.clicked.connect(lambda _=False, place=place: self._toggle(place))
        lines = [row(box, None, n) for box, n in zip(self.boxes, self._numbers, strict=True)]
        self.setLayout(column(self.finder, *lines, self._more, spacing=6))

    @property
    def focusable(self) -> tuple[QWidget, ...]:
        """What has the keyboard, from top to bottom."""
        return (self.finder, *self.boxes)

    def show_choices(self, names: Sequence[str], counts: IntArray, chosen: frozenset[str]) -> None:
        """Show how many clips each name would leave."""
        self._names, self._counts, self._chosen = names, counts, chosen
        self._list()

    def _list(self) -> None:
        typed = self.finder.text().strip().casefold()
        # What has the keyboard stays where it is while it is switched.
        kept = self._shown if any(box.hasFocus() for box in self.boxes) and not typed else ()
        counts, more = self._wanted(typed, kept)
        rank = {name: place for place, name in enumerate(kept)}
        found = sorted(
            counts,
            key=lambda name: (rank.get(name, MOST), name not in self._chosen, -counts[name], name),
        )
        self._shown = tuple(found[:MOST])
        for place, box in enumerate(self.boxes):
            box.setVisible(place < len(self._shown))
            self._numbers[place].setVisible(place < len(self._shown))
            if place < len(self._shown):
                self._show(place, self._shown[place], counts[self._shown[place]])
        self.finder.setVisible(len(self._names) > MOST or bool(typed))
        more += len(found) - len(self._shown)
        self._more.setText(
            f"{count(more)} more: type to find" if more else "" if found else "None of that name."
        )
        self._more.setVisible(bool(self._more.text()))

    def _wanted(self, typed: str, kept: Collection[str]) -> tuple[dict[str, int], int]:
        """Names that may be shown with their counts, and how many more there are: of many only the largest."""
        names, held = self._names, self._chosen.union(kept)
        places = np.arange(len(names))
        if typed:
            places = np.array([at for at, name in enumerate(names) if typed in name.casefold()], np.int64)
        few = places[np.argsort(-self._counts[places], kind="stable")[: MOST + len(held)]]
        wanted = {names[at]: int(self._counts[at]) for at in few.tolist()}
        lacking = held - wanted.keys()
        counts = (
            {name: int(n) for name, n in zip(names, self._counts, strict=True) if name in lacking}
            if lacking
            else {}
        )
        held_too = {name: counts.get(name, 0) for name in lacking if not typed or typed in name.casefold()}
        unseen = len(places) - len(few) - len(counts.keys() & held_too.keys())
        return wanted | held_too, max(0, unseen)

    def _show(self, place: int, name: str, n: int) -> None:
        box, number = self.boxes[place], count(n)
        metrics = box.fontMetrics()
        room = ROOM_PX - metrics.horizontalAdvance(number)
        box.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, room).replace("&", "&&"))
        box.setToolTip(name)
        box.setAccessibleName(f"{name}, {number} clips")
        box.setChecked(name in self._chosen)
        self._numbers[place].setText(number)

    def _toggle(self, place: int) -> None:
        self._chosen = self._chosen ^ {self._shown[place]}
        self.changed.emit(self._chosen)
