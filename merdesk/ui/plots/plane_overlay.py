"""What lies over the points: selection, the clip that plays, its trace and prediction, lasso, rating cross."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from merdesk.domain.arrays import FloatArray
from merdesk.exploration.along_line import WIDTH
from merdesk.ui.plots.raster_scatter import RasterScatter, premultiplied
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme

HALO_PX = 15.0
DOT_PX = 6.5
RING_PX = 7.5
PREDICTION_PX = 5.5
STILL_PX = 3.3
"""The prediction for the whole clip, while a point moves along its trace."""
MANY = 400
"""Selected clips above this number are dots instead of rings: 400 rings take 2 ms."""
THOUSANDS = 4_000
"""Above this number they are one raster: 100,000 dots one by one take 300 ms."""
SELECTED_PX = 4
ARROW_PX, ARROW_DEGREES = 10.0, 28

NOTHING = np.empty((0, 2))


@dataclass(frozen=True, slots=True)
class Highlights:
    """What the overlay shows; places are [n, 2] on the plane, NaN or empty where there is nothing.

    `pairs` are annotation and prediction of the clips to join, shape (n, 2, 2); `interval` is the first one's. `way`
    is a line along which clips are played, from its first place to its second.
    """

    selected: FloatArray = field(default_factory=NOTHING.copy)
    hovered: tuple[float, float] | None = None
    playing: tuple[float, float] | None = None
    moving: tuple[float, float] | None = None
    trace: FloatArray = field(default_factory=NOTHING.copy)
    predicted_moving: tuple[float, float] | None = None
    predicted_trace: FloatArray = field(default_factory=NOTHING.copy)
    pairs: FloatArray = field(default_factory=lambda: np.empty((0, 2, 2)))
    faint_pairs: FloatArray = field(default_factory=lambda: np.empty((0, 2, 2)))
    interval: tuple[float, float] | None = None
    lasso: FloatArray = field(default_factory=NOTHING.copy)
    way: FloatArray = field(default_factory=NOTHING.copy)
    cross: tuple[float, float] | None = None
    proposal: tuple[float, float] | None = None


class PlaneOverlay(pg.UIGraphicsItem):
    """Paints `Highlights` in device pixels."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.highlights = Highlights()
        self._raster = RasterScatter()
        self.setZValue(20)

    def show(self, **changes: Any) -> None:
        """Change some of the highlights."""
        self.highlights = replace(self.highlights, **changes)
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Everything, the playing clip last."""
        to_device = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_pairs(painter, to_device)
        self._paint_way(painter, to_device)
        self._paint_selected(painter, to_device)
        self._paint_trace(painter, to_device)
        self._paint_hovered(painter, to_device)
        self._paint_playing(painter, to_device)
        self._paint_predicted_now(painter, to_device)
        self._paint_lasso(painter, to_device)
        self._paint_rating(painter, to_device)
        painter.restore()

    def _pen(
        self, token: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine, opacity: float = 1
    ) -> QPen:
        colour = self._theme.colour(token)
        colour.setAlphaF(opacity)
        pen = QPen(colour, width, style)
        if style == Qt.PenStyle.CustomDashLine:
            pen.setDashPattern([3, 3])
        return pen

    def _paint_pairs(self, painter: QPainter, to_device: QTransform) -> None:
        dashed = Qt.PenStyle.CustomDashLine
        painter.setPen(self._pen("muted", 1, dashed, 0.55))
        painter.drawLines(_lines(self.highlights.faint_pairs, to_device))
        painter.setPen(self._pen("text", 1.2, dashed))
        painter.drawLines(_lines(self.highlights.pairs, to_device))
        for place, pair in enumerate(self.highlights.pairs):
            at = to_device.map(QPointF(*pair[1]))
            if place == 0 and self.highlights.interval is not None:
                self._paint_interval(painter, at, to_device)
            painter.setPen(self._pen("text", 2))
            painter.setBrush(self._theme.colour("background"))
            still = place == 0 and self.highlights.predicted_moving is not None
            radius = STILL_PX if still else PREDICTION_PX
            painter.drawEllipse(at, radius, radius)

    def _paint_interval(self, painter: QPainter, at: QPointF, to_device: QTransform) -> None:
        half = self.highlights.interval or (0, 0)
        edge = to_device.map(QPointF(*half)) - to_device.map(QPointF(0, 0))
        painter.setPen(self._pen("muted", 1, opacity=0.6))
        filling = self._theme.colour("muted")
        filling.setAlphaF(0.07)
        painter.setBrush(filling)
        painter.drawEllipse(at, abs(edge.x()), abs(edge.y()))

    def _paint_selected(self, painter: QPainter, to_device: QTransform) -> None:
        if len(self.highlights.selected) > THOUSANDS:
            self._paint_thousands(painter, to_device)
            return
        places = _mapped(self.highlights.selected, to_device)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(places) > MANY:
            pen = self._pen("accent", 5)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(QPolygonF(places))
            return
        painter.setPen(self._pen("accent", 1.8))
        for at in places:
            painter.drawEllipse(at, RING_PX, RING_PX)

    def _paint_thousands(self, painter: QPainter, to_device: QTransform) -> None:
        density = painter.device().devicePixelRatioF()
        size = (round(painter.device().width() * density), round(painter.device().height() * density))
        x, y = np.ascontiguousarray(self.highlights.selected.T, dtype=np.float32)
        scale = (to_device.m11() * density, to_device.m22() * density)
        self._raster.number(x, y, scale, (to_device.dx() * density, to_device.dy() * density), size)
        shades = np.full(len(x) + 1, premultiplied(self._theme.palette.accent, 1.0), np.uint32)
        shades[0] = 0
        image = self._raster.image(shades, round(SELECTED_PX * density))
        image.setDevicePixelRatio(density)
        painter.drawImage(0, 0, image)

    def _paint_trace(self, painter: QPainter, to_device: QTransform) -> None:
        if len(self.highlights.trace):
            painter.setPen(self._pen("accent", 1.4, opacity=0.75))
            painter.drawPolyline(QPolygonF(_mapped(self.highlights.trace, to_device)))
        way = self.highlights.predicted_trace
        if len(way) > 1:
            steps = np.stack([way[:-1], way[1:]], axis=1)
            painter.setPen(self._pen("text", 1.1, opacity=0.45))
            painter.drawLines(_lines(steps[np.isfinite(steps).all(axis=(1, 2))], to_device))

    def _paint_hovered(self, painter: QPainter, to_device: QTransform) -> None:
        if self.highlights.hovered is not None:
            painter.setPen(self._pen("text", 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(to_device.map(QPointF(*self.highlights.hovered)), RING_PX, RING_PX)

    def _paint_playing(self, painter: QPainter, to_device: QTransform) -> None:
        playing, moving = self.highlights.playing, self.highlights.moving
        if playing is not None and moving is not None:
            painter.setPen(self._pen("accent", 1.8))
            painter.setBrush(self._theme.colour("background"))
            painter.drawEllipse(to_device.map(QPointF(*playing)), 4.0, 4.0)
        place = moving if moving is not None else playing
        if place is None:
            return
        at = to_device.map(QPointF(*place))
        halo = self._theme.colour("accent")
        painter.setPen(Qt.PenStyle.NoPen)
        for radius, opacity in ((HALO_PX, 0.16), (HALO_PX * 0.72, 0.16)):
            halo.setAlphaF(opacity)
            painter.setBrush(halo)
            painter.drawEllipse(at, radius, radius)
        painter.setPen(self._pen("background", 1.6))
        painter.setBrush(self._theme.colour("accent"))
        painter.drawEllipse(at, DOT_PX, DOT_PX)

    def _paint_predicted_now(self, painter: QPainter, to_device: QTransform) -> None:
        if self.highlights.predicted_moving is not None:
            painter.setPen(self._pen("text", 2))
            painter.setBrush(self._theme.colour("background"))
            painter.drawEllipse(
                to_device.map(QPointF(*self.highlights.predicted_moving)), PREDICTION_PX, PREDICTION_PX
            )

    def _paint_lasso(self, painter: QPainter, to_device: QTransform) -> None:
        if len(self.highlights.lasso) > 1:
            filling = self._theme.colour("accent")
            filling.setAlphaF(0.1)
            painter.setPen(self._pen("accent", 1.2, Qt.PenStyle.CustomDashLine))
            painter.setBrush(filling)
            painter.drawPolygon(QPolygonF(_mapped(self.highlights.lasso, to_device)))

    def _paint_way(self, painter: QPainter, to_device: QTransform) -> None:
        """The line, its end as an arrow, and the band that counts as near."""
        if not len(self.highlights.way):
            return
        start, stop = _mapped(self.highlights.way, to_device)
        band = self._theme.colour("accent")
        band.setAlphaF(0.12)
        width = 2 * WIDTH * abs(to_device.m11())
        painter.setPen(QPen(band, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
        painter.drawLine(start, stop)
        line = QLineF(start, stop)
        painter.setPen(self._pen("accent", 1.8))
        painter.drawLine(line)
        for turn in (ARROW_DEGREES, -ARROW_DEGREES):
            side = QLineF(stop, start)
            side.setLength(min(ARROW_PX, line.length()))
            side.setAngle(side.angle() + turn)
            painter.drawLine(side)

    def _paint_rating(self, painter: QPainter, to_device: QTransform) -> None:
        for place, token, opacity in (
            (self.highlights.proposal, "accent", 1.0),
            (self.highlights.cross, "text", 0.7),
        ):
            if place is None:
                continue
            at, low, high = (to_device.map(QPointF(*xy)) for xy in (place, (-1, -1), (1, 1)))
            painter.setPen(self._pen(token, 1, Qt.PenStyle.CustomDashLine, opacity * 0.7))
            painter.drawLine(QLineF(low.x(), at.y(), high.x(), at.y()))
            painter.drawLine(QLineF(at.x(), low.y(), at.x(), high.y()))
            if token == "accent":  # noqa: S105  (a colour)
                painter.setPen(self._pen("background", 1.6))
                painter.setBrush(self._theme.colour("accent"))
                painter.drawEllipse(at, DOT_PX, DOT_PX)
            self._paint_words(painter, at, place, high.x())

    def _paint_words(self, painter: QPainter, at: QPointF, place: tuple[float, float], right: float) -> None:
        words = f"Valence {signed(place[0])}   Arousal {signed(place[1])}"
        painter.setFont(self._theme.font("section"))
        size = painter.fontMetrics().size(Qt.TextFlag.TextSingleLine, words)
        left = at.x() + 12 if at.x() + 28 + size.width() < right else at.x() - 28 - size.width()
        box = QRectF(left, at.y() - size.height() - 16, size.width() + 16, size.height() + 8)
        painter.setPen(self._pen("line", 1))
        painter.setBrush(self._theme.colour("panel"))
        painter.drawRoundedRect(box, 7, 7)
        painter.setPen(QPen(QColor(self._theme.palette.text)))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _mapped(places: FloatArray, to_device: QTransform) -> list[QPointF]:
    return [to_device.map(QPointF(x, y)) for x, y in places.tolist()]


def _lines(pairs: FloatArray, to_device: QTransform) -> list[QLineF]:
    return [to_device.map(QLineF(QPointF(*first), QPointF(*second))) for first, second in pairs.tolist()]
