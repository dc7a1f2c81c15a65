"""The surface under the mouse: turns gestures into signals and moves the view."""

from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)

from merdesk.domain.arrays import FloatArray
from merdesk.ui.plots.gathering import Gathering, gathering_of

Tool = Literal["move", "lasso", "box", "line"]
DRAG_PX = 4
"""A press that moves less is a click."""
HALF_RANGE = 1.1
"""What is seen at fit beyond the scale's ends, so that points on the edge stand free."""
NARROWEST = 0.01
WIDEST = 8.0
ZOOM_STEP = 1.0015
"""Per eighth of a degree of the wheel: 1.2 a notch."""


class PlaneCanvas(pg.GraphicsView):
    """Pan by drag, zoom by wheel or pinch around the cursor, fit by double click, lasso by shift-drag.

    `tool` is what a drag without a key does; with Shift, Ctrl or Alt it draws, and `gathering` says what for.

    Signals carry places of the plane as QPointF(valence, arousal), or pixels where the name says so.
    `clicked`: a click. `hovered_px`: the mouse at a place, None when it left. `lasso_moved`: corners so far,
    shape (k, 2), None when given up. `lassoed`: the closed line. `line_moved`, `line_drawn`: start and end of a straight
    one, shape (2, 2), None when given up. `moved`: the view shows another part.
    `key_pressed`: a key that the view does not use itself.
    """

    clicked = Signal(QPointF, Qt.KeyboardModifier)
    hovered_px = Signal(object)
    lasso_moved = Signal(object)
    lassoed = Signal(object)
    line_moved = Signal(object)
    line_drawn = Signal(object)
    moved = Signal()
    key_pressed = Signal(object)

    def __init__(self) -> None:
        super().__init__(background=None)
        self.view = pg.ViewBox(enableMenu=False, border=None, lockAspect=True, defaultPadding=0)
        self.view.disableAutoRange()
        self.setCentralItem(self.view)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bounds = QRectF(-HALF_RANGE, -HALF_RANGE, 2 * HALF_RANGE, 2 * HALF_RANGE)
        self._pressed_px: QPointF | None = None
        self._last_px = QPointF()
        self._dragging = False
        self.tool: Tool = "move"
        self.gathering: Gathering = "replace"
        self._lasso: list[QPointF] | None = None
        self._fitted = True
        self._by_key = False
        self.view.setLimits(minXRange=NARROWEST, maxXRange=WIDEST, minYRange=NARROWEST, maxYRange=WIDEST)
        self.view.sigRangeChanged.connect(self._on_range_changed)
        self.fit()

    def set_bounds(self, extent: float, *, beside: float = 0.0) -> None:
        """Tell how far from zero points lie, so that fit shows them all, and how much more is drawn beside them."""
        half = max(HALF_RANGE, extent * 1.05) + beside
        self._bounds = QRectF(-half, -half, 2 * half, 2 * half)
        if self._fitted:
            self.fit()

    @property
    def reach(self) -> float:
        """How far from zero the plane reaches at fit."""
        return self._bounds.right()

    def fit(self) -> None:
        """Show the whole plane; it stays whole when the window's size changes."""
        self.view.setRange(self._bounds, padding=0)
        self._fitted = True

    def zoom(self, factor: float, at_px: QPointF | None = None) -> None:
        """Magnify by factor around a place, by default the middle."""
        centre = self.to_plane(at_px or QPointF(self.rect().center()))
        self.view.scaleBy((1 / factor, 1 / factor), centre)
        self._fitted = False

    def to_plane(self, at_px: QPointF) -> QPointF:
        """The place of the plane under a pixel of the widget."""
        inverse, _ = self.viewportTransform().inverted()
        return QPointF(self.view.mapSceneToView(inverse.map(at_px)))

    def to_px(self, x: float, y: float) -> QPointF:
        """The pixel of the widget over a place of the plane."""
        return self.viewportTransform().map(QPointF(self.view.mapViewToScene(QPointF(x, y))))

    def content_px(self) -> QRect:
        """The part of the widget in which points can lie, in pixels."""
        low, high = (
            self.to_px(self._bounds.left(), self._bounds.top()),
            self.to_px(self._bounds.right(), self._bounds.bottom()),
        )
        return QRectF(low, high).normalized().toAlignedRect() & self.viewport().rect()

    def plane_per_px(self) -> float:
        """Length of one pixel on the plane."""
        return float(self.view.viewPixelSize()[0])

    def _on_range_changed(self) -> None:
        self.moved.emit()

    def _drag_to(self, at_px: QPointF) -> None:
        step = self.to_plane(self._last_px) - self.to_plane(at_px)
        self._last_px = at_px
        self.view.translateBy(x=step.x(), y=step.y())
        self._fitted = False

    def _lasso_to(self, at_px: QPointF) -> None:
        if self._lasso is not None:
            place = self.to_plane(at_px)
            if self.tool == "line":
                self._lasso = [self._lasso[0], place]
                self.line_moved.emit(self._lasso_corners())
                return
            if self.tool == "box":
                first = self._lasso[0]
                opposite = (QPointF(place.x(), first.y()), place, QPointF(first.x(), place.y()))
                self._lasso = [first, *opposite]
            else:
                self._lasso.append(place)
            self.lasso_moved.emit(self._lasso_corners())

    def _lasso_corners(self) -> FloatArray:
        return np.array([(place.x(), place.y()) for place in self._lasso or ()]).reshape(-1, 2)

    def give_up_gesture(self) -> bool:
        """Forget a lasso under way; True when there was one."""
        had = self._lasso is not None
        self._lasso, self._pressed_px, self._dragging = None, None, False
        self.lasso_moved.emit(None)
        self.line_moved.emit(None)
        return had

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, drag or lasso."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._pressed_px = self._last_px = event.position()
        self._dragging = False
        self.gathering = gathering_of(event.modifiers())
        if self.tool != "move" or self.gathering != "replace":
            self._lasso = [self.to_plane(event.position())]
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, or go on with a drag."""
        at = event.position()
        if self._pressed_px is None:
            self.hovered_px.emit(at)
        elif self._dragging or (at - self._pressed_px).manhattanLength() >= DRAG_PX:
            if not self._dragging:
                self.hovered_px.emit(None)
            self._dragging = True
            if self._lasso is not None:
                self._lasso_to(at)
            else:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._drag_to(at)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed_px is None:
            return
        corners, dragged = self._lasso_corners(), self._dragging
        was_lasso = self._lasso is not None
        self.give_up_gesture()
        self.unsetCursor()
        if not dragged:
            self.clicked.emit(self.to_plane(event.position()), event.modifiers())
        elif was_lasso and self.tool == "line":
            self.line_drawn.emit(corners)
        elif was_lasso and len(corners) > 2:
            self.lassoed.emit(corners)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole plane."""
        self.fit()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the cursor."""
        delta = event.angleDelta().y() or event.angleDelta().x()
        self.zoom(ZOOM_STEP**delta, event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Pinch zooms; leaving ends hovering."""
        if self.closed:
            # pyqtgraph's close() takes the viewport away, and Qt crashes on its last event.
            return False
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1 + event.value(), event.position())
            return True
        if event.type() == QEvent.Type.Leave:
            self.hovered_px.emit(None)
        return bool(super().viewportEvent(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F fits, plus and minus zoom; the rest goes to the plane."""
        if event.key() == Qt.Key.Key_F and not event.modifiers():
            self.fit()
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.25)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom(0.8)
        else:
            event.ignore()
            self.key_pressed.emit(event)
            return
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is to those who came by it."""
        super().focusInEvent(event)
        self._by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing to show any more."""
        super().focusOutEvent(event)
        self._by_key = False
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The scene, and a line around it while the keyboard is here."""
        super().paintEvent(event)
        if self._by_key:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole plane whole."""
        super().resizeEvent(event)
        if getattr(self, "_fitted", False):
            self.fit()
