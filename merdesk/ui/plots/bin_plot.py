"""Bins of clips as points with their intervals: over a cloud of clips, along a diagonal or beside a trend with its band."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from merdesk.domain.arrays import FloatArray
from merdesk.ui.theme.figures import MINUS
from merdesk.ui.theme.theme import Theme

LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 58, 30, 16, 44
POINT_PX = 4.5
CLOUD_PX = 3.0
CLOUD_OPACITY = 0.22
PICK_PX = 14
ACROSS_PX, UP_PX = 64, 30
"""About so far apart are ticks."""
CAP_PX = 3.5
FEW_OPACITY = 0.45
NO_POINTS: FloatArray = np.empty((0, 2))


@dataclass(frozen=True, slots=True)
class BinPoint:
    """A bin: where it lies, the ends of its interval (NaN for none), all of it in words; pale when `few`."""

    x: float
    y: float
    low: float
    high: float
    words: str
    few: bool = False


@dataclass(frozen=True, slots=True)
class BinPicture:
    """What one plot shows.

    Attributes
    ----------
    title, labels
        Heading, and what x and y are.
    points
        The bins, x ascending.
    cloud
        Single clips behind them, shape (n, 2).
    band
        A line and the ends of its band: x, line, low, high, shape (4, k).
    diagonal
        Where y equals x is drawn.
    nothing
        What is said where there is no bin.
    """

    title: str
    labels: tuple[str, str]
    points: tuple[BinPoint, ...] = ()
    cloud: FloatArray = field(default_factory=lambda: NO_POINTS)
    band: FloatArray = field(default_factory=lambda: np.empty((4, 0)))
    diagonal: bool = False
    nothing: str = ""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None


class BinPlot(QWidget):
    """The plot; arrow keys go from bin to bin.

    Signals
    -------
    bin_picked
        Number of the bin that was clicked or reached by an arrow key.
    """

    bin_picked = Signal(int)

    def __init__(self, theme: Theme, colour: str = "text", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._colour = theme, colour
        self._shown = BinPicture("", ("", ""))
        self._picked: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Picture that is being computed")
        self._say()
        theme.changed.connect(self.update)

    @property
    def shown(self) -> BinPicture:
        """What is shown."""
        return self._shown

    @property
    def picked(self) -> int | None:
        """Number of the bin that is marked."""
        return self._picked

    def show_picture(self, picture: BinPicture) -> None:
        """Show these bins, none of them marked."""
        self._shown, self._picked = picture, None
        self.setAccessibleName(picture.title)
        self._say()
        self.update()

    def unpick(self) -> None:
        """Mark no bin."""
        self._picked = None
        self.update()

    def pick(self, number: int) -> None:
        """Mark a bin and tell of it."""
        self._picked = number
        self._say()
        self.update()
        self.bin_picked.emit(number)

    def _say(self) -> None:
        points = self._shown.points
        picked = points[self._picked].words if self._picked is not None else ""
        self.setAccessibleDescription(
            picked or self._shown.nothing or f"{len(points)} bins; arrow keys go through them"
        )

    # Where things are

    def _frame(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT_PX, TOP_PX, -RIGHT_PX, -BOTTOM_PX)

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        shown = self._shown
        ends = np.array([(p.x, value) for p in shown.points for value in (p.y, p.low, p.high)]).reshape(-1, 2)
        whole = np.concatenate([ends, shown.cloud])
        whole = whole[np.isfinite(whole).all(axis=1)]
        return (
            shown.x_range or _room(whole[:, 0]),
            shown.y_range or _room(whole[:, 1]),
        )

    def place_of(self, x: float, y: float) -> QPointF:
        """The pixel of two values."""
        frame, (x_range, y_range) = self._frame(), self._ranges()
        return QPointF(
            frame.left() + (x - x_range[0]) / (x_range[1] - x_range[0]) * frame.width(),
            frame.bottom() - (y - y_range[0]) / (y_range[1] - y_range[0]) * frame.height(),
        )

    def bin_at(self, at: QPointF) -> int | None:
        """The bin near a pixel; None where there is none."""
        away = [
            (place - at).manhattanLength()
            for place in (self.place_of(point.x, point.y) for point in self._shown.points)
        ]
        nearest = int(np.argmin(away)) if away else -1
        return nearest if away and away[nearest] <= PICK_PX else None

    # Painting

    def sizeHint(self) -> QSize:
        """Room for two side by side."""
        return QSize(330, 280)

    def minimumSizeHint(self) -> QSize:
        """Less cannot be read."""
        return QSize(200, 160)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Title, axes, cloud, band, bins."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("section"))
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(
            QRectF(LEFT_PX, 4, self.width() - LEFT_PX, 18), Qt.AlignmentFlag.AlignVCenter, self._shown.title
        )
        painter.setFont(self._theme.font("caption"))
        if not self._shown.points:
            painter.drawText(
                self._frame(), Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, self._shown.nothing
            )
            painter.end()
            return
        self._paint_axes(painter)
        painter.setClipRect(self._frame().adjusted(-6, -6, 6, 6))
        self._paint_cloud(painter)
        self._paint_band(painter)
        for number, point in enumerate(self._shown.points):
            self._paint_bin(painter, point, picked=number == self._picked)
        painter.end()

    def _paint_axes(self, painter: QPainter) -> None:
        frame, (x_range, y_range) = self._frame(), self._ranges()
        sides = Qt.AlignmentFlag
        for value in _ticks(*x_range, frame.width() / ACROSS_PX):
            at = self.place_of(value, y_range[0])
            self._paint_tick(painter, at, QPointF(at.x(), frame.top()), zero=value == 0)
            painter.drawText(
                QRectF(at.x() - 40, at.y() + 5, 80, 16), sides.AlignHCenter | sides.AlignTop, _number(value)
            )
        for value in _ticks(*y_range, frame.height() / UP_PX):
            at = self.place_of(x_range[0], value)
            self._paint_tick(painter, at, QPointF(frame.right(), at.y()), zero=value == 0)
            painter.drawText(
                QRectF(at.x() - 48, at.y() - 8, 42, 16), sides.AlignRight | sides.AlignVCenter, _number(value)
            )
        below = QRectF(frame.left(), frame.bottom() + 22, frame.width(), 18)
        painter.drawText(below, sides.AlignHCenter | sides.AlignTop, self._shown.labels[0])
        painter.save()
        painter.translate(12, frame.center().y())
        painter.rotate(-90)
        painter.drawText(
            QRectF(-frame.height() / 2, -8, frame.height(), 16), sides.AlignCenter, self._shown.labels[1]
        )
        painter.restore()
        if self._shown.diagonal:
            painter.setPen(QPen(self._theme.colour("muted"), 1, Qt.PenStyle.DashLine))
            low, high = max(x_range[0], y_range[0]), min(x_range[1], y_range[1])
            painter.drawLine(self.place_of(low, low), self.place_of(high, high))

    def _paint_tick(self, painter: QPainter, first: QPointF, second: QPointF, *, zero: bool) -> None:
        painter.setPen(QPen(self._theme.colour("line" if zero else "grid"), 1))
        painter.drawLine(first, second)
        painter.setPen(self._theme.colour("muted"))

    def _paint_cloud(self, painter: QPainter) -> None:
        cloud = self._shown.cloud[np.isfinite(self._shown.cloud).all(axis=1)]
        if not len(cloud):
            return
        origin, unit = self.place_of(0, 0), self.place_of(1, 1)
        across = origin.x() + cloud[:, 0] * (unit.x() - origin.x())
        up = origin.y() + cloud[:, 1] * (unit.y() - origin.y())
        colour = self._theme.colour("muted")
        colour.setAlphaF(CLOUD_OPACITY)
        pen = QPen(colour, CLOUD_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints([QPointF(x, y) for x, y in zip(across.tolist(), up.tolist(), strict=True)])

    def _paint_band(self, painter: QPainter) -> None:
        x, line, low, high = self._shown.band.tolist()
        if not x:
            return
        edge = [self.place_of(*pair) for pair in zip(x, low, strict=True)]
        edge += [self.place_of(*pair) for pair in zip(x[::-1], high[::-1], strict=True)]
        filling = self._theme.colour(self._colour)
        filling.setAlphaF(0.14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(filling)
        painter.drawPolygon(QPolygonF(edge))
        painter.setPen(QPen(self._theme.colour(self._colour), 1.6))
        painter.drawPolyline(QPolygonF([self.place_of(*pair) for pair in zip(x, line, strict=True)]))

    def _paint_bin(self, painter: QPainter, point: BinPoint, *, picked: bool) -> None:
        colour = self._theme.colour("accent" if picked else self._colour)
        colour.setAlphaF(FEW_OPACITY if point.few and not picked else 1.0)
        at = self.place_of(point.x, point.y)
        painter.setPen(QPen(colour, 1.6))
        if np.isfinite(point.low):
            low, high = self.place_of(point.x, point.low), self.place_of(point.x, point.high)
            painter.drawLine(low, high)
            for end in (low, high):
                painter.drawLine(end - QPointF(CAP_PX, 0), end + QPointF(CAP_PX, 0))
        painter.setPen(QPen(self._theme.colour("background"), 1.2))
        painter.setBrush(colour)
        painter.drawEllipse(at, POINT_PX, POINT_PX)
        if picked and self.hasFocus():
            painter.setPen(QPen(colour, 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, POINT_PX + 4, POINT_PX + 4)

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the bin under the mouse."""
        number = self.bin_at(event.position())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pick(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go to the next bin, Home and End to the outermost."""
        last = len(self._shown.points) - 1
        now = self._picked
        wanted = {
            Qt.Key.Key_Left: last if now is None else now - 1,
            Qt.Key.Key_Right: 0 if now is None else now + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if wanted is None or last < 0:
            super().keyPressEvent(event)
        elif 0 <= wanted <= last:
            self.pick(wanted)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it has left."""
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """The words of the bin under the mouse as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self.bin_at(QPointF(event.pos()))
            if number is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos() + QPoint(8, 8), self._shown.points[number].words, self)
            return True
        return super().event(event)


def _room(values: FloatArray) -> tuple[float, float]:
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    room = (high - low) * 0.05 or 0.5
    return low - room, high + room


def _ticks(low: float, high: float, n: float) -> Sequence[float]:
    """About n round values."""
    wanted = (high - low) / max(1.0, n)
    power = 10.0 ** np.floor(np.log10(wanted))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= wanted)
    return [round(n * step, 10) for n in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def _number(value: float) -> str:
    return f"{value:g}".replace("-", MINUS)
