"""Time from left to right: which stretch of a clip is shown, and what every view of it does with mouse and keys."""

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.ui.theme.theme import Theme

SHORTEST_S = 0.1
"""Over 300 bars that is one bin of the envelope each: all that is shown is exact."""
ZOOM_STEP = 1.0015
"""Per eighth of a degree of the wheel: 1.2 a notch, as in the plane."""
KEY_ZOOM = 1.5
PAN_SHARE = 0.25
"""Of what is shown, a key or notch."""
KEY_STEP_S = 5.0
HEAD_PX = 2
REFRESH_PX = 6
LOOP_ALPHA = 0.16
DRAG_PX = 3
"""A shorter way of the mouse is a click."""
KEYS = "Left and right seek, plus and minus zoom, Shift with left and right pans, 0 shows the whole clip, J and K bound the part that is repeated"


class TimeSpan(QObject):
    """The stretch of a clip that the views of the player show; `changed` tells of another one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.duration_s = self.start_s = self.stop_s = 0.0
        self.loop_s: tuple[float, float] | None = None

    @property
    def shown_s(self) -> float:
        """Length of what is shown."""
        return self.stop_s - self.start_s

    @property
    def is_whole(self) -> bool:
        """Whether the whole clip is shown."""
        return self.shown_s >= self.duration_s

    def set_loop(self, loop_s: tuple[float, float] | None) -> None:
        """Mark the part that is repeated, or is being drawn."""
        if loop_s != self.loop_s:
            self.loop_s = loop_s
            self.changed.emit()

    def set_duration(self, duration_s: float) -> None:
        """Take another clip's length; who saw the whole clip sees the whole of this one."""
        if duration_s != self.duration_s:
            whole = self.is_whole
            self.duration_s = duration_s
            self._show(0.0 if whole else self.start_s, duration_s if whole else self.shown_s)

    def zoom(self, factor: float, at_s: float) -> None:
        """Magnify by a factor around a time, which stays where it is."""
        if self.duration_s > 0:
            shown_s = min(max(self.shown_s / factor, min(SHORTEST_S, self.duration_s)), self.duration_s)
            share = (at_s - self.start_s) / self.shown_s
            self._show(at_s - share * shown_s, shown_s)

    def pan(self, step_s: float) -> None:
        """Show what comes later, or before."""
        self._show(self.start_s + step_s, self.shown_s)

    def fit(self) -> None:
        """Show the whole clip."""
        self._show(0.0, self.duration_s)

    def follow(self, before_s: float, now_s: float) -> None:
        """Turn the page when the playhead leaves what is shown; whoever looked elsewhere goes on looking there."""
        if self.start_s <= before_s <= self.stop_s and not self.start_s <= now_s <= self.stop_s:
            self._show(now_s, self.shown_s)

    def _show(self, start_s: float, shown_s: float) -> None:
        shown_s = min(shown_s, self.duration_s)
        start_s = min(max(start_s, 0.0), self.duration_s - shown_s)
        self.start_s, self.stop_s = start_s, start_s + shown_s
        self.changed.emit()


class TimeView(QWidget):
    """A widget on a `TimeSpan`: click and drag seek, the wheel zooms, sideways or with Shift it pans.

    `seek_requested` carries seconds. `loop_drawn` carries where a drag with Shift began and ended, in seconds; a mere
    click with Shift carries one place twice.
    """

    seek_requested = Signal(float)
    loop_drawn = Signal(float, float)

    def __init__(self, theme: Theme, span: TimeSpan | None, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.span = TimeSpan(self) if span is None else span
        self._position_s = 0.0
        self._loop_from: float | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        self.tell("")
        theme.changed.connect(self.update)
        self.span.changed.connect(self.update)

    def tell(self, words: str) -> None:
        """Say what is shown to who cannot see it, and which keys there are."""
        self.setAccessibleDescription(f"{words}; {KEYS}" if words else KEYS)

    @property
    def position_s(self) -> float:
        """Where the playhead is."""
        return self._position_s

    def set_position(self, position_s: float) -> None:
        """Move the playhead; only what lies between the old and the new place is drawn again."""
        left, right = sorted((self._x(self._position_s), self._x(position_s)))
        self._position_s = position_s
        self.update(int(left) - REFRESH_PX, 0, int(right - left) + 2 * REFRESH_PX, self.height())

    def _x(self, time_s: float) -> float:
        shown_s = self.span.shown_s
        return (time_s - self.span.start_s) / shown_s * self.width() if shown_s > 0 else 0.0

    def _time_at(self, x: float) -> float:
        share = min(max(x / max(1, self.width()), 0.0), 1.0)
        return self.span.start_s + share * self.span.shown_s

    def _seek_to(self, x: float) -> None:
        if self.span.duration_s > 0:
            self.seek_requested.emit(self._time_at(x))

    def _paint_playhead(self, painter: QPainter, token: str) -> None:
        if self.span.duration_s > 0 and self.span.start_s <= self._position_s <= self.span.stop_s:
            left = min(round(self._x(self._position_s)), self.width() - HEAD_PX)
            painter.fillRect(left, 0, HEAD_PX, self.height(), QColor(getattr(self._theme.palette, token)))

    def _paint_loop(self, painter: QPainter) -> None:
        """The part that is repeated, behind everything."""
        if self.span.loop_s is None:
            return
        left, right = map(self._x, self.span.loop_s)
        colour = QColor(self._theme.palette.accent)
        painter.fillRect(QRectF(left, 0, 1, self.height()), colour)
        painter.fillRect(QRectF(right - 1, 0, 1, self.height()), colour)
        colour.setAlphaF(LOOP_ALPHA)
        painter.fillRect(QRectF(left, 0, right - left, self.height()), colour)

    def _loop_to(self, x: float) -> tuple[float, float]:
        """Where the loop that is being drawn begins and ends, in the order of time."""
        begun = x if self._loop_from is None else self._loop_from
        far = abs(x - begun) >= DRAG_PX
        start_s, stop_s = sorted((self._time_at(begun), self._time_at(x if far else begun)))
        return start_s, stop_s

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Seek, or with Shift begin to draw a loop."""
        if event.button() == Qt.MouseButton.LeftButton:
            x = event.position().x()
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.span.duration_s > 0:
                self._loop_from = x
            else:
                self._seek_to(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Seek on, or draw on, while dragging."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            if self._loop_from is None:
                self._seek_to(event.position().x())
            else:
                self.span.set_loop(self._loop_to(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The loop is drawn."""
        if event.button() == Qt.MouseButton.LeftButton and self._loop_from is not None:
            drawn = self._loop_to(event.position().x())
            self._loop_from = None
            self.loop_drawn.emit(*drawn)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse, or pan."""
        turned = event.angleDelta()
        sideways = turned.x() or (turned.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if sideways:
            self.span.pan(-sideways / 120 * PAN_SHARE * self.span.shown_s)
        else:
            self.span.zoom(ZOOM_STEP ** turned.y(), self._time_at(event.position().x()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right seek, with Shift they pan; plus and minus zoom, 0 shows the whole clip."""
        key, span = Qt.Key(event.key()), self.span
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        zooms = {Qt.Key.Key_Plus: KEY_ZOOM, Qt.Key.Key_Equal: KEY_ZOOM, Qt.Key.Key_Minus: 1 / KEY_ZOOM}
        if span.duration_s <= 0:
            super().keyPressEvent(event)
        elif key in ways and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            span.pan(ways[key] * PAN_SHARE * span.shown_s)
        elif key in ways and not event.modifiers():
            to_s = self._position_s + ways[key] * KEY_STEP_S
            self.seek_requested.emit(min(max(to_s, 0.0), span.duration_s))
        elif key in zooms:
            self.zoom(zooms[key])
        elif key == Qt.Key.Key_0 and not event.modifiers():
            span.fit()
        else:
            super().keyPressEvent(event)

    def zoom(self, factor: float) -> None:
        """Magnify around the playhead where it is seen, else around the middle."""
        span = self.span
        seen = span.start_s <= self._position_s <= span.stop_s
        span.zoom(factor, self._position_s if seen else (span.start_s + span.stop_s) / 2)
