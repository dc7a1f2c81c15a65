"""The feature map: clips that sound alike lie close, in the same colours and with the same gestures as the plane."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from merdesk.domain.arrays import FloatArray
from merdesk.domain.columns import ClipFlag
from merdesk.exploration.projection import Layout
from merdesk.ui.describe import hover_text
from merdesk.ui.explore.empty import EmptyState
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.session import Session
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import column, counted
from merdesk.workflows.sound_space import SoundMap

LAYOUTS: dict[Layout, str] = {
    "pca": "Overview (PCA)",
    "pacmap": "Neighbourhoods (PaCMAP)",
    "tsne": "Neighbourhoods (t-SNE)",
}


class FeatureMap(QWidget):
    """The map of the sound space; what is missing is said with one thing to do.

    Signals
    -------
    changed
        There is another map, or another caption.
    action_asked
        A command of the window, by name.
    """

    changed = Signal()
    action_asked = Signal(str)

    def __init__(self, session: Session, space: SoundSpace, theme: Theme) -> None:
        super().__init__()
        self._session, self._space = session, space
        self.plane = AffectPlane(theme, lambda clip_id: hover_text(session, clip_id))
        self.plane.canvas.setAccessibleName("Feature map")
        self._empty = EmptyState()
        self._empty.action_asked.connect(self.action_asked)
        self._views = QStackedWidget()
        self._views.addWidget(self._empty)
        self._views.addWidget(self.plane)
        self.setLayout(column(self._views))
        self._placed: tuple[SoundMap | None, int] = (None, -1)
        self._places = np.empty((0, 2))
        space.changed.connect(self.show_clips)
        self.setFocusProxy(self.plane)

    @property
    def is_empty(self) -> bool:
        """True while there is no map to show."""
        return self._views.currentWidget() is self._empty

    @property
    def caption(self) -> str:
        """How many clips are shown, by what they are laid out, and what that means."""
        found = self._space.map
        if found is None or self.is_empty:
            return ""
        by = found.features.label.replace("+", " + ")
        said = f"{self.plane.n_shown:,} of {counted(len(self._session.columns), 'clip')} shown, by {by}"
        if found.layout == "pca":
            said += f": the two axes hold {100 * found.explained:.0f} % of the variance"
        else:
            far = "say little" if found.layout == "pacmap" else "mean nothing"
            said += f": near clips sound alike, distances between groups {far}"
        if self._space.is_arranging:
            said += ". Arranging neighbourhoods"
        return said

    def show_clips(self) -> None:
        """Show the map of what the session lets pass; out of sight, nothing is computed."""
        if not self.isVisible():
            return
        self._space.want_map()
        found, session = self._space.map, self._session
        if found is None:
            self._say_why()
            self._views.setCurrentWidget(self._empty)
        else:
            words = f"Laid out by {found.features.label}, {LAYOUTS[found.layout]}, axes without unit"
            self.plane.set_clips(
                session.columns, session.visible, places=self._places_of(found), placed_by=words
            )
            self.plane.set_selected(session.selected)
            self.plane.set_playing(session.playing)
            self._views.setCurrentWidget(self.plane)
        self.changed.emit()

    def _places_of(self, found: SoundMap) -> FloatArray:
        """Places of all clips of the columns, shape (n, 2); NaN for those that the map does not know."""
        columns = self._session.columns
        if self._placed != (found, id(columns)):
            self._places = np.full((len(columns), 2), np.nan)
            rows = np.searchsorted(columns.ids, found.ids)
            here = rows < len(columns)
            here[here] = columns.ids[rows[here]] == found.ids[here]
            self._places[rows[here]] = found.places[here]
            self._placed = (found, id(columns))
        return self._places

    def _say_why(self) -> None:
        heard = bool(self._session.columns.flagged(ClipFlag.HAS_AUDIO).any())
        if self._space.features is not None:
            self._empty.say("Laying out the map", "Clips that sound alike will lie close.", ("", ""))
        elif heard:
            self._empty.say(
                "No features yet",
                "The map lays clips out by how they sound. Extract features, and it draws itself.",
                ("extract", "Extract features"),
            )
        else:
            self._empty.say(
                "No sound to lay out",
                "The map needs features: import the music of these clips, or a table of features.",
                ("import_folder", "Import a folder"),
            )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_clips()
