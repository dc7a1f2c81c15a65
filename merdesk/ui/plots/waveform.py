"""The waveform of a clip: what was played in the accent, a click or drag seeks, the wheel zooms."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from merdesk.audio.envelope import Envelope
from merdesk.domain.arrays import FloatArray
from merdesk.ui.plots.timeline import TimeSpan, TimeView
from merdesk.ui.theme.theme import Theme

PITCH_PX = 3
BAR_PX = 2
SHORTEST_PX = 2.0
PLACE_PX = 2
"""Height of the line that says which part of the clip is shown."""


class WaveformView(TimeView):
    """Bars from the lowest to the highest sample in each step of time; `seek_requested` carries seconds."""

    def __init__(self, theme: Theme, span: TimeSpan | None = None, parent: QWidget | None = None) -> None:
        super().__init__(theme, span, "Waveform", parent)
        self._envelope: Envelope | None = None
        self._bars: tuple[FloatArray, FloatArray] = (np.empty(0), np.empty(0))
        self._drawn: tuple[int, float, float] | None = None

    @property
    def n_bars(self) -> int:
        """Bars that fit the width."""
        return max(1, self.width() // PITCH_PX)

    def set_envelope(self, envelope: Envelope | None, duration_s: float) -> None:
        """Show this sound; None while it is not known yet."""
        self._envelope = envelope
        self._drawn = None
        self.span.set_duration(duration_s)
        self.setEnabled(duration_s > 0)
        self.update()

    def bars(self) -> tuple[FloatArray, FloatArray]:
        """Low and high of each bar as it is drawn, in shares of the clip's loudest sample; empty while not known."""
        wanted = (self.n_bars, self.span.start_s, self.span.stop_s)
        if self._drawn != wanted:
            self._drawn = wanted
            self._bars = (np.empty(0), np.empty(0))
            if self._envelope is not None:
                low, high = self._envelope.slice(wanted[1], wanted[2], wanted[0])
                peak = max(self._envelope.peak, 1e-6)
                self._bars = (low / peak, high / peak)
        return self._bars

    def _paint_place(self, painter: QPainter) -> None:
        """Which part of the clip is shown, once it is not the whole."""
        span, foot = self.span, self.height() - PLACE_PX
        if span.is_whole:
            return
        painter.setBrush(QColor(self._theme.palette.line))
        painter.drawRect(0, foot, self.width(), PLACE_PX)
        left, right = (at_s / span.duration_s * self.width() for at_s in (span.start_s, span.stop_s))
        painter.setBrush(QColor(self._theme.palette.muted))
        painter.drawRect(QRectF(left, foot, max(right - left, 4.0), PLACE_PX))

    # Qt

    def sizeHint(self) -> QSize:
        """Room for a readable waveform."""
        return QSize(600, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars of the part that must be drawn."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_loop(painter)
        low, high = self.bars()
        middle, half = self.height() / 2, self.height() / 2 - 2 * PLACE_PX
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
        self._paint_place(painter)
        painter.end()
