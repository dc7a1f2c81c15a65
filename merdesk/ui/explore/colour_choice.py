"""By what the clips are coloured: what tells clips of this project apart is offered."""

from typing import Any, cast

from merdesk.domain.changes import Changes
from merdesk.ui.chip import Chip
from merdesk.ui.explore.measure_dialog import MeasureDialog
from merdesk.ui.plots.colouring import CATEGORIES, TITLES, ColouringKind
from merdesk.ui.session import IMPORTED, Session
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.widgets import show_modal
from merdesk.workflows.measures import MeasureName

COLOURINGS = {
    **{str(kind): title for kind, title in TITLES.items()},
    "cluster": "Clusters by sound",
    "measure": "Feature...",
}
COLUMN = "column:"
"""Before the name of a further column of an imported table, which may be called like anything else."""


class ColourChoice(Chip):
    """The choice of what colours show, for every view of the session."""

    def __init__(self, session: Session, space: SoundSpace) -> None:
        super().__init__("Colour", COLOURINGS, session.colouring)
        self._session, self._space = session, space
        self.picked.connect(self._colour_by)
        session.colouring_changed.connect(self.show_offered)
        session.changed.connect(self._follow)
        self.show_offered()

    @property
    def kept(self) -> str:
        """What is shown, as text to keep."""
        return self.chosen if self.chosen.startswith(COLUMN) else self._session.colouring

    def restore(self, kept: object) -> None:
        """Colour by what was kept where that tells clips of this project apart, and need not be computed first."""
        session = self._session
        if isinstance(kept, str) and kept.removeprefix(COLUMN) in session.imported() and COLUMN in kept:
            session.colour_by(session.imported_measure(kept.removeprefix(COLUMN)))
        elif self._says_something(kept):
            session.set_colouring(cast("ColouringKind", kept))

    def _says_something(self, colouring: object) -> bool:
        columns = self._session.columns
        if colouring in CATEGORIES:
            return bool(getattr(columns, f"{colouring}_names"))
        return colouring in ("spread", "raters") or (
            str(colouring).startswith("residual")
            and colouring in COLOURINGS
            and bool(columns.predicted.any())
        )

    def show_offered(self) -> None:
        """Offer groups where a dataset has some, clusters where there are features, and columns by their names."""
        session, measure = self._session, self._session.measure
        offered = dict(COLOURINGS)
        if not session.columns.group_names and session.colouring != "group":
            del offered["group"]
        if not self._space.choices:
            del offered["cluster"]
        feature = offered.pop("measure")
        offered |= {f"{COLUMN}{name}": name for name in session.imported()}
        by_feature = measure is not None and measure.source == "measure"
        offered["measure"] = f"{measure.title}..." if measure and by_feature else feature
        shown: str = session.colouring
        if shown == "measure" and measure is not None and not by_feature:
            key = "cluster" if measure.source == "cluster" else f"{COLUMN}{measure.title}"
            shown = key if key in offered else shown
        self.set_choices(offered, shown)

    def _follow(self, changes: Changes) -> None:
        if any(table in changes for table in IMPORTED):
            self.show_offered()

    def _colour_by(self, kind: Any) -> None:
        if kind == "cluster":
            self.show_offered()
            self._space.colour_by_clusters()
        elif kind == "measure":
            self.show_offered()
            self._space.list_measures(self._choose_measure)
        elif kind.startswith(COLUMN):
            self._session.colour_by(self._session.imported_measure(kind.removeprefix(COLUMN)))
        else:
            self._session.set_colouring(kind)

    def _choose_measure(self, measures: tuple[MeasureName, ...]) -> None:
        dialog = MeasureDialog(measures, self)
        if show_modal(dialog) and dialog.chosen is not None:
            self._space.colour_by(dialog.chosen)
