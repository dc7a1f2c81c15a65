"""What every page observes: the open project, its clips as columns, and what the user looks at.

Selection, filter, colouring and the playing clip are one state: every view shows it and may change it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from merdesk.domain.affect import Affect
from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipColumns, ClipFlag
from merdesk.domain.prediction import ModelId
from merdesk.domain.rating import Rating
from merdesk.errors import ProjectError
from merdesk.project import annotators, clips, columns, history, models, ratings, values
from merdesk.project.project import Project
from merdesk.ui.clip_filter import NO_GENRE as NO_GENRE  # noqa: PLC0414  (offered beside the session)
from merdesk.ui.clip_filter import Filter, Ids, Passing
from merdesk.ui.plots.colouring import ColouringKind, Measure
from merdesk.workflows import facets, imported_columns, unlike

COLUMN_TABLES = frozenset(
    {"clip", "dataset", "import_batch", "genre_mapping", "provenance", "prediction", "model"}
)
"""A change in one of these can change the columns; a rating names its clip, too."""
RATINGS = frozenset({"annotation", "annotator", "import_batch", "dataset"})
IMPORTED = frozenset({"import_batch", "dataset"})
FEATURES = frozenset({"feature", "digest", "audio_file", "import_batch", "dataset"})
"""A change in one of these can change who rated what, or what has which features."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Predictions [n, 2] of clips that are shown for a while in place of those of the model in use."""

    name: str
    clip_ids: IntArray
    affect: FloatArray


class Session(QObject):
    """The state that the window's views share.

    Signals
    -------
    columns_changed
        Clips, annotations or predictions are others now, and with them what the filter lets pass.
    visible_changed
        The filter lets other clips pass.
    selection_changed, playing_changed, colouring_changed, annotator_changed
        As they say; read the attribute.
    as_filed_changed
        Values are shown as filed, or are not any more; the columns are others already.
    model_used
        Another model was put in use by hand: the id of the one before, and its own.
    history_changed
        Undo and redo have other labels.
    changed
        `Changes` of any edit, for views that show other tables.
    """

    columns_changed = Signal()
    visible_changed = Signal()
    selection_changed = Signal()
    playing_changed = Signal()
    colouring_changed = Signal()
    annotator_changed = Signal()
    as_filed_changed = Signal()
    model_used = Signal(object, object)
    history_changed = Signal()
    changed = Signal(object)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.columns = columns.load(project)
        self.filter = Filter()
        self.find: Callable[[str], IntArray | None] = partial(clips.search, project)
        self._rated_by: Ids | None = None
        self._featured: Ids | None = None
        self._imported: tuple[str, ...] | None = None
        self._imported_measures: dict[str, Measure] = {}
        self.passing = Passing.of(self.filter, self.columns)
        self.visible = self.passing.visible
        self.selection: tuple[int, ...] = ()
        self._selected: IntArray | None = None
        self.playing: int | None = None
        self.borrowed: Borrowed | None = None
        self._unlike_of, self._unlike = "", unlike.read(project.cache_dir, "")
        self.colouring: ColouringKind = "genre"
        self.measure: Measure | None = None
        self._coloured: dict[str, list[str]] = values.get(project, "coloured_groups")
        rater = values.get(project, "annotator")
        known = {annotator.id: annotator.name for annotator in annotators.all(project, annotators.WINDOW)}
        self.annotator = known.get(rater, "")

    def let_go(self) -> None:
        """Forget the arrays, once the views are gone: slots that Qt keeps refer to a session for good."""
        self.columns = ClipColumns.empty()
        self.filter = Filter()
        self.passing = Passing.of(self.filter, self.columns)
        self.visible = self.passing.visible
        self.selection, self._selected = (), None
        self._rated_by = self._featured = self.borrowed = self.measure = None
        self._imported_measures = {}
        self._unlike = {}

    # What is looked at

    def select(self, clip_ids: Iterable[int]) -> None:
        """Select these clips, the first of them being the one that the inspector shows."""
        # A million come as an array, of which a sort says in a tenth of the time that each is there once.
        if isinstance(clip_ids, np.ndarray) and bool(np.diff(np.sort(clip_ids)).all()):
            chosen = tuple(clip_ids.tolist())
        else:
            chosen = tuple(dict.fromkeys(map(int, clip_ids)))
        if chosen != self.selection:
            self.selection = chosen
            self._selected = None
            self.selection_changed.emit()

    @property
    def selected(self) -> IntArray:
        """The selection as an array, made once."""
        if self._selected is None or len(self._selected) != len(self.selection):
            self._selected = np.array(self.selection, np.int64)
        return self._selected

    @property
    def current(self) -> int | None:
        """The clip that the inspector shows."""
        return self.selection[0] if self.selection else None

    def has_audio(self, clip_id: int) -> bool:
        """True for a clip whose audio is located: a click plays it, and is quiet for others."""
        row = self.columns.row_of(clip_id)
        return row is not None and bool(self.columns.flagged(ClipFlag.HAS_AUDIO)[row])

    def set_playing(self, clip_id: int | None) -> None:
        """Say which clip the player holds."""
        if clip_id != self.playing:
            self.playing = clip_id
            self.playing_changed.emit()

    def set_filter(self, chosen: Filter) -> None:
        """Show what passes this filter."""
        if chosen != self.filter:
            self.filter = chosen if chosen.search.strip() else replace(chosen, found=None)
            self._let_pass()
            self.visible_changed.emit()

    def search_again(self) -> None:
        """The search can say more than it could: show what passes now."""
        self._let_pass()
        self.visible_changed.emit()

    def set_colouring(self, colouring: ColouringKind) -> None:
        """Colour every view by this."""
        if colouring != self.colouring:
            self.colouring = colouring
            self.colouring_changed.emit()

    def colour_by(self, measure: Measure) -> None:
        """Colour every view by a number of each clip."""
        self.measure, self.colouring = measure, "measure"
        self.colouring_changed.emit()

    @property
    def coloured(self) -> tuple[str, ...]:
        """Groups of the colouring that have a colour of their own; none: the largest."""
        return tuple(self._coloured.get(self._colouring_key, ()))

    def choose_coloured(self, names: tuple[str, ...]) -> None:
        """Give these groups of the colouring a colour of their own, now and in the next window."""
        self._coloured = self._coloured | {self._colouring_key: list(names)}
        if not self.project.read_only:
            values.set(self.project, "coloured_groups", self._coloured)
        self.colouring_changed.emit()

    @property
    def _colouring_key(self) -> str:
        return self.measure.title if self.colouring == "measure" and self.measure else self.colouring

    def set_annotator(self, name: str) -> None:
        """File ratings under this name from now on."""
        name = name.strip()
        if name != self.annotator:
            self.annotator = name
            if name and not self.project.read_only:
                values.set(self.project, "annotator", annotators.named(self.project, name))
            self.annotator_changed.emit()

    # What is edited

    def rate(self, clip_id: int, given: Rating | Affect) -> None:
        """File an answer of the current annotator; an `Affect` is one of which nothing else is known."""
        rating = given if isinstance(given, Rating) else Rating(given)
        if not self.annotator:
            raise ProjectError("Nobody is rating yet; enter your name on the Annotate page first.")
        annotator_id = annotators.named(self.project, self.annotator)
        self.edit(
            lambda: ratings.give(
                self.project, clip_id=ClipId(clip_id), annotator_id=annotator_id, rating=rating
            )
        )

    def edit(self, write: Callable[[], Changes | None]) -> None:
        """Do one edit and refresh what it changed."""
        self.refresh(write() or Changes())

    def set_as_filed(self, as_filed: bool) -> None:
        """Show, count and export published values as they were filed, or as they are repaired."""
        if as_filed != self.project.as_filed:
            self.project.as_filed = as_filed
            self.refresh(Changes.of("provenance") | Changes.of("clip"))
            self.as_filed_changed.emit()

    def use_model(self, model_id: ModelId) -> None:
        """Show the predictions of this model from now on; nothing happens where it is gone, or nothing may be written."""
        before = models.current(self.project)
        known = {model.id for model in models.all(self.project)}
        if self.project.read_only or before is None or before.id == model_id or model_id not in known:
            return
        self.edit(lambda: models.set_current(self.project, model_id))
        self.model_used.emit(before.id, model_id)

    def undo(self) -> None:
        """Take back the last edit."""
        self.edit(lambda: history.undo(self.project))

    def redo(self) -> None:
        """Do again what was taken back."""
        self.edit(lambda: history.redo(self.project))

    def undo_label(self) -> str | None:
        """What undo would take back."""
        return history.undo_label(self.project)

    def redo_label(self) -> str | None:
        """What redo would do again."""
        return history.redo_label(self.project)

    def borrow(self, borrowed: Borrowed) -> None:
        """Show these predictions, and no others, until they are given back or what they rest on changes."""
        prediction = np.full((len(self.columns), 2), np.nan)
        prediction[self.columns.rows_of(borrowed.clip_ids)] = borrowed.affect
        if self.borrowed is None:
            self._own_columns, self._own_filter = self.columns, self.filter
        self.borrowed = borrowed
        self._show_columns(replace(self.columns, prediction=prediction))

    def give_back(self) -> None:
        """Show the predictions of the model in use again, and the clips that were shown before."""
        if self.borrowed is not None:
            self.borrowed = None
            self.set_filter(self._own_filter)
            self._show_columns(self._own_columns)

    def _show_columns(self, shown: ClipColumns) -> None:
        self.columns = shown
        self._let_pass()
        self.columns_changed.emit()

    def model_name(self) -> str:
        """Name of the model whose predictions are shown, empty without one."""
        if self.borrowed is not None:
            return self.borrowed.name
        current = models.current(self.project)
        return current.name if current else ""

    def interval(self) -> tuple[float, float] | None:
        """Half widths of the 90 % interval around predictions of the model in use; None where none is known."""
        current = models.current(self.project) if self.borrowed is None else None
        return None if current is None else current.interval

    def unlike(self, clip_id: int) -> float | None:
        """How unlike the training clips of the model in use a clip is, as a percentile; None where it is not known."""
        current = models.current(self.project) if self.borrowed is None else None
        if current is None:
            return None
        if self._unlike_of != current.file_name:
            self._unlike_of = current.file_name
            self._unlike = unlike.read(self.project.cache_dir, current.file_name)
        found = self._unlike.get(clip_id, float("nan"))
        return found if np.isfinite(found) else None

    def refresh(self, changes: Changes) -> None:
        """Bring the columns up to date after somebody wrote `changes`."""
        if any(table in changes for table in RATINGS):
            self._rated_by = None
        if any(table in changes for table in FEATURES):
            self._featured = None
        if any(table in changes for table in IMPORTED):
            self._forget_imported()
        if any(table in changes for table in COLUMN_TABLES):
            if self.borrowed is not None:
                self.borrowed, self.columns = None, self._own_columns
            self.columns = columns.patched(self.project, self.columns, changes)
            kept = set(self.columns.ids.tolist()) if self.selection else set()
            self.selection = tuple(clip_id for clip_id in self.selection if clip_id in kept)
            self._let_pass()
            self.columns_changed.emit()
        elif self.filter.features and "feature" in changes:
            self._let_pass()
            self.visible_changed.emit()
        if changes:
            self.changed.emit(changes)
        self.history_changed.emit()

    def rated_by(self) -> Ids:
        """Ids of the clips that each annotator rated; read when it is asked for."""
        if self._rated_by is None:
            self._rated_by = facets.rated_by(self.project)
        return self._rated_by

    def featured(self) -> Ids:
        """Ids of the clips that have each set of features; read when it is asked for."""
        if self._featured is None:
            self._featured = facets.featured(self.project)
        return self._featured

    def _forget_imported(self) -> None:
        """Read further columns anew; one that was taken back colours no clip any more."""
        self._imported = None
        measure = self.measure
        if self.colouring == "measure" and measure is not None and measure.source == "column":
            if measure.title in self.imported():
                self.colour_by(self.imported_measure(measure.title))
            else:
                self.set_colouring("genre")

    def imported(self) -> tuple[str, ...]:
        """Names of the further columns of imported tables; read when it is asked for."""
        if self._imported is None:
            self._imported = imported_columns.names_of(self.project)
            self._imported_measures = {}
        return self._imported

    def imported_measure(self, name: str) -> Measure:
        """One of these columns, read once."""
        if name not in self._imported_measures:
            found = imported_columns.read(self.project, name)
            self._imported_measures[name] = Measure(name, found.ids, found.values, found.names, "column")
        return self._imported_measures[name]

    def _let_pass(self) -> None:
        chosen = self.filter
        if chosen.search.strip():
            chosen = self.filter = replace(chosen, found=self.find(chosen.search))
        self.passing = Passing.of(
            chosen,
            self.columns,
            self.rated_by() if chosen.annotators else None,
            self.featured() if chosen.features else None,
        )
        self.visible = self.passing.visible
