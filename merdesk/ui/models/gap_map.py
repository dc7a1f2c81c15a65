"""The clips laid out by the features of the gap, coloured by dataset: where sets lie apart, and where they mix."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from merdesk.ui.describe import hover_text
from merdesk.ui.jobs import Job, Jobs
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.legend import Legend, entries_of
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import column, counted, label, row
from merdesk.workflows.sound_space import MapSounds, SoundFeatures, SoundMap

HEIGHT, LEGEND_WIDTH = 340, 150


class GapMap(QWidget):
    """A map of one choice of features; computed when somebody can see it.

    Signals
    -------
    play_asked
        A clip was clicked.
    """

    play_asked = Signal(int)

    def __init__(self, session: Session, theme: Theme, jobs: Jobs) -> None:
        super().__init__()
        self._session, self._jobs = session, jobs
        self._wanted: tuple[str, ...] = ()
        self._job: Job | None = None
        self.shown: SoundMap | None = None
        self.plane = AffectPlane(theme, lambda clip_id: hover_text(session, clip_id))
        self.plane.canvas.setAccessibleName("Map of the datasets")
        self.plane.set_colouring("dataset")
        self.plane.setFixedHeight(HEIGHT)
        self.plane.clip_picked.connect(self.play_asked)
        self.legend = Legend(theme, "Datasets")
        self.legend.setFixedWidth(LEGEND_WIDTH)
        self.legend.toggled.connect(lambda _: self._draw())
        self.caption = label("", "caption", wrap=True)
        body = row(self.plane, column(self.legend, None), spacing=12)
        body.setStretch(0, 1)
        self.setLayout(column(body, self.caption, spacing=6))
        session.columns_changed.connect(self._draw)

    def want(self, features: tuple[str, ...]) -> None:
        """Lay clips out by these features, none for nothing."""
        if features != self._wanted:
            self._wanted, self.shown = features, None
        if features and self.shown is None and not self._under_way():
            names = SoundFeatures(features, 0)
            self.caption.setText("Laying out the map.")
            self._job = self._jobs.start(MapSounds(self._session.project, names, "pca"), done=self._take)

    def _under_way(self) -> bool:
        return self._job is not None and self._job in tuple(self._jobs)

    def _take(self, found: SoundMap) -> None:
        if found.features.names == self._wanted:
            self.shown = found
            self._draw()

    def _hidden(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if name in self.legend.hidden_keys]

    def _draw(self) -> None:
        found, columns = self.shown, self._session.columns
        if found is None:
            return
        places = np.full((len(columns), 2), np.nan)
        rows = np.searchsorted(columns.ids, found.ids)
        here = rows < len(columns)
        here[here] = columns.ids[rows[here]] == found.ids[here]
        places[rows[here]] = found.places[here]
        by = " + ".join(found.features.names)
        hidden = [columns.dataset_names.index(name) for name in self._hidden(columns.dataset_names)]
        visible = ~np.isin(columns.dataset, hidden)
        self.plane.set_clips(
            columns, visible, places=places, placed_by=f"Laid out by {by}, axes without unit"
        )
        self.legend.set_entries(entries_of(self.plane.colouring, np.isfinite(places[:, 0]), shaped=True))
        self.caption.setText(
            f"{counted(int(np.isfinite(places[:, 0]).sum()), 'clip')} by {by}: the two axes hold "
            f"{100 * found.explained:.0f} % of the variance, so that sets that mix here can still lie apart."
        )
