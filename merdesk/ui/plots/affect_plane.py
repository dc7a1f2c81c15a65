"""The valence-arousal plane: every clip where people, or a model, put it."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.columns import ClipColumns
from merdesk.ui.plots.colouring import Colouring, ColouringKind, Measure, colouring_of
from merdesk.ui.plots.drawing import Drawing
from merdesk.ui.plots.figure import Figure
from merdesk.ui.plots.hover_card import HoverCard, HoverText
from merdesk.ui.plots.picture import mime_of, save_picture
from merdesk.ui.plots.plane_canvas import PlaneCanvas
from merdesk.ui.plots.plane_figure import plane_figure
from merdesk.ui.plots.plane_layers import PlaneLayers
from merdesk.ui.plots.plane_overlay import NOTHING, Highlights, PlaneOverlay
from merdesk.ui.plots.plane_pointer import PlanePointer
from merdesk.ui.plots.plane_points import Shown, elsewhere
from merdesk.ui.plots.plane_scene import PlaneScene
from merdesk.ui.theme.theme import Theme

SHOWN_WORDS: dict[Shown, str] = {
    "annotation": "annotation",
    "prediction": "prediction",
    "both": "annotation and prediction",
}


class AffectPlane(QWidget):
    """Shows clips of a `ClipColumns` in the plane and tells what is pointed at.

    Signals: `clip_picked` a clip was clicked or reached by an arrow key; `clip_hovered` the clip under the mouse or
    None; `clips_lassoed` ids of the clips inside a lasso, none when the selection is given up by Escape;
    `rating_picked` valence and arousal proposed in rating mode; `play_toggled` space was pressed;
    `line_drawn` ids of the clips near a line, from its start on.
    """

    clip_picked = Signal(int)
    clip_hovered = Signal(object)
    clips_lassoed = Signal(object)
    rating_picked = Signal(float, float)
    play_toggled = Signal()
    line_drawn = Signal(object)

    def __init__(
        self, theme: Theme, describe: Callable[[int], HoverText], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = self._where = ClipColumns.empty()
        self._placed_by = ""
        self._visible: BoolArray | None = None
        self._kind: ColouringKind = "genre"
        self._measure: Measure | None = None
        self._chosen: tuple[str, ...] = ()
        self._shown: Shown = "annotation"
        self._spread = False
        self._build(describe)
        theme.changed.connect(self._recolour)
        self._rearrange()

    def _build(self, describe: Callable[[int], HoverText]) -> None:
        self.canvas = PlaneCanvas()
        self.canvas.setAccessibleName("Valence-arousal plane")
        self.layers = PlaneLayers(self.canvas, self._theme)
        self._overlay = PlaneOverlay(self._theme)
        self.canvas.view.addItem(self._overlay, ignoreBounds=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.card = HoverCard(self)
        self.setFocusProxy(self.canvas)
        self.pointer = PlanePointer(self.canvas, self._overlay, self.card, describe)
        self.pointer.clip_picked.connect(self.clip_picked)
        self.pointer.clip_hovered.connect(self.clip_hovered)
        self.pointer.clips_lassoed.connect(self.clips_lassoed)
        self.pointer.rating_picked.connect(self.rating_picked)
        self.pointer.play_toggled.connect(self.play_toggled)
        self.pointer.line_drawn.connect(self.line_drawn)

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
        return self._columns.ids[self.layers.points.rows].tolist()

    @property
    def n_shown(self) -> int:
        """Clips that have a point now."""
        return self._scene.n_clips

    @property
    def caption(self) -> str:
        """What one must know to read the picture, empty when nothing was done to the points."""
        notes = ["Clips are spread within the rounding step of their labels."] if self._spread else []
        notes += self.layers.notes(self._colouring)
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
        self._rearrange()

    def set_colouring(
        self, kind: ColouringKind, measure: Measure | None = None, chosen: tuple[str, ...] = ()
    ) -> None:
        """Colour by one of the kinds; `measure` is what "measure" shows, `chosen` groups have a colour of their own."""
        self._kind, self._measure, self._chosen = kind, measure, chosen
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
        self.layers.grouped = grouped
        self.layers.show_groups(self._colouring)

    @property
    def drawing(self) -> Drawing:
        """How points and axes are drawn."""
        return self.layers.drawing

    def set_drawing(self, drawing: Drawing) -> None:
        """Draw points and axes like this from now on."""
        self.layers.set_drawing(drawing)
        self._recolour()

    def set_selected(self, ids: Iterable[int]) -> None:
        """Ring these clips."""
        self.pointer.set_selected(ids)

    def set_twin(self, clip_id: int | None) -> None:
        """Ring the clip that another view points at."""
        self.pointer.set_twin(clip_id)

    def px_of(self, clip_id: int) -> QPointF | None:
        """The pixel where a clip is seen, None where it is not."""
        place = self._scene.place_of(clip_id)
        at = None if place is None else self.canvas.to_px(*place)
        return at if at is not None and self.canvas.rect().contains(at.toPoint()) else None

    def set_playing(self, clip_id: int | None) -> None:
        """Light up the clip that plays; the trace and moving point of another one go."""
        self.pointer.set_playing(clip_id)

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
        self.pointer.set_rating(rating)

    def set_proposal(self, xy: tuple[float, float] | None) -> None:
        """Show a proposed rating; the cross of the mouse comes back when that moves."""
        self._overlay.show(proposal=xy, cross=None)

    def set_fine_grid(self, fine: bool) -> None:
        """Show lines at the quarters, too."""
        self.layers.set_fine_grid(fine)

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
            shaped=self.layers.by_shape(self._colouring),
        )

    def save_picture(self, path: Path) -> None:
        """Save what is seen as SVG, PDF or PNG, by the ending; MerdeskError when it cannot be written."""
        save_picture(self.figure(), (self.layers.filled, self.layers.hollow), path)

    def copied_picture(self) -> QMimeData:
        """What is seen, for the clipboard."""
        return mime_of(self.figure(), (self.layers.filled, self.layers.hollow))

    # Points

    def _rearrange(self) -> None:
        self._scene = PlaneScene.of(self._where, self._visible, self._shown, spread=self._spread)
        self.layers.show_scene(self._scene, named_axes=self._where is self._columns)
        self._recolour()
        self.pointer.show_scene(self._scene)

    def _recolour(self) -> None:
        self._colouring = colouring_of(
            self._columns, self._kind, self._theme.palette, self._measure, self._chosen
        )
        self.layers.show_colours(self._columns, self._colouring)
        by = self._placed_by or f"by {SHOWN_WORDS[self._shown]}"
        self.canvas.setAccessibleDescription(
            f"{self.n_shown:,} clips {by[0].lower() + by[1:]}, colour {self._colouring.title.lower()}"
        )
