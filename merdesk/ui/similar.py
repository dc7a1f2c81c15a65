"""Sounds like: the clips most like the selected one."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipFlag
from merdesk.project import clips
from merdesk.ui.plots.markers import marker_of, paint_marker
from merdesk.ui.plots.painted_row import PaintedRow
from merdesk.ui.session import Session
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row

N_ROWS = 6
SWATCH_PX = 8
INSET_PX = 4
TITLE_PX = 20


class SimilarClips(QWidget):
    """Rows with marker, title and similarity; what is missing is said in a sentence.

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
        self._clicked: int | None = None
        self._says = label("", "muted", wrap=True)
        self._extract = button("Extract features", "quiet", "Compute what this list compares (Ctrl+E)")
        self._extract.clicked.connect(self.extract_asked)
        self.rows = tuple(SimilarRow(theme) for _ in range(N_ROWS))
        for each in self.rows:
            each.clicked.connect(lambda _=False, each=each: self._pick(each))
            each.played.connect(self._play)
        self._by = label("", "caption")
        head = row(label("Sounds like", "section"), None, self._by)
        self.setLayout(
            column(head, self._says, row(self._extract, None), column(*self.rows, spacing=0), spacing=4)
        )
        for signal in (session.selection_changed, session.columns_changed, space.changed):
            signal.connect(self.show_clips)
        theme.changed.connect(self.update)
        self.show_clips()

    def show_clips(self) -> None:
        """Show who sounds like the current clip; out of sight, nothing is computed."""
        if not self.isVisible():
            return
        current, space = self._session.current, self._space
        if current is None:
            return
        space.want_sounds()
        found = space.sounds.like(current, N_ROWS) if space.sounds is not None else []
        found = [
            (clip_id, share) for clip_id, share in found if self._session.columns.row_of(clip_id) is not None
        ]
        self._fill(found)
        words, can_extract = ("", False) if found else self._why_none(current)
        self._says.setText(words)
        self._says.setVisible(bool(words))
        self._extract.setVisible(can_extract)
        features = space.features
        self._by.setText(features.label.replace("+", " + ") if features is not None and found else "")

    def _fill(self, found: list[tuple[int, float]]) -> None:
        columns = self._session.columns
        names = {
            each.id: each
            for each in clips.labels(self._session.project, [ClipId(clip_id) for clip_id, _ in found])
        }
        for number, each in enumerate(self.rows):
            each.setVisible(number < len(found))
            if number < len(found):
                clip_id, share = found[number]
                place = columns.row_of(clip_id)
                code = int(columns.dataset[place]) if place is not None else 0
                words = names[ClipId(clip_id)]
                each.show_clip(
                    clip_id,
                    words.title or words.source_id,
                    words.artist,
                    words.dataset,
                    share,
                    marker_of(code),
                )

    def _why_none(self, current: int) -> tuple[str, bool]:
        """Why nothing is listed, and whether extracting would help."""
        space, columns = self._space, self._session.columns
        number = columns.row_of(current)
        heard = number is not None and bool(columns.flags[number] & ClipFlag.HAS_AUDIO)
        writable = not self._session.project.read_only
        if space.sounds is None and space.features is not None:
            return "Comparing sounds.", False
        if space.sounds is not None and space.sounds.row_of(current) is not None:
            return "No other clip has these features yet.", False
        if heard:
            return "This clip has no features yet; extract them to find what sounds like it.", writable
        return "Its audio is not located, so nothing is known of its sound.", False

    def _pick(self, each: "SimilarRow") -> None:
        self._clicked = each.clip_id
        self._session.select([each.clip_id])

    def _play(self) -> None:
        # The first click of two has brought other clips into the row: the one that was clicked is meant.
        if self._clicked is not None:
            self.play_asked.emit(self._clicked)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_clips()


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

    def show_clip(
        self, clip_id: int, title: str, artist: str, dataset: str, similarity: float, marker: str
    ) -> None:
        """Show a clip and how similar it is."""
        self.clip_id, self._title, self._marker = clip_id, title, marker
        self._share = f"{max(similarity, 0.0):.2f}"
        where = " · ".join(part for part in (artist, dataset) if part)
        self.setToolTip(f"{title}\n{where}\nClick to select, double-click to play")
        self.setAccessibleName(f"{title}, {dataset}, similarity {self._share}")
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
