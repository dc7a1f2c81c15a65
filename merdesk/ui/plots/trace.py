"""Valence and arousal over time: as annotated, solid with spread, and as predicted, dashed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from merdesk.domain.arrays import BoolArray, FloatArray, frozen
from merdesk.ui.plots.markers import RELATIVE_SIZE, marker_shape
from merdesk.ui.plots.timeline import HEAD_PX, TimeSpan, TimeView
from merdesk.ui.theme.theme import Theme

AXES = ("valence", "arousal")
EDGE_PX = 3
OTHERS = (("square", (1.0, 2.5)), ("diamond", (5.0, 2.0, 1.0, 2.0)))
"""Marker at the playhead, and dashes, of each other model."""
MARK_PX = 8.0
BLANK = ("no features were computed here: no prediction", "not predicted")
"""Said in blanks of a predicted trace, as far as there is room."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Affect over a clip on [-1, 1].

    Parameters
    ----------
    time_s
        Seconds from the clip's onset, shape (n,); a single time stands for the whole clip.
    affect
        Valence and arousal, shape (n, 2).
    spread
        Standard deviations, shape (n, 2), or None.
    """

    time_s: FloatArray
    affect: FloatArray
    spread: FloatArray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen(self.time_s, "f8"))
        object.__setattr__(self, "affect", frozen(self.affect, "f8", ndim=2))
        if self.affect.shape != (len(self.time_s), 2):
            raise ValueError(f"{len(self.time_s)} times do not fit affect of shape {self.affect.shape}")
        if self.spread is not None:
            object.__setattr__(self, "spread", frozen(self.spread, "f8", ndim=2))

    def at(self, time_s: float) -> tuple[float, float]:
        """Valence and arousal at a time, by linear interpolation, the ends held."""
        valence, arousal = (float(np.interp(time_s, self.time_s, self.affect[:, axis])) for axis in (0, 1))
        return valence, arousal


class TraceView(TimeView):
    """Shows traces above one another on the waveform's time axis; `seek_requested` carries seconds."""

    def __init__(self, theme: Theme, span: TimeSpan | None = None, parent: QWidget | None = None) -> None:
        super().__init__(theme, span, "Valence and arousal over time", parent)
        self._annotation: Trace | None = None
        self._prediction: Trace | None = None
        self.others: tuple[Trace | None, ...] = ()

    @property
    def traces(self) -> tuple[Trace | None, Trace | None]:
        """Annotation and prediction."""
        return self._annotation, self._prediction

    def set_traces(self, annotation: Trace | None, prediction: Trace | None, duration_s: float) -> None:
        """Show these over a clip of this length."""
        self._annotation, self._prediction = annotation, prediction
        self.span.set_duration(duration_s)
        self.update()

    def set_others(self, others: Sequence[Trace | None]) -> None:
        """Show what other models predict, too; while there are any, markers at the playhead tell whose line is whose."""
        self.others = tuple(others)
        self.update()

    def _y(self, value: float) -> float:
        room = self.height() / 2 - EDGE_PX
        return self.height() / 2 - min(max(value, -1.0), 1.0) * room

    def _line(self, trace: Trace, values: FloatArray) -> list[QPolygonF]:
        """The polygons of a curve: NaN interrupt it, a single value goes from end to end."""
        if len(values) == 1:
            times, values = np.array([0.0, self.span.duration_s]), np.repeat(values, 2)
        else:
            times = trace.time_s
        known = np.isfinite(values)
        pieces = np.split(np.arange(len(values)), np.flatnonzero(np.diff(known)) + 1)
        return [
            QPolygonF([QPointF(self._x(times[i]), self._y(values[i])) for i in piece])
            for piece in pieces
            if len(piece) > 1 and known[piece[0]]
        ]

    def _paint_band(self, painter: QPainter, trace: Trace, axis: int) -> None:
        if trace.spread is None:
            return
        upper = self._line(trace, trace.affect[:, axis] + trace.spread[:, axis])
        lower = self._line(trace, trace.affect[:, axis] - trace.spread[:, axis])
        colour = self._theme.colour(AXES[axis])
        colour.setAlphaF(0.12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for above, below in zip(upper, lower, strict=True):
            painter.drawPolygon(QPolygonF([*above.toList(), *reversed(below.toList())]))

    def _paint_blanks(self, painter: QPainter, trace: Trace) -> None:
        """Say where no prediction was computed, so that nobody takes the blank for calm."""
        if len(trace.time_s) < 2:
            return
        known: BoolArray = np.asarray(np.isfinite(trace.affect).all(axis=1))
        painter.setFont(self._theme.font("caption"))
        height = painter.fontMetrics().height()
        for piece in np.split(np.arange(len(known)), np.flatnonzero(np.diff(known)) + 1):
            if known[piece[0]]:
                continue
            left, right = self._x(trace.time_s[piece[0]]), self._x(trace.time_s[piece[-1]])
            words = next(
                (
                    words
                    for words in BLANK
                    if painter.fontMetrics().horizontalAdvance(words) + 8 < right - left
                ),
                "",
            )
            painter.setPen(QColor(self._theme.palette.muted))
            box = QRectF(left, self.height() - height, right - left, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_lines(
        self, painter: QPainter, trace: Trace, width: float, dashes: Sequence[float] = ()
    ) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for axis, token in enumerate(AXES):
            pen = QPen(self._theme.colour(token), width)
            if dashes:
                pen.setDashPattern(list(dashes))
            painter.setPen(pen)
            for line in self._line(trace, trace.affect[:, axis]):
                painter.drawPolyline(line)

    def _paint_marks(self, painter: QPainter, trace: Trace, marker: str) -> None:
        """The model's marker on both lines at the playhead."""
        if not self.span.start_s <= self._position_s <= self.span.stop_s:
            return
        shape = marker_shape(marker, MARK_PX * RELATIVE_SIZE[marker])
        painter.setBrush(QColor(self._theme.palette.panel))
        for token, value in zip(AXES, trace.at(self._position_s), strict=True):
            if np.isfinite(value):
                painter.setPen(QPen(self._theme.colour(token), 1.5))
                at = QPointF(self._x(self._position_s) + HEAD_PX / 2, self._y(value))
                painter.drawPath(shape.translated(at))

    # Qt

    def sizeHint(self) -> QSize:
        """Room for readable traces."""
        return QSize(600, 64)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Zero line, bands, curves, playhead."""
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        self._paint_loop(painter)
        middle = round(self.height() / 2)
        painter.fillRect(QRectF(0, middle, self.width(), 1), QColor(self._theme.palette.grid))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._annotation is not None:
            for axis in (0, 1):
                self._paint_band(painter, self._annotation, axis)
            self._paint_lines(painter, self._annotation, 1.8)
        others = [(other, *look) for other, look in zip(self.others, OTHERS, strict=False) if other]
        for other, _, dashes in others:
            self._paint_lines(painter, other, 1.3, dashes)
        if self._prediction is not None:
            self._paint_lines(painter, self._prediction, 1.5, (3, 2.5))
            self._paint_blanks(painter, self._prediction)
        self._paint_playhead(painter, "muted")
        for other, marker, _ in others:
            self._paint_marks(painter, other, marker)
        if others and self._prediction is not None:
            self._paint_marks(painter, self._prediction, "circle")
        painter.end()
