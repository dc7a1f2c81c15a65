"""What the plane is painted of, one layer over another: density, histograms, frame, points, words, groups."""

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.columns import ClipColumns
from merdesk.ui.plots.colouring import Colouring
from merdesk.ui.plots.drawing import Drawing, quadrant_words
from merdesk.ui.plots.marker_cloud import MarkerCloud
from merdesk.ui.plots.plane_canvas import PlaneCanvas
from merdesk.ui.plots.plane_density import MIXED_NOTE, DensityPicture
from merdesk.ui.plots.plane_density import NOTE as DENSITY_NOTE
from merdesk.ui.plots.plane_frame import PlaneFrame, PlaneWords
from merdesk.ui.plots.plane_groups import NOTE as GROUPS_NOTE
from merdesk.ui.plots.plane_groups import PlaneGroups, groups_of
from merdesk.ui.plots.plane_margins import BESIDE, MarginHistograms
from merdesk.ui.plots.plane_points import PlanePoints
from merdesk.ui.plots.plane_scene import PlaneScene
from merdesk.ui.theme.theme import Theme


class PlaneLayers:
    """The layers of a canvas; each is told of points, colours and drawing when these change."""

    def __init__(self, canvas: PlaneCanvas, theme: Theme) -> None:
        self._canvas, self._theme = canvas, theme
        self.drawing = Drawing()
        self.grouped = False
        self._named_axes = True
        self._scene = PlaneScene.of(ClipColumns.empty())
        self.filled, self.hollow = MarkerCloud(), MarkerCloud(hollow=True)
        self.groups = PlaneGroups(theme)
        self.density, self.margins = DensityPicture(theme), MarginHistograms(theme)
        self._frame, self._words = PlaneFrame(theme), PlaneWords(theme)
        own = (self.density, self.margins, self._frame, self.hollow, self.filled, self._words, self.groups)
        for item in own:
            canvas.view.addItem(item, ignoreBounds=True)

    @property
    def points(self) -> PlanePoints:
        """The filled points, or the hollow ones where predictions are shown alone."""
        return self._scene.hollow if self._scene.shown == "prediction" else self._scene.filled

    def notes(self, colouring: Colouring) -> list[str]:
        """What one must know to read the picture, in sentences."""
        notes = [f"{GROUPS_NOTE}."] if self.groups.groups else []
        if self.drawing.density:
            notes.append(f"{MIXED_NOTE if self.drawing.mixed else DENSITY_NOTE}.")
        notes += [f"Shapes as colours: {colouring.title.lower()}."] if self.by_shape(colouring) else []
        if self.drawing.axes is not None and self.drawing.axes.name:
            notes.append(f"Figures at the axes on the scale of {self.drawing.axes.name}.")
        return notes

    def by_shape(self, colouring: Colouring) -> bool:
        """True where shapes tell groups of the colouring instead of datasets."""
        return self.drawing.shapes and colouring.bounds is None

    def show_scene(self, scene: PlaneScene, *, named_axes: bool) -> None:
        """Show other points; without `named_axes` places are not valence and arousal."""
        self._scene, self._named_axes = scene, named_axes
        for item in (self._frame, self._words):
            item.setVisible(named_axes)
        self._make_room()
        self.filled.set_places(scene.filled.xy)
        self.hollow.set_places(scene.hollow.xy)
        self._show_extras()

    def set_fine_grid(self, fine: bool) -> None:
        """Show lines at the quarters, too."""
        self._frame.set_fine(fine)

    def set_drawing(self, drawing: Drawing) -> None:
        """Draw points and axes like this from now on; colours are to be shown again."""
        self.drawing = drawing
        for cloud in (self.filled, self.hollow):
            cloud.setVisible(not drawing.density)
            cloud.set_opacity(drawing.opacity)
        self.density.setVisible(drawing.density)
        self._make_room()
        self._show_extras()

    def _make_room(self) -> None:
        self.margins.setVisible(self.drawing.margins and self._named_axes)
        self._canvas.set_bounds(self._scene.extent, beside=BESIDE if self.margins.isVisible() else 0.0)

    def _show_extras(self) -> None:
        """Count for what is drawn beside the points; what is out of sight costs nothing."""
        xy = self._xy
        if self.drawing.density:
            self.density.set_places(self._scene.index.xy)
        if self.drawing.margins:
            self.margins.set_places(xy, self._canvas.reach)
        self._words.show_drawing(self.drawing, quadrant_words(xy) if self.drawing.shares else {})

    @property
    def _xy(self) -> FloatArray:
        return self.points.xy if len(self.points) else self._scene.index.xy

    def show_colours(self, columns: ClipColumns, colouring: Colouring) -> None:
        """Colour the points of these columns."""
        self._canvas.setBackground(self._theme.colour("background"))
        by = colouring.codes if self.by_shape(colouring) else columns.dataset
        for cloud, points in ((self.filled, self._scene.filled), (self.hollow, self._scene.hollow)):
            cloud.set_looks(colouring.codes[points.rows], colouring.colours, np.maximum(by[points.rows], 0))
        if self.drawing.density:
            self.density.set_tints(self._tints(colouring) if self.drawing.mixed else None)
        self.show_groups(colouring)
        self._canvas.viewport().update()

    def _tints(self, colouring: Colouring) -> FloatArray:
        """Colours of all points, in the order of the scene's index, shape (m, 3)."""
        table = np.array([tuple(bytes.fromhex(colour[1:])) for colour in colouring.colours]) / 255
        return np.asarray(table[colouring.codes[self._scene.rows]])

    def show_groups(self, colouring: Colouring) -> None:
        """Draw the ellipses of groups, or none."""
        self.groups.show_groups(groups_of(self.points, colouring) if self.grouped else ())
