"""What is pointed at in the plane: gestures and keys become clips or a rating, and are shown over the points."""

from collections.abc import Callable, Iterable

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.columns import ClipColumns
from merdesk.ui.plots.gathering import gathered, gathering_of
from merdesk.ui.plots.hover_card import HoverCard, HoverText
from merdesk.ui.plots.plane_canvas import PlaneCanvas
from merdesk.ui.plots.plane_overlay import NOTHING, PlaneOverlay
from merdesk.ui.plots.plane_scene import PlaneScene

NO_CLIPS = np.empty(0, np.int64)
MOST_JOINED = 20
"""Of more selected clips only the first is joined to its prediction when not all are: more lines are a knot."""
KEY_STEP = 0.05
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class PlanePointer(QObject):
    """Selected, hovered and playing clip of one plane, and what the mouse and the keys do to them.

    Signals: those of `AffectPlane` of the same names.
    """

    clip_picked = Signal(int)
    clip_hovered = Signal(object)
    clips_lassoed = Signal(object)
    rating_picked = Signal(float, float)
    play_toggled = Signal()
    line_drawn = Signal(object)

    def __init__(
        self,
        canvas: PlaneCanvas,
        overlay: PlaneOverlay,
        card: HoverCard,
        describe: Callable[[int], HoverText],
    ) -> None:
        super().__init__(canvas)
        self._canvas, self._overlay, self._card, self._describe = canvas, overlay, card, describe
        self._scene = PlaneScene.of(ClipColumns.empty())
        self._selected: IntArray = NO_CLIPS
        self._along: IntArray = NO_CLIPS
        self._playing: int | None = None
        self._hovered: int | None = None
        self._twin: int | None = None
        self._rating = False
        canvas.clicked.connect(self._on_clicked)
        canvas.hovered_px.connect(self._on_hovered)
        canvas.lasso_moved.connect(self._on_lasso_moved)
        canvas.lassoed.connect(self._on_lassoed)
        canvas.line_moved.connect(self._on_line_moved)
        canvas.line_drawn.connect(self._on_line_drawn)
        canvas.moved.connect(card.hide)
        canvas.key_pressed.connect(self._on_key)

    def show_scene(self, scene: PlaneScene) -> None:
        """There are other points."""
        self._scene = scene
        self._highlight()
        if scene.place_of(self._hovered) is None:
            self._hover(None)

    def set_selected(self, ids: Iterable[int]) -> None:
        """Ring these clips."""
        self._selected = np.asarray(ids if isinstance(ids, np.ndarray) else tuple(ids), np.int64)
        if not np.array_equal(self._selected, self._along):
            self._overlay.show(way=NOTHING)
        self._highlight()

    def set_twin(self, clip_id: int | None) -> None:
        """Ring the clip that another view points at."""
        self._twin = clip_id
        self._highlight()

    def set_playing(self, clip_id: int | None) -> None:
        """Light up the clip that plays; the trace and moving point of another one go."""
        if clip_id != self._playing:
            self._overlay.show(
                trace=NOTHING, moving=None, predicted_trace=NOTHING, predicted_moving=None, interval=None
            )
        self._playing = clip_id
        self._highlight()

    def set_rating(self, rating: bool) -> None:
        """In rating mode a click or Enter proposes a place; leaving it forgets the proposal."""
        self._rating = rating
        self._canvas.setCursor(Qt.CursorShape.CrossCursor if rating else Qt.CursorShape.ArrowCursor)
        self._overlay.show(cross=None, proposal=None)
        self._hover(None)

    def _highlight(self) -> None:
        scene = self._scene
        pointed = self._twin if self._hovered is None else self._hovered
        joined = self._selected[: 1 if len(self._selected) > MOST_JOINED else MOST_JOINED]
        focus = (self._playing, self._hovered, *joined.tolist())
        self._overlay.show(
            selected=scene.places(self._selected),
            playing=scene.place_of(self._playing),
            hovered=scene.place_of(pointed) if pointed != self._playing else None,
            pairs=scene.pairs(dict.fromkeys(clip for clip in focus if clip is not None)),
            faint_pairs=scene.all_pairs(),
        )

    # Mouse

    def _clips_at(self, place: QPointF) -> list[int]:
        return self._scene.clips_at(place.x(), place.y(), self._canvas.plane_per_px())

    def _on_clicked(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if self._rating:
            self._propose(place.x(), place.y())
        elif clips := self._clips_at(place):
            if gathering_of(modifiers) != "replace":
                self.clips_lassoed.emit(gathered(self._selected, np.array(clips[:1]), "toggle"))
                return
            before = int(self._selected[0]) if len(self._selected) == 1 else None
            # Clicking again goes through the clips that lie on one another.
            turn = (clips.index(before) + 1) % len(clips) if before in clips else 0
            self.clip_picked.emit(clips[turn])

    def _propose(self, valence: float, arousal: float) -> None:
        place = (min(max(valence, -1.0), 1.0), min(max(arousal, -1.0), 1.0))
        self._overlay.show(proposal=place)
        self.rating_picked.emit(*place)

    def _on_hovered(self, at_px: QPointF | None) -> None:
        if self._rating:
            place = None if at_px is None else self._canvas.to_plane(at_px)
            inside = place is not None and abs(place.x()) <= 1 and abs(place.y()) <= 1
            self._overlay.show(cross=(place.x(), place.y()) if place is not None and inside else None)
            return
        clips = [] if at_px is None else self._clips_at(self._canvas.to_plane(at_px))
        kept = self._hovered if self._hovered in clips else None
        self._hover(kept or (clips[0] if clips else None), len(clips))

    def _hover(self, clip_id: int | None, n_here: int = 1) -> None:
        if clip_id == self._hovered and (clip_id is None or self._card.isVisible()):
            return
        changed = clip_id != self._hovered
        self._hovered = clip_id
        self._highlight()
        place = self._scene.place_of(clip_id)
        if clip_id is None or place is None:
            self._card.hide()
        else:
            hint = f"{n_here} clips here; click again for the next" if n_here > 1 else ""
            clear = [
                self._canvas.to_px(*xy) for pair in self._overlay.highlights.pairs for xy in pair.tolist()
            ]
            self._card.show_text(self._describe(clip_id), hint, self._canvas.to_px(*place), clear)
        if changed:
            self.clip_hovered.emit(clip_id)

    def _on_lasso_moved(self, corners: FloatArray | None) -> None:
        self._overlay.show(lasso=NOTHING if corners is None else corners)

    def _on_lassoed(self, corners: FloatArray) -> None:
        how = self._canvas.gathering
        # One clip that was clicked is where one is, not a selection to add to.
        before = NO_CLIPS if how == "add" and len(self._selected) == 1 else self._selected
        self.clips_lassoed.emit(gathered(before, self._scene.clips_inside(corners), how))

    def _on_line_moved(self, ends: FloatArray | None) -> None:
        self._overlay.show(way=NOTHING if ends is None else ends)

    def _on_line_drawn(self, ends: FloatArray) -> None:
        """The clips near the line, in the order in which one passes them; it stays while they are what is selected."""
        self._along = self._scene.clips_along(ends)
        self._overlay.show(way=ends)
        self.line_drawn.emit(self._along)

    # Keys

    def _on_key(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self.play_toggled.emit()
        elif key in ARROWS:
            self._step(ARROWS[key], fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._rating and self._overlay.highlights.cross:
            self._propose(*self._overlay.highlights.cross)
        elif key == Qt.Key.Key_Escape and not self._canvas.give_up_gesture() and not self._rating:
            self.clips_lassoed.emit(NO_CLIPS)
        else:
            return
        event.accept()

    def _step(self, direction: tuple[int, int], *, fine: bool) -> None:
        if self._rating:
            step = KEY_STEP / (5 if fine else 1)
            x, y = self._overlay.highlights.cross or self._overlay.highlights.proposal or (0.0, 0.0)
            moved = np.clip((x + direction[0] * step, y + direction[1] * step), -1, 1)
            self._overlay.show(cross=(float(moved[0]), float(moved[1])))
            return
        self._hover(None)
        at = int(self._selected[0]) if len(self._selected) else self._playing
        found = self._scene.clip_toward(self._scene.place_of(at) or (0.0, 0.0), direction)
        if found is not None and fine:
            self.clips_lassoed.emit(gathered(np.array([found]), self._selected, "add"))
        elif found is not None:
            self.clip_picked.emit(found)
