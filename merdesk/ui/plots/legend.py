"""The legend: what colours and markers stand for, how many clips each; switches them on and off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from merdesk.domain.arrays import BoolArray
from merdesk.ui.plots.colouring import Colouring
from merdesk.ui.plots.gathering import Gathering, gathering_of
from merdesk.ui.plots.markers import marker_of, paint_marker
from merdesk.ui.plots.painted_row import PaintedRow
from merdesk.ui.theme.figures import count
from merdesk.ui.theme.theme import Theme

SELECTING: dict[str, Gathering] = {
    "Select its clips": "replace",
    "Add its clips to the selection": "add",
    "Take its clips out of the selection": "subtract",
}
SWATCH_PX = 9
INSET_PX = 8
LABEL_PX = 26


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One row: `key` identifies it, `colour` empty means the text colour, `note` is a small word after the label."""

    key: str
    label: str
    count: int
    colour: str = ""
    marker: str = "circle"
    note: str = ""


def entries_of(
    colouring: Colouring, visible: BoolArray | None = None, *, shaped: bool = False
) -> tuple[LegendEntry, ...]:
    """Rows for a categorical colouring: in its order, with counts of the visible clips, the empty ones left out.

    `shaped` where groups have shapes of their own, too.
    """
    codes = colouring.codes if visible is None else colouring.codes[visible]
    everywhere = np.bincount(colouring.codes, minlength=len(colouring.names))
    counts = np.bincount(codes, minlength=len(colouring.names))
    return tuple(
        LegendEntry(name, name, int(counts[code]), colour, marker_of(code) if shaped else "circle")
        for code, (name, colour) in enumerate(zip(colouring.names, colouring.colours, strict=True))
        if everywhere[code]
    )


class Legend(QWidget):
    """Rows with swatch, name and count.

    `toggled` carries the keys that are switched off, a frozenset: a click switches one, a double click leaves
    only that one on, and on the only one brings all back.
    `select_asked` carries a key and a `Gathering`: clips of the row are to be selected, added or taken out; by Ctrl
    or Shift and a click, or from the row's menu. With `selects` a click alone selects, and nothing is switched off.
    """

    toggled = Signal(object)
    select_asked = Signal(str, str)

    def __init__(
        self, theme: Theme, title: str, parent: QWidget | None = None, *, selects: bool = False
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._selects = selects
        self._rows: dict[str, LegendRow] = {}
        self._hidden: frozenset[str] = frozenset()
        self._before: frozenset[str] = frozenset()
        self.setAccessibleName(title)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        theme.changed.connect(self.update)

    @property
    def hidden_keys(self) -> frozenset[str]:
        """Keys that are switched off."""
        return self._hidden

    @property
    def rows(self) -> tuple["LegendRow", ...]:
        """The rows from top to bottom."""
        return tuple(self._rows.values())

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show these rows; those that were there keep their switch."""
        if tuple(self._rows) != tuple(entry.key for entry in entries):
            self._build(entries)
        for entry in entries:
            self._rows[entry.key].set_entry(entry)
        self.set_hidden(self._hidden & self._rows.keys())

    def set_hidden(self, keys: Iterable[str]) -> None:
        """Switch exactly these rows off, without a signal."""
        self._hidden = frozenset(keys)
        for key, row in self._rows.items():
            row.setChecked(key not in self._hidden)

    def _build(self, entries: Sequence[LegendEntry]) -> None:
        for row in self._rows.values():
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = {}
        for entry in entries:
            row = self._rows[entry.key] = LegendRow(self._theme, entry, selects=self._selects)
            row.clicked.connect(lambda _=False, key=entry.key: self._click(key))
            row.isolated.connect(lambda key=entry.key: self._isolate(key))
            row.select_asked.connect(partial(self.select_asked.emit, entry.key))
            self._layout.addWidget(row)

    def _click(self, key: str) -> None:
        if self._selects:
            self.select_asked.emit(key, "replace")
        else:
            self._toggle(key)

    def _toggle(self, key: str) -> None:
        self._before = self._hidden
        self._change(self._hidden ^ {key})

    def _isolate(self, key: str) -> None:
        if self._selects:
            return
        # The first click of the two has switched the row already: look at what was before it.
        others = frozenset(self._rows) - {key}
        self._change(frozenset() if self._before == others else others)

    def _change(self, hidden: frozenset[str]) -> None:
        self.set_hidden(hidden)
        self.toggled.emit(hidden)


class LegendRow(PaintedRow):
    """One row; checked means shown.

    Signals: `isolated` it was double-clicked; `select_asked` how its clips are to join the selection.
    """

    isolated = Signal()
    select_asked = Signal(str)

    def __init__(self, theme: Theme, entry: LegendEntry, *, selects: bool = False) -> None:
        super().__init__(theme)
        self._entry = entry
        self._selects = selects
        self.setCheckable(True)
        self.setChecked(True)
        tip = "Click to show or hide, double-click to show it alone, Ctrl and click to select its clips"
        self.setToolTip("Click to select its clips, Shift adds, Ctrl takes out" if selects else tip)

    @property
    def entry(self) -> LegendEntry:
        """What the row shows."""
        return self._entry

    def set_entry(self, entry: LegendEntry) -> None:
        """Show another count or colour."""
        self._entry = entry
        clips = "clip" if entry.count == 1 else "clips"
        self.setAccessibleName(f"{entry.label}, {count(entry.count)} {clips}")
        self.update()

    def _paint_swatch(self, painter: QPainter) -> None:
        colour = QColor(self._entry.colour or self._theme.palette.text)
        at = QPointF(INSET_PX + SWATCH_PX / 2, self.height() / 2)
        if self.isChecked():
            paint_marker(painter, self._entry.marker, at, SWATCH_PX, colour)
            return
        painter.setPen(QPen(self._theme.colour("faint"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, SWATCH_PX / 2 - 0.5, SWATCH_PX / 2 - 0.5)

    def _paint_note(self, painter: QPainter, left: int) -> None:
        font = QFont(self._theme.font("section"))
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(self._entry.note) + 10
        box = QRectF(left + 8, self.height() / 2 - 9, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(self._theme.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._entry.note)

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """With a key held the row's clips are selected, and it is not switched."""
        how = gathering_of(event.modifiers())
        if event.button() == Qt.MouseButton.LeftButton and how != "replace":
            # Of clips that one sees in a list, Ctrl selects what is not selected yet.
            self.select_asked.emit("toggle" if how == "subtract" else how)
            event.accept()
        else:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What else can be done with the row's clips."""
        menu = QMenu(self)
        for text, how in SELECTING.items():
            menu.addAction(text, partial(self.select_asked.emit, how))
        if not self._selects:
            menu.addSeparator()
            menu.addAction("Show or hide", self.click)
        menu.exec(event.globalPos())

    def nextCheckState(self) -> None:
        """A row that selects is never switched off."""
        if not self._selects:
            super().nextCheckState()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show this one alone."""
        self.isolated.emit()
        event.accept()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Swatch, name, count."""
        painter = QPainter(self)
        self.paint_ground(painter)
        self._paint_swatch(painter)
        colour = "text" if self.isChecked() else "muted"
        number = count(self._entry.count)
        end = self.paint_words(
            painter, self._entry.label, number, left=LABEL_PX, right=INSET_PX, colour=colour
        )
        if self._entry.note:
            self._paint_note(painter, end)
        painter.end()


class ColourBar(QWidget):
    """The numeric map from its low to its high end, with the values of both."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._colouring: Colouring | None = None
        theme.changed.connect(self.update)

    def set_colouring(self, colouring: Colouring) -> None:
        """Show the map of a numeric colouring."""
        self._colouring = colouring
        low, *_, high, _ = colouring.names
        self.setAccessibleName(f"{colouring.title} from {low} to {high}")
        self.update()

    # Qt

    def sizeHint(self) -> QSize:
        """A bar and a line of words."""
        return QSize(160, 40)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Steps of the map, values below its ends."""
        if self._colouring is None:
            return
        painter = QPainter(self)
        steps = self._colouring.colours[:-1]
        width = (self.width() - 2 * INSET_PX) / len(steps)
        for step, colour in enumerate(steps):
            painter.fillRect(QRectF(INSET_PX + step * width, 6, width + 1, 8), QColor(colour))
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.colour("muted"))
        words = QRect(INSET_PX, 18, self.width() - 2 * INSET_PX, 20)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, self._colouring.names[0])
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, self._colouring.names[-2])
        painter.end()
