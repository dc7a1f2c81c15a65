"""Clips for the selected one: what sounds like it, and where sound and place in the plane disagree."""

from typing import Any, Literal

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipFlag
from merdesk.project import clips
from merdesk.project.clips import ClipLabel
from merdesk.ui.chip import Chip
from merdesk.ui.fold import Fold
from merdesk.ui.plots.markers import marker_of, paint_marker
from merdesk.ui.plots.painted_row import PaintedRow
from merdesk.ui.session import Session
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.sound_space import Sounds

N_ROWS = 6
SWATCH_PX = 8
INSET_PX = 4
TITLE_PX = 20
Scope = Literal["all", "own", "others"]
SCOPES: dict[str, str] = {"all": "All datasets", "own": "Its own dataset", "others": "Other datasets"}


class SimilarClips(QWidget):
    """Three lists of clips for the selected one: alike in sound; same place and other music; same music elsewhere.

    Signals
    -------
    play_asked
        Play the clip of this id: its row was clicked twice, or Return pressed on it.
    extract_asked
        Features are missing and can be extracted.
    """

    play_asked = Signal(int)
    extract_asked = Signal()

    def __init__(self, session: Session, space: SoundSpace, theme: Theme) -> None:
        super().__init__()
        self._session, self._space = session, space
        self._scope: Scope = "all"
        self._says = label("", "muted", wrap=True)
        self._extract = button("Extract features", "quiet", "Compute what this list compares (Ctrl+E)")
        self._extract.clicked.connect(self.extract_asked)
        self._by = label("", "caption")
        self.among = Chip("Among", SCOPES, self._scope)
        self.among.picked.connect(self._choose_scope)
        self.like, self.same_place, self.same_sound = (_ClipList(session, theme) for _ in range(3))
        self.folds = (
            Fold(theme, "Same place, different music", self.same_place),
            Fold(theme, "Same music, different place", self.same_sound),
        )
        self.same_place.setToolTip("Of the clips nearest in the plane, those that sound least alike")
        self.same_sound.setToolTip("Of the clips that sound most alike, those farthest in the plane")
        for fold in self.folds:
            fold.opened.connect(self.show_clips)
        for each in (self.like, self.same_place, self.same_sound):
            each.play_asked.connect(self.play_asked)
        head = row(label("Sounds like", "section"), None, self._by)
        state = column(self._says, row(self._extract, None), spacing=4)
        lists = column(self.like, *self.folds, row(self.among, None), spacing=4)
        self.setLayout(column(head, state, lists, spacing=4))
        for signal in (session.selection_changed, session.columns_changed, space.changed):
            signal.connect(self.show_clips)
        theme.changed.connect(self.update)
        self.show_clips()

    @property
    def rows(self) -> tuple["SimilarRow", ...]:
        """Rows of the first list."""
        return self.like.rows

    def show_clips(self) -> None:
        """Show the lists of the current clip; out of sight and folded, nothing is computed."""
        current, space = self._session.current, self._space
        if not self.isVisible() or current is None:
            return
        space.want_sounds()
        sounds = space.sounds
        there = sounds is not None and sounds.row_of(current) is not None
        if sounds is not None:
            self._fill(sounds, current)
        words, can_extract = ("", False) if self.like.n_shown else self._why_none(current)
        self._says.setText(words)
        self._says.setVisible(bool(words))
        self._extract.setVisible(can_extract)
        self.like.setVisible(bool(self.like.n_shown))
        self.among.setVisible(there and len(self._session.columns.dataset_names) > 1)
        placed = there and bool(
            self._session.columns.annotated[self._session.columns.rows_of([current])].any()
        )
        for fold in self.folds:
            fold.setVisible(placed)
        shown = there and space.features is not None and self.like.n_shown
        self._by.setText(space.features.label.replace("+", " + ") if shown and space.features else "")

    def _fill(self, sounds: Sounds, current: int) -> None:
        places, among = self._rows(sounds, current)
        self.like.show_rows(sounds.like(current, N_ROWS, among), "similarity")
        if self.folds[0].is_open:
            found = sounds.same_place(current, N_ROWS, places, among)
            self.same_place.show_rows(found, "similarity", "No rated clip lies near.")
        if self.folds[1].is_open:
            found = sounds.same_sound(current, N_ROWS, places, among)
            self.same_sound.show_rows(found, "distance", "No rated clip sounds like it.")

    def _rows(self, sounds: Sounds, current: int) -> tuple[FloatArray, BoolArray]:
        """Places [n, 2] of the clips that have features, and which of them may be listed."""
        columns = self._session.columns
        there = np.isin(sounds.ids, columns.ids, assume_unique=True)
        rows = columns.rows_of(sounds.ids[there])
        places = np.full((len(there), 2), np.nan)
        places[there] = columns.affect[rows]
        among = there.copy()
        if self._scope != "all" and (own := columns.row_of(current)) is not None:
            among[there] = (columns.dataset[rows] == columns.dataset[own]) == (self._scope == "own")
        return places, among

    def _choose_scope(self, scope: Any) -> None:
        self._scope = scope
        self.show_clips()

    def _why_none(self, current: int) -> tuple[str, bool]:
        """Why nothing is listed, and whether extracting would help."""
        space, columns = self._space, self._session.columns
        number = columns.row_of(current)
        heard = number is not None and bool(columns.flags[number] & ClipFlag.HAS_AUDIO)
        writable = not self._session.project.read_only
        if space.sounds is None and space.features is not None:
            return "Comparing sounds.", False
        if space.sounds is not None and space.sounds.row_of(current) is not None:
            where = {"all": "", "own": " of this dataset", "others": " of another dataset"}[self._scope]
            return f"No other clip{where} has these features yet.", False
        if heard:
            return "This clip has no features yet; extract them to find what sounds like it.", writable
        return "Its audio is not located, so nothing is known of its sound.", False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_clips()


class _ClipList(QWidget):
    """Rows of clips with a figure each; `play_asked` carries the id of a row that was clicked twice."""

    play_asked = Signal(int)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._clicked: int | None = None
        self.n_shown = 0
        self._nothing = label("", "muted", wrap=True)
        self.rows = tuple(SimilarRow(theme) for _ in range(N_ROWS))
        for each in self.rows:
            each.clicked.connect(lambda _=False, each=each: self._pick(each))
            each.played.connect(self._play)
        self.setLayout(column(self._nothing, *self.rows, spacing=0))

    def show_rows(self, found: list[tuple[int, float]], figure: str, nothing: str = "") -> None:
        """Show clips with a similarity or a distance, or what is said where there are none."""
        columns = self._session.columns
        labels = clips.labels(self._session.project, [ClipId(clip_id) for clip_id, _ in found])
        names = {each.id: each for each in labels}
        self.n_shown = len(found)
        self._nothing.setText(nothing)
        self._nothing.setVisible(not found and bool(nothing))
        for each, (clip_id, value) in zip(self.rows, found, strict=False):
            place = columns.row_of(clip_id)
            marker = marker_of(int(columns.dataset[place]) if place is not None else 0)
            each.show_clip(names[ClipId(clip_id)], value, figure, marker)
        for number, each in enumerate(self.rows):
            each.setVisible(number < len(found))

    def _pick(self, each: "SimilarRow") -> None:
        self._clicked = each.clip_id
        self._session.select([each.clip_id])

    def _play(self) -> None:
        # The first click of two has brought other clips into the row: the one that was clicked is meant.
        if self._clicked is not None:
            self.play_asked.emit(self._clicked)


class SimilarRow(PaintedRow):
    """One clip. `played`: it was clicked twice, or Return was pressed."""

    played = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.clip_id = 0
        self._title, self._share, self._marker = "", "", "circle"

    @property
    def words(self) -> tuple[str, str, str]:
        """Title, similarity, marker."""
        return self._title, self._share, self._marker

    def show_clip(self, named: ClipLabel, value: float, figure: str, marker: str) -> None:
        """Show a clip and how similar it is, or how far."""
        title, artist, dataset = named.title or named.source_id, named.artist, named.dataset
        self.clip_id, self._title, self._marker = named.id, title, marker
        self._share = f"{max(value, 0.0):.2f}" if value > -0.005 else signed(value)
        where = " · ".join(part for part in (artist, dataset) if part)
        self.setToolTip(f"{title}\n{where}\nClick to select, double-click to play")
        self.setAccessibleName(f"{title}, {dataset}, {figure} {self._share}")
        self.update()

    # Qt

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Play; not the second click, which would select another clip."""
        self.played.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return plays, space selects."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            self.played.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Marker, title, similarity."""
        painter = QPainter(self)
        self.paint_ground(painter)
        at = QPointF(INSET_PX + SWATCH_PX / 2, self.height() / 2)
        paint_marker(painter, self._marker, at, SWATCH_PX, self._theme.colour("text"))
        self.paint_words(painter, self._title, self._share, left=TITLE_PX, right=INSET_PX, colour="text")
        painter.end()
