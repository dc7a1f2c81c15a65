"""The valence-arousal plane: every clip where people, or a model, put it."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.columns import ClipColumns
from merdesk.ui.plots.colouring import Colouring, ColouringKind, Measure, colouring_of
from merdesk.ui.plots.drawing import Drawing, quadrant_words
from merdesk.ui.plots.figure import Figure
from merdesk.ui.plots.gathering import gathered, gathering_of
from merdesk.ui.plots.hover_card import HoverCard, HoverText
from merdesk.ui.plots.marker_cloud import MarkerCloud
from merdesk.ui.plots.picture import mime_of, save_picture
from merdesk.ui.plots.plane_canvas import PlaneCanvas
from merdesk.ui.plots.plane_density import NOTE as DENSITY_NOTE
from merdesk.ui.plots.plane_density import DensityPicture
from merdesk.ui.plots.plane_figure import plane_figure
from merdesk.ui.plots.plane_frame import PlaneFrame, PlaneWords
from merdesk.ui.plots.plane_groups import NOTE, PlaneGroups, groups_of
from merdesk.ui.plots.plane_margins import BESIDE, MarginHistograms
from merdesk.ui.plots.plane_overlay import NOTHING, Highlights, PlaneOverlay
from merdesk.ui.plots.plane_points import PlanePoints, Shown, elsewhere
from merdesk.ui.plots.plane_scene import PlaneScene
from merdesk.ui.theme.theme import Theme

NO_CLIPS = np.empty(0, np.int64)
MOST_JOINED = 50
"""Selected clips that are joined to their predictions when not all are."""
KEY_STEP = 0.05
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class AffectPlane(QWidget):
    """Shows clips of a `ClipColumns` in the plane and tells what is pointed at.

    Signals: `clip_picked` a clip was clicked or reached by an arrow key; `clip_hovered` the clip under the mouse or
    None; `clips_lassoed` ids of the clips inside a lasso, none when the selection is given up by Escape;
    `rating_picked` valence and arousal proposed in rating mode; `play_toggled` space was pressed.
    """

    clip_picked = Signal(int)
    clip_hovered = Signal(object)
    clips_lassoed = Signal(object)
    rating_picked = Signal(float, float)
    play_toggled = Signal()

    def __init__(
        self, theme: Theme, describe: Callable[[int], HoverText], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._describe = describe
        self._columns = self._where = ClipColumns.empty()
        self._placed_by = ""
        self._visible: BoolArray | None = None
        self._kind: ColouringKind = "genre"
        self._measure: Measure | None = None
        self._shown: Shown = "annotation"
        self._spread = self._grouped = False
        self._drawing = Drawing()
        self._selected = NO_CLIPS
        self._playing: int | None = None
        self._hovered: int | None = None
        self._twin: int | None = None
        self._rating = False
        self._build()
        theme.changed.connect(self._recolour)
        self._rearrange()

    def _build(self) -> None:
        self.canvas = PlaneCanvas()
        self.canvas.setAccessibleName("Valence-arousal plane")
        self.filled = MarkerCloud()
        self.hollow = MarkerCloud(hollow=True)
        self._overlay = PlaneOverlay(self._theme)
        self._frame = (PlaneFrame(self._theme), PlaneWords(self._theme))
        self.groups = PlaneGroups(self._theme)
        self.density, self.margins = DensityPicture(self._theme), MarginHistograms(self._theme)
        for item in (self.density, self.margins):
            self.canvas.view.addItem(item, ignoreBounds=True)
        for item in (self._frame[0], self.hollow, self.filled, self._frame[1], self.groups, self._overlay):
            self.canvas.view.addItem(item, ignoreBounds=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.card = HoverCard(self)
        self.setFocusProxy(self.canvas)
        self.canvas.clicked.connect(self._on_clicked)
        self.canvas.hovered_px.connect(self._on_hovered)
        self.canvas.lasso_moved.connect(self._on_lasso_moved)
        self.canvas.lassoed.connect(self._on_lassoed)
        self.canvas.moved.connect(self.card.hide)
        self.canvas.key_pressed.connect(self._on_key)

    # What is shown

    @property
    def colouring(self) -> Colouring:
        """Names and colours in force, for the legend."""
        return self._colouring

    @property
    def highlights(self) -> Highlights:
        """What lies over the points."""
        return self._overlay.highlights

    def clip_order(self) -> list[int]:
        """Ids of the clips of the filled points, or of the hollow ones alone, in draw order."""
        points = self._scene.hollow if self._shown == "prediction" else self._scene.filled
        return [int(clip_id) for clip_id in self._columns.ids[points.rows]]

    @property
    def n_shown(self) -> int:
        """Clips that have a point now."""
        return self._scene.n_clips

    @property
    def caption(self) -> str:
        """What one must know to read the picture, empty when nothing was done to the points."""
        notes = ["Clips are spread within the rounding step of their labels."] if self._spread else []
        notes += [f"{NOTE}."] if self.groups.groups else []
        notes += [f"{DENSITY_NOTE}."] if self._drawing.density else []
        notes += [f"Shapes as colours: {self._colouring.title.lower()}."] if self._by_shape else []
        if self._drawing.axes is not None and self._drawing.axes.name:
            notes.append(f"Figures at the axes on the scale of {self._drawing.axes.name}.")
        return " ".join(notes)

    def set_clips(
        self,
        columns: ClipColumns,
        visible: BoolArray | None = None,
        *,
        places: FloatArray | None = None,
        placed_by: str = "",
    ) -> None:
        """Show these clips, or those of them that the mask [n] lets through.

        With `places` [n, 2] they lie there instead of at valence and arousal, on axes without a name; `placed_by`
        says how those places came about, in a few words.
        """
        self._columns, self._visible, self._placed_by = columns, visible, placed_by
        self._where = columns if places is None else elsewhere(columns, places)
        for item in self._frame:
            item.setVisible(places is None)
        self.margins.setVisible(self._drawing.margins and places is None)
        self._rearrange()

    def set_colouring(self, kind: ColouringKind, measure: Measure | None = None) -> None:
        """Colour by one of the kinds; `measure` is what "measure" shows."""
        self._kind, self._measure = kind, measure
        self._recolour()

    def set_shown(self, shown: Shown) -> None:
        """Place clips by annotation, by prediction, or show both."""
        self._shown = shown
        self._rearrange()

    def set_spread(self, spread: bool) -> None:
        """Spread clips within the rounding step of their labels, so that none covers another."""
        self._spread = spread
        self._rearrange()

    def set_grouped(self, grouped: bool) -> None:
        """Draw around each group of the colouring an ellipse that holds half of its clips."""
        self._grouped = grouped
        self._show_groups()

    @property
    def drawing(self) -> Drawing:
        """How points and axes are drawn."""
        return self._drawing

    @property
    def _by_shape(self) -> bool:
        return self._drawing.shapes and self._colouring.bounds is None

    def set_drawing(self, drawing: Drawing) -> None:
        """Draw points and axes like this from now on."""
        self._drawing = drawing
        for cloud in (self.filled, self.hollow):
            cloud.setVisible(not drawing.density)
            cloud.set_opacity(drawing.opacity)
        self.density.setVisible(drawing.density)
        self.margins.setVisible(drawing.margins and not self._placed_by)
        self._make_room()
        self._show_extras()
        self._recolour()

    def _make_room(self) -> None:
        self.canvas.set_bounds(self._scene.extent, beside=BESIDE if self.margins.isVisible() else 0.0)

    def _show_extras(self) -> None:
        """Count for what is drawn beside the points; what is out of sight costs nothing."""
        points = self._scene.hollow if self._shown == "prediction" else self._scene.filled
        xy = points.xy if len(points) else self._scene.index.xy
        if self._drawing.density:
            self.density.set_places(self._scene.index.xy)
        if self._drawing.margins:
            self.margins.set_places(xy, self.canvas.reach)
        self._frame[1].show_drawing(self._drawing, quadrant_words(xy) if self._drawing.shares else {})

    def _show_groups(self) -> None:
        points = self._scene.hollow if self._shown == "prediction" else self._scene.filled
        self.groups.show_groups(groups_of(points, self._colouring) if self._grouped else ())

    def set_selected(self, ids: Iterable[int]) -> None:
        """Ring these clips."""
        self._selected = np.asarray(ids if isinstance(ids, np.ndarray) else tuple(ids), np.int64)
        self._highlight()

    def set_twin(self, clip_id: int | None) -> None:
        """Ring the clip that another view points at."""
        self._twin = clip_id
        self._highlight()

    def px_of(self, clip_id: int) -> QPointF | None:
        """The pixel where a clip is seen, None where it is not."""
        place = self._scene.place_of(clip_id)
        at = None if place is None else self.canvas.to_px(*place)
        return at if at is not None and self.canvas.rect().contains(at.toPoint()) else None

    def set_playing(self, clip_id: int | None) -> None:
        """Light up the clip that plays; the trace and moving point of another one go."""
        if clip_id != self._playing:
            self._overlay.show(
                trace=NOTHING, moving=None, predicted_trace=NOTHING, predicted_moving=None, interval=None
            )
        self._playing = clip_id
        self._highlight()

    def set_trace(self, xy: FloatArray | None, predicted: FloatArray | None = None) -> None:
        """Show the way of the playing clip through the plane, shape (n, 2), as annotated and as predicted.

        NaN interrupts the predicted way.
        """
        trace = NOTHING if xy is None else np.asarray(xy, dtype=np.float64)
        way = NOTHING if predicted is None else np.asarray(predicted, dtype=np.float64)
        self._overlay.show(trace=trace[np.isfinite(trace).all(axis=1)], predicted_trace=way)

    def set_moving_point(
        self, xy: tuple[float, float] | None, predicted: tuple[float, float] | None = None
    ) -> None:
        """Move the dots of the playing clip to where it is in its traces now; None puts one back."""
        self._overlay.show(moving=xy, predicted_moving=predicted)

    def set_prediction_interval(self, half_widths: tuple[float, float] | None) -> None:
        """Half widths, valence and arousal, of the ellipse around the prediction of the clip in focus."""
        self._overlay.show(interval=half_widths)

    def set_rating_mode(self, rating: bool) -> None:
        """In rating mode a click or Enter proposes a place; leaving it forgets the proposal."""
        self._rating = rating
        self.canvas.setCursor(Qt.CursorShape.CrossCursor if rating else Qt.CursorShape.ArrowCursor)
        self._overlay.show(cross=None, proposal=None)
        self._hover(None)

    def set_proposal(self, xy: tuple[float, float] | None) -> None:
        """Show a proposed rating."""
        self._overlay.show(proposal=xy)

    def fit(self) -> None:
        """Show the whole plane."""
        self.canvas.fit()

    def figure(self) -> Figure:
        """What is seen, with its legend and number of clips."""
        return plane_figure(
            self.canvas,
            self._theme,
            self._scene,
            self._colouring,
            self.caption,
            self._placed_by,
            shaped=self._by_shape,
        )

    def save_picture(self, path: Path) -> None:
        """Save what is seen as SVG, PDF or PNG, by the ending; MerdeskError when it cannot be written."""
        save_picture(self.figure(), (self.filled, self.hollow), path)

    def copied_picture(self) -> QMimeData:
        """What is seen, for the clipboard."""
        return mime_of(self.figure(), (self.filled, self.hollow))

    # Points

    def _rearrange(self) -> None:
        self._scene = PlaneScene.of(self._where, self._visible, self._shown, spread=self._spread)
        self._make_room()
        self.filled.set_places(self._scene.filled.xy)
        self.hollow.set_places(self._scene.hollow.xy)
        self._show_extras()
        self._recolour()
        self._highlight()
        if self._scene.place_of(self._hovered) is None:
            self._hover(None)

    def _recolour(self) -> None:
        self.canvas.setBackground(self._theme.colour("background"))
        self._colouring = colouring_of(self._columns, self._kind, self._theme.palette, self._measure)
        self._fill(self.filled, self._scene.filled)
        self._fill(self.hollow, self._scene.hollow)
        self._show_groups()
        words = {"annotation": "annotation", "prediction": "prediction", "both": "annotation and prediction"}
        by = self._placed_by or f"by {words[self._shown]}"
        self.canvas.setAccessibleDescription(
            f"{self.n_shown:,} clips {by[0].lower() + by[1:]}, colour {self._colouring.title.lower()}"
        )
        self.canvas.viewport().update()

    def _fill(self, cloud: MarkerCloud, points: PlanePoints) -> None:
        by = self._colouring.codes if self._by_shape else self._columns.dataset
        markers = np.maximum(by[points.rows], 0)
        cloud.set_looks(self._colouring.codes[points.rows], self._colouring.colours, markers)

    def _highlight(self) -> None:
        scene = self._scene
        pointed = self._twin if self._hovered is None else self._hovered
        focus = (self._playing, self._hovered, *self._selected[:MOST_JOINED].tolist())
        self._overlay.show(
            selected=scene.places(self._selected),
            playing=scene.place_of(self._playing),
            hovered=scene.place_of(pointed) if pointed != self._playing else None,
            pairs=scene.pairs(dict.fromkeys(clip for clip in focus if clip is not None)),
            faint_pairs=scene.all_pairs(),
        )

    # What is pointed at

    def _clips_at(self, place: QPointF) -> list[int]:
        return self._scene.clips_at(place.x(), place.y(), self.canvas.plane_per_px())

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
            place = None if at_px is None else self.canvas.to_plane(at_px)
            inside = place is not None and abs(place.x()) <= 1 and abs(place.y()) <= 1
            self._overlay.show(cross=(place.x(), place.y()) if place is not None and inside else None)
            return
        clips = [] if at_px is None else self._clips_at(self.canvas.to_plane(at_px))
        kept = self._hovered if self._hovered in clips else None
        self._hover(kept or (clips[0] if clips else None), len(clips))

    def _hover(self, clip_id: int | None, n_here: int = 1) -> None:
        if clip_id == self._hovered and (clip_id is None or self.card.isVisible()):
            return
        changed = clip_id != self._hovered
        self._hovered = clip_id
        self._highlight()
        place = self._scene.place_of(clip_id)
        if clip_id is None or place is None:
            self.card.hide()
        else:
            hint = f"{n_here} clips here; click again for the next" if n_here > 1 else ""
            clear = [self.canvas.to_px(*xy) for pair in self.highlights.pairs for xy in pair.tolist()]
            self.card.show_text(self._describe(clip_id), hint, self.canvas.to_px(*place), clear)
        if changed:
            self.clip_hovered.emit(clip_id)

    def _on_lasso_moved(self, corners: FloatArray | None) -> None:
        self._overlay.show(lasso=NOTHING if corners is None else corners)

    def _on_lassoed(self, corners: FloatArray) -> None:
        how = self.canvas.gathering
        # One clip that was clicked is where one is, not a selection to add to.
        before = NO_CLIPS if how == "add" and len(self._selected) == 1 else self._selected
        self.clips_lassoed.emit(gathered(before, self._scene.clips_inside(corners), how))

    # Keys

    def _on_key(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self.play_toggled.emit()
        elif key in ARROWS:
            self._step(ARROWS[key], fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._rating and self.highlights.cross:
            self._propose(*self.highlights.cross)
        elif key == Qt.Key.Key_Escape and not self.canvas.give_up_gesture() and not self._rating:
            self.clips_lassoed.emit(NO_CLIPS)
        else:
            return
        event.accept()

    def _step(self, direction: tuple[int, int], *, fine: bool) -> None:
        if self._rating:
            step = KEY_STEP / (5 if fine else 1)
            x, y = self.highlights.cross or self.highlights.proposal or (0.0, 0.0)
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
