"""The parts of R2 at home and away, as two bars: what the order of clips gives, what gain and offset take from it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.ui.theme.figures import MINUS, signed
from merdesk.ui.theme.palette import mix
from merdesk.ui.theme.theme import Theme

ROW = 30
LABEL_WIDTH = 118
NUMBER_WIDTH = 52
LEGEND_HEIGHT = 20
WORDS_HEIGHT = 16
"""Below a row, for its intervals."""
LEAST = -1.0
"""Scores further below are cut at the edge; the number says what they are."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A score and its parts: r2 = association - gain - offset, under a name."""

    name: str
    association: float
    gain: float
    offset: float
    limits: tuple[tuple[float, float], ...] = ()
    n: int = 0

    @property
    def words(self) -> str:
        """Each part with its interval, and on how many clips they rest."""
        heads = ("order", "range", "offset", "R²")
        values = (self.association, self.gain, self.offset, self.r2)
        said = [
            f"{head} {value:.2f} ({low:.2f} to {high:.2f})".replace("-", MINUS)
            for head, value, (low, high) in zip(heads, values, self.limits, strict=True)
        ]
        return f"n {self.n:,}: {', '.join(said)}"

    @property
    def r2(self) -> float:
        """The score."""
        return self.association - self.gain - self.offset


class DropPicture(QWidget):
    """Bars of one dimension, one above the other."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: tuple[Parts, ...] = ()
        self._dimension = "valence"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Decomposition")
        theme.changed.connect(self.update)

    def show_parts(self, parts: Sequence[Parts], dimension: str) -> None:
        """Show the parts of "valence" or "arousal"; none for nothing."""
        self._parts, self._dimension = tuple(parts), dimension
        self.setAccessibleDescription(
            "; ".join(
                f"{one.name}: association {one.association:.2f}, gain mismatch {one.gain:.2f}, offset mismatch "
                f"{one.offset:.2f}, R2 {signed(one.r2)}"
                for one in parts
            )
        )
        self.setVisible(bool(self._parts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, self._row * len(self._parts) + LEGEND_HEIGHT)

    @property
    def _row(self) -> int:
        return ROW + (WORDS_HEIGHT if any(one.limits for one in self._parts) else 0)

    def _x(self, value: float) -> float:
        low = max(LEAST, min([0.0, *(one.r2 for one in self._parts)]))
        share = (min(max(value, low), 1.0) - low) / (1.0 - low)
        return LABEL_WIDTH + share * (self.width() - LABEL_WIDTH - NUMBER_WIDTH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bottom = self._row * len(self._parts)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        for value in (0.0, 1.0):
            painter.drawLine(QPointF(self._x(value), 0), QPointF(self._x(value), bottom))
        for number, one in enumerate(self._parts):
            self._paint_row(painter, one, number * self._row)
        self._paint_legend(painter, bottom)
        painter.end()

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        palette = self._theme.palette
        whole = getattr(palette, self._dimension)
        return QColor(whole), QColor(mix(palette.muted, palette.background, 0.25)), QColor(palette.bad)

    def _paint_row(self, painter: QPainter, one: Parts, top: int) -> None:
        association, gain, offset = self._colours()
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.colour("text"))
        box = QRectF(0, top, LABEL_WIDTH - 10, ROW)
        metrics = painter.fontMetrics()
        name = metrics.elidedText(one.name, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        stops = (one.association, one.association - one.gain, one.r2)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, first, last, y, height in (
            (association, 0.0, stops[0], 5, 10),
            (gain, stops[1], stops[0], 18, 6),
            (offset, stops[2], stops[1], 18, 6),
        ):
            painter.setBrush(colour)
            painter.drawRect(QRectF(self._x(first), top + y, self._x(last) - self._x(first), height))
        painter.setPen(QPen(self._theme.colour("text"), 2))
        painter.drawLine(QPointF(self._x(one.r2), top + 3), QPointF(self._x(one.r2), top + 26))
        place = QRectF(self.width() - NUMBER_WIDTH + 6, top, NUMBER_WIDTH - 6, ROW)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, signed(one.r2))
        if one.limits:
            self._paint_limits(painter, one, top)

    def _paint_limits(self, painter: QPainter, one: Parts, top: int) -> None:
        """The interval of R2 as a line through its mark, and all of them in words below."""
        low, high = one.limits[-1]
        if math.isfinite(low):
            painter.setPen(QPen(self._theme.colour("text"), 1))
            painter.drawLine(QPointF(self._x(low), top + 15), QPointF(self._x(high), top + 15))
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.colour("muted"))
        metrics = painter.fontMetrics()
        # Beside the names where there is room, else further left.
        widest = max(metrics.horizontalAdvance(part.words) for part in self._parts)
        left = max(0, min(LABEL_WIDTH, self.width() - widest - 1))
        box = QRectF(left, top + ROW - 3, self.width() - left, WORDS_HEIGHT)
        words = metrics.elidedText(one.words, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_legend(self, painter: QPainter, top: int) -> None:
        painter.setFont(self._theme.font("caption"))
        left = float(LABEL_WIDTH)
        words = ("order of clips (r²)", "minus wrong range", "minus wrong offset")
        for colour, text in zip(self._colours(), words, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRect(QRectF(left, top + 7, 8, 8))
            painter.setPen(self._theme.colour("muted"))
            width = painter.fontMetrics().horizontalAdvance(text) + 4
            painter.drawText(QRectF(left + 13, top, width, 22), Qt.AlignmentFlag.AlignVCenter, text)
            left += width + 28
