"""A range of values: two numbers to type or to step, and handles to drag over how many clips there are where."""

from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QWidget

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.ui.clip_filter import Axis, Range
from merdesk.ui.library.words import AXIS_NAMES, number
from merdesk.ui.theme.figures import MINUS
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import column, label, row

N_BINS = 40
BARS_PX = 22
HANDLE_PX = 5
STEP = 0.05
NUMBER_PX = 58
End = Literal[0, 1]


class RangeField(QWidget):
    """One range; the ends of its bounds narrow nothing.

    Signals
    -------
    changed
        The range (low, high), or None where it holds every value, those that are not known too.
    """

    changed = Signal(object)

    def __init__(self, theme: Theme, axis: Axis) -> None:
        super().__init__()
        self.axis: Axis = axis
        self._bounds: Range = (-1.0, 1.0)
        self.ends = tuple(_Number(axis, end) for end in ("lowest", "highest"))
        self.track = _Track(theme)
        for box in self.ends:
            box.valueChanged.connect(self._typed)
        self.track.dragged.connect(self._dragged)
        # The fold's heading has the other word.
        name = label(AXIS_NAMES[axis].rsplit(maxsplit=1)[-1].capitalize())
        low, high = self.ends
        self.setLayout(
            column(row(name, None, low, label("to", "muted"), high, spacing=4), self.track, spacing=2)
        )

    def show_values(self, values: FloatArray, bounds: Range, limits: Range | None) -> None:
        """Show the range over values, which may hold NaN; in [low, high] of the bounds."""
        self._bounds = bounds
        chosen = limits or bounds
        for box, value in zip(self.ends, chosen, strict=True):
            box.blockSignals(True)
            box.setRange(*bounds)
            box.setValue(value)
            box.blockSignals(False)
        counts, _ = np.histogram(values[np.isfinite(values)], N_BINS, bounds)
        self.track.show_range(counts, bounds, chosen)

    def _typed(self) -> None:
        low, high = (box.value() for box in self.ends)
        if low > high:
            # The end that is moved takes the other one along.
            low = high = low if self.ends[0].hasFocus() else high
        self._tell(low, high)

    def _dragged(self, low: float, high: float) -> None:
        self._tell(round(low, 2), round(high, 2))

    def _tell(self, low: float, high: float) -> None:
        least, most = self._bounds
        whole = low <= least and high >= most
        self.changed.emit(None if whole else (low, high))


class _Number(QDoubleSpinBox):
    """One end in figures."""

    def __init__(self, axis: Axis, end: str) -> None:
        super().__init__()
        self._axis = axis
        self.setProperty("role", "plain")
        self.setAccessibleName(f"{AXIS_NAMES[axis]}, {end} that is shown")
        self.setToolTip("Type a value, or change it with the arrow keys")
        self.setDecimals(2)
        self.setSingleStep(STEP)
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(NUMBER_PX)

    # Qt

    def textFromValue(self, value: float) -> str:
        """With a true minus sign."""
        return number(self._axis, value)

    def valueFromText(self, text: str) -> float:
        """With any minus sign, plus sign and decimal sign."""
        return _read(text) or 0.0

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Whatever may become a number."""
        if _read(text) is not None:
            return QValidator.State.Acceptable, text, place
        begun = not text.strip(f"+-{MINUS}.,0123456789 ")
        return (QValidator.State.Intermediate if begun else QValidator.State.Invalid), text, place


def _read(text: str) -> float | None:
    try:
        return float(text.strip().replace(MINUS, "-").replace(",", "."))
    except ValueError:
        return None


class _Track(QWidget):
    """Bars of how many clips lie where, and two handles for the mouse; the keyboard has the numbers.

    `dragged` carries low and high.
    """

    dragged = Signal(float, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._counts: IntArray = np.zeros(N_BINS, np.int64)
        self._bounds: Range = (-1.0, 1.0)
        self._range: Range = self._bounds
        self._held: End | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("Drag the ends")
        theme.changed.connect(self.update)

    def show_range(self, counts: IntArray, bounds: Range, chosen: Range) -> None:
        """Show how many clips lie in each bin, and the range."""
        self._counts, self._bounds, self._range = counts, bounds, chosen
        self.update()

    def _x(self, value: float) -> float:
        low, high = self._bounds
        return HANDLE_PX + (self.width() - 2 * HANDLE_PX) * (value - low) / ((high - low) or 1.0)

    def _value(self, x: float) -> float:
        low, high = self._bounds
        share = (x - HANDLE_PX) / max(1, self.width() - 2 * HANDLE_PX)
        return low + (high - low) * min(max(share, 0.0), 1.0)

    # Qt

    def sizeHint(self) -> QSize:
        """Bars above a groove."""
        return QSize(120, BARS_PX + 2 * HANDLE_PX + 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearer end."""
        x = event.position().x()
        low, high = (self._x(value) for value in self._range)
        self._held = 0 if abs(x - low) < abs(x - high) or (low == high and x < low) else 1
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the end that is held, as far as the other one."""
        if self._held is None:
            return
        value, (low, high) = self._value(event.position().x()), self._range
        self._range = (min(value, high), high) if self._held == 0 else (low, max(value, low))
        self.update()
        self.dragged.emit(*self._range)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None
        super().mouseReleaseEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Bars, groove, handles."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, right = (self._x(value) for value in self._range)
        self._paint_bars(painter, left, right)
        y = BARS_PX + HANDLE_PX + 0.5
        for start, stop, token in (
            (self._x(self._bounds[0]), self._x(self._bounds[1]), "line"),
            (left, right, "muted"),
        ):
            painter.setPen(QPen(self._theme.colour(token), 3, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(start, y), QPointF(stop, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("text"))
        for x in (left, right):
            painter.drawEllipse(QPointF(x, y), HANDLE_PX, HANDLE_PX)
        painter.end()

    def _paint_bars(self, painter: QPainter, left: float, right: float) -> None:
        tallest = max(1, int(self._counts.max(initial=0)))
        width = (self.width() - 2 * HANDLE_PX) / N_BINS
        painter.setPen(Qt.PenStyle.NoPen)
        for place, n in enumerate(self._counts.tolist()):
            if not n:
                continue
            x, height = HANDLE_PX + place * width, max(1.0, BARS_PX * n / tallest)
            inside = x + width > left and x < right
            painter.setBrush(self._theme.colour("muted" if inside else "line"))
            painter.drawRect(QRectF(x, BARS_PX - height, max(1.0, width - 1), height))
