"""Bins of clips as points with their intervals: over a cloud of clips, along a diagonal or beside a trend with its band."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from merdesk.ui.plots.bin_paint import paint_axes, paint_band, paint_bin, paint_cloud
from merdesk.ui.plots.bin_scale import BinPicture, BinScale
from merdesk.ui.theme.theme import Theme

LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 58, 30, 16, 44
PICK_PX = 14
FEW_OPACITY = 0.45


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

    def _scale(self) -> BinScale:
        return BinScale.of(self._shown, self._frame())

    def place_of(self, x: float, y: float) -> QPointF:
        """The pixel of two values."""
        return self._scale().place_of(x, y)

    def bin_at(self, at: QPointF) -> int | None:
        """The bin near a pixel; None where there is none."""
        scale = self._scale()
        away = [(scale.place_of(point.x, point.y) - at).manhattanLength() for point in self._shown.points]
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
        theme, scale, shown = self._theme, self._scale(), self._shown
        paint_axes(painter, theme, scale, shown)
        painter.setClipRect(scale.frame.adjusted(-6, -6, 6, 6))
        paint_cloud(painter, theme, scale, shown)
        paint_band(painter, theme, scale, shown, colour=self._colour)
        for number, point in enumerate(shown.points):
            picked = number == self._picked
            colour = theme.colour("accent" if picked else self._colour)
            colour.setAlphaF(FEW_OPACITY if point.few and not picked else 1.0)
            paint_bin(painter, theme, scale, point, colour=colour, marked=picked and self.hasFocus())
        painter.end()

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
