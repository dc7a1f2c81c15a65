"""Distances as bars beside what chance gives: the bar, the 95 % point of its null, the same distance within each side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.ui.theme.theme import Theme

ROW = 40
LABEL_WIDTH = 150
WORDS_WIDTH = 214
LEGEND_HEIGHT = 26


@dataclass(frozen=True, slots=True)
class NullBar:
    """One distance: NaN for what is not known; `words` stand at its right, two lines."""

    name: str
    value: float
    null_high: float
    halves: tuple[float, float]
    words: tuple[str, str]


class NullBars(QWidget):
    """Bars one above the other, on one scale from nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.bars: tuple[NullBar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_bars(self, title: str, bars: Sequence[NullBar]) -> None:
        """Show these."""
        self.bars = tuple(bars)
        self.setAccessibleName(title)
        self.setAccessibleDescription("; ".join(f"{bar.name}: {', '.join(bar.words)}" for bar in bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A row each, and the legend."""
        return QSize(420, ROW * len(self.bars) + LEGEND_HEIGHT)

    def _x(self, value: float) -> float:
        known = [
            end for bar in self.bars for end in (bar.value, bar.null_high, *bar.halves) if math.isfinite(end)
        ]
        most = max([*known, 1e-9])
        room = self.width() - LABEL_WIDTH - WORDS_WIDTH
        return LABEL_WIDTH + min(max(value / most, 0.0), 1.0) * room

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Rows, then what the marks mean."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, bar in enumerate(self.bars):
            self._paint_bar(painter, bar, number * ROW)
        self._paint_legend(painter, len(self.bars) * ROW)
        painter.end()

    def _paint_bar(self, painter: QPainter, bar: NullBar, top: int) -> None:
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.colour("text"))
        box = QRectF(0, top, LABEL_WIDTH - 10, ROW - 8)
        side = Qt.AlignmentFlag.AlignVCenter
        name = painter.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, side, name)
        middle = top + (ROW - 8) / 2
        if math.isfinite(bar.value):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("muted"))
            painter.drawRoundedRect(
                QRectF(LABEL_WIDTH, middle - 5, self._x(bar.value) - LABEL_WIDTH, 10), 2, 2
            )
        if math.isfinite(bar.null_high):
            painter.setPen(QPen(self._theme.colour("text"), 2))
            at = self._x(bar.null_high)
            painter.drawLine(QPointF(at, middle - 10), QPointF(at, middle + 10))
        painter.setPen(QPen(self._theme.colour("text"), 1.4))
        painter.setBrush(self._theme.colour("background"))
        for half in bar.halves:
            if math.isfinite(half):
                painter.drawEllipse(QPointF(self._x(half), middle), 3.5, 3.5)
        left = self.width() - WORDS_WIDTH + 12
        for line, (text, token) in enumerate(zip(bar.words, ("text", "muted"), strict=True)):
            painter.setFont(self._theme.font("caption"))
            painter.setPen(self._theme.colour(token))
            painter.drawText(QRectF(left, top + 15 * line, WORDS_WIDTH - 12, 16), side, text)

    def _paint_legend(self, painter: QPainter, top: int) -> None:
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.colour("muted"))
        words = "Line: 19 of 20 random deals of groups stay below it. Dots: the same distance between random halves of each side."
        box = QRectF(0, top, self.width(), LEGEND_HEIGHT)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
