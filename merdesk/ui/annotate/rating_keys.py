"""The plane that is rated in, and its keys: they mean rating before they move the plane's own cross."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent

from merdesk.domain.columns import ClipColumns
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.hover_card import HoverText
from merdesk.ui.theme.theme import Theme

Meant = Callable[[QKeyEvent], bool]


def rating_plane(theme: Theme) -> AffectPlane:
    """A plane without a clip: nothing in it tells what others said."""
    made = AffectPlane(theme, lambda _: HoverText("", "", ""))
    made.set_clips(ClipColumns.empty())
    return made


class RatingKeys(QObject):
    """Offers each key of the plane to `pressed` and `released` first, which say whether it meant something there."""

    _canvas: QObject | None = None
    """None on the class: the collector empties an instance before Qt, which then deletes the plane, asks it no more."""

    def __init__(self, plane: AffectPlane, pressed: Meant, released: Meant) -> None:
        super().__init__(plane)
        self._canvas, self._pressed, self._released = plane.canvas, pressed, released
        plane.canvas.installEventFilter(self)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Offer a key."""
        if watched is self._canvas and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._pressed(event)
            if event.type() == QEvent.Type.KeyRelease:
                return self._released(event)
        return super().eventFilter(watched, event)
