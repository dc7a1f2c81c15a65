"""Where the annotator points while the music plays: by mouse, by pen, or by held arrow keys."""

import time

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from merdesk.ui.plots.plane_canvas import PlaneCanvas

SPEED, FAST = 0.6, 1.4
"""Of a held arrow key on [-1, 1] a second, without and with Shift."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
MOUSE = frozenset(
    {
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
    }
)


class Pointer(QObject):
    """A place of the plane that follows mouse, pen and keys while it is `active`; then the plane itself does not.

    A pen that touches comes as a pressed mouse, so that it makes no difference whether a button is held.

    Signals
    -------
    moved
        It is somewhere else now.
    """

    moved = Signal()
    active = False
    """Of the class, too: Qt still asks the filter when the collector has emptied the object."""

    def __init__(self, canvas: PlaneCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._held: set[Qt.Key] = set()
        self._fast = False
        self._stepped_s = 0.0
        self.valence, self.arousal = 0.0, 0.0
        canvas.viewport().installEventFilter(self)

    def set_active(self, active: bool) -> None:
        """Follow, or leave the mouse to the plane again."""
        self.active = active
        self._held.clear()

    def put(self, valence: float, arousal: float) -> None:
        """Be at a place of the plane; outside it is at its edge."""
        self.valence, self.arousal = min(max(valence, -1.0), 1.0), min(max(arousal, -1.0), 1.0)
        self.moved.emit()

    def press(self, event: QKeyEvent) -> bool:
        """Hold an arrow key; True when it was one."""
        key = Qt.Key(event.key())
        if key not in ARROWS:
            return False
        self._fast = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if not event.isAutoRepeat():
            if not self._held:
                self._stepped_s = time.monotonic()
            self._held.add(key)
        return True

    def release(self, event: QKeyEvent) -> bool:
        """Let an arrow key go; True when it was one."""
        if event.key() not in ARROWS:
            return False
        if not event.isAutoRepeat():
            self._held.discard(Qt.Key(event.key()))
        return True

    def step(self) -> None:
        """Move by what the held keys have earned since the last step."""
        now_s = time.monotonic()
        way = (FAST if self._fast else SPEED) * (now_s - self._stepped_s)
        self._stepped_s = now_s
        if self._held:
            dx = sum(ARROWS[key][0] for key in self._held)
            dy = sum(ARROWS[key][1] for key in self._held)
            self.put(self.valence + dx * way, self.arousal + dy * way)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Take the mouse from the plane."""
        if not self.active or event.type() not in MOUSE:
            return False
        if isinstance(event, QMouseEvent) and event.type() != QEvent.Type.MouseButtonRelease:
            place = self._canvas.to_plane(QPointF(event.position()))
            self.put(place.x(), place.y())
        return True
