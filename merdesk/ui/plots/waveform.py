"""The waveform of a clip: what was played in the accent, a click or drag seeks."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.domain.arrays import FloatArray
from merdesk.ui.theme.theme import Theme

PITCH_PX = 3
BAR_PX = 2
SHORTEST_PX = 2.0
KEY_STEP_S = 5.0


class WaveformView(QWidget):
    """Bars from the lowest to the highest sample in each step of time; `seek_requested` carries seconds."""

    seek_requested = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._low = self._high = np.empty(0)
        self._bars: tuple[int, FloatArray, FloatArray] | None = None
        self._duration_s = 0.0
        self._position_s = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Waveform")
        theme.changed.connect(self.update)

    @property
    def position_s(self) -> float:
        """Where the playhead is."""
        return self._position_s

    @property
    def n_bars(self) -> int:
        """Bars that fit the width."""
        return max(1, self.width() // PITCH_PX)

    def set_envelope(self, low: FloatArray | None, high: FloatArray | None, duration_s: float) -> None:
        """Show the lowest and highest samples [n] of equal steps of a clip; None while they are not known yet."""
        self._low = np.empty(0) if low is None else np.asarray(low, dtype=np.float64)
        self._high = np.empty(0) if high is None else np.asarray(high, dtype=np.float64)
        if self._low.shape != self._high.shape:
            raise ValueError(f"{len(self._low)} low values do not fit {len(self._high)} high ones")
        self._duration_s = duration_s
        self._bars = None
        self.setEnabled(duration_s > 0)
        self.update()

    def set_position(self, position_s: float) -> None:
        """Move the playhead; only the strip between the old and the new place is drawn again."""
        before, self._position_s = self._x(self._position_s), position_s
        after = self._x(position_s)
        left, right = sorted((before, after))
        self.update(int(left) - PITCH_PX, 0, int(right - left) + 3 * PITCH_PX, self.height())

    def bars(self) -> tuple[FloatArray, FloatArray]:
        """Low and high of each bar as it is drawn, in shares of the loudest."""
        if self._bars is None or self._bars[0] != self.n_bars:
            low, high = (
                _reduced(self._low, self.n_bars, np.minimum),
                _reduced(self._high, self.n_bars, np.maximum),
            )
            peak = max(float(np.abs(low).max(initial=0)), float(np.abs(high).max(initial=0)), 1e-6)
            self._bars = (self.n_bars, low / peak, high / peak)
        return self._bars[1], self._bars[2]

    def _x(self, position_s: float) -> float:
        return position_s / self._duration_s * self.width() if self._duration_s > 0 else 0.0

    def _seek_to(self, x: float) -> None:
        if self._duration_s > 0:
            share = min(max(x / max(1, self.width()), 0.0), 1.0)
            self.seek_requested.emit(share * self._duration_s)

    # Qt

    def sizeHint(self) -> QSize:
        """Room for a readable waveform."""
        return QSize(600, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars of the part that must be drawn."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        low, high = self.bars()
        middle, half = self.height() / 2, self.height() / 2 - 2
        played = self._x(self._position_s)
        colours = QColor(self._theme.palette.accent), QColor(self._theme.palette.bars)
        first = max(0, event.rect().left() // PITCH_PX - 1)
        for bar in range(first, min(self.n_bars, event.rect().right() // PITCH_PX + 2)):
            top, bottom = (high[bar], low[bar]) if len(high) else (0.0, 0.0)
            upper = min(middle - top * half, middle - SHORTEST_PX / 2)
            lower = max(middle - bottom * half, middle + SHORTEST_PX / 2)
            left = bar * PITCH_PX
            painter.setBrush(colours[0] if left < played else colours[1])
            painter.drawRoundedRect(QRectF(left, upper, BAR_PX, lower - upper), 1, 1)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Seek on while dragging."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek_to(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right seek by five seconds."""
        steps = {Qt.Key.Key_Left: -KEY_STEP_S, Qt.Key.Key_Right: KEY_STEP_S}
        step = steps.get(Qt.Key(event.key()))
        if step is None or self._duration_s <= 0:
            super().keyPressEvent(event)
            return
        self.seek_requested.emit(min(max(self._position_s + step, 0.0), self._duration_s))


def _reduced(values: FloatArray, n: int, extreme: np.ufunc) -> FloatArray:
    """Values [m] as n extremes of equal shares; repeated where there are fewer than n."""
    if not len(values):
        return values
    edges = np.linspace(0, len(values), n + 1)
    starts = np.minimum(edges[:-1].astype(int), len(values) - 1)
    # reduceat gives the single value where two starts are equal, which is the repetition wanted here.
    return np.asarray(extreme.reduceat(values, starts))
