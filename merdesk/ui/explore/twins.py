"""Lines between the same clips in two views that lie side by side."""

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme

MOST_LINES = 24
"""Selected clips that are joined; more lines are a curtain."""


class TwinLines(QWidget):
    """Lies over both views, takes no mouse, and joins the clip under the mouse and the selected ones."""

    def __init__(
        self, room: QWidget, planes: tuple[AffectPlane, AffectPlane], session: Session, theme: Theme
    ) -> None:
        super().__init__(room)
        self._room = room
        self._planes, self._session, self._theme = planes, session, theme
        self._hovered: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        room.installEventFilter(self)
        for plane, other in (planes, planes[::-1]):
            plane.clip_hovered.connect(other.set_twin)
            plane.clip_hovered.connect(self._hover)
            plane.canvas.moved.connect(self.update)
        session.selection_changed.connect(self.update)
        session.visible_changed.connect(self.update)

    @property
    def lines(self) -> list[tuple[QPointF, QPointF]]:
        """Both ends of each line in pixels, that of the clip under the mouse first; only where both ends are seen."""
        if not all(plane.isVisible() for plane in self._planes):
            return []
        chosen = self._session.selection if len(self._session.selection) <= MOST_LINES else ()
        clips = dict.fromkeys(([self._hovered] if self._hovered is not None else []) + list(chosen))
        ends = [(self._place(self._planes[0], clip), self._place(self._planes[1], clip)) for clip in clips]
        return [(left, right) for left, right in ends if left is not None and right is not None]

    def _place(self, plane: AffectPlane, clip_id: int) -> QPointF | None:
        at = plane.px_of(clip_id)
        return None if at is None else QPointF(plane.mapTo(self._room, QPointF(at)))

    def _hover(self, clip_id: int | None) -> None:
        self._hovered = clip_id
        self.update()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the room."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._room.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Thin lines that leave the rings around their ends free."""
        lines = self.lines
        if not lines:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, (left, right) in enumerate(lines):
            under_mouse = place == 0 and self._hovered is not None
            colour = self._theme.colour("text" if under_mouse else "accent")
            colour.setAlphaF(0.8 if under_mouse else 0.45)
            painter.setPen(QPen(colour, 1.2))
            step = right - left
            length = float(np.hypot(step.x(), step.y())) or 1.0
            painter.drawLine(left + step * (8 / length), right - step * (8 / length))
        painter.end()
