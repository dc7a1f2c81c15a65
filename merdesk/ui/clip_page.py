"""What the pages that show clips in the plane have in common."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from merdesk.domain.arrays import IntArray
from merdesk.domain.columns import ClipFlag
from merdesk.ui.clip_table import ClipTable
from merdesk.ui.describe import hover_text
from merdesk.ui.explore.empty import EmptyState
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme


class ClipPage(QWidget):
    """A plane, a table of the same clips, and what is said when there are none.

    Signals
    -------
    play_asked
        Play the clip of this id.
    play_toggled
        Play or pause.
    queue_asked
        Play these clips one after the other.
    action_asked
        A command of the window, by name.
    """

    play_asked = Signal(int)
    play_toggled = Signal()
    queue_asked = Signal(object)
    action_asked = Signal(str)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "plane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plane = AffectPlane(theme, lambda clip_id: hover_text(session, clip_id))
        self.plane.set_shown("both")
        self.follow_plane(self.plane)
        self.table = ClipTable(session, theme)
        self.table.play_asked.connect(self.play_asked)
        self.table.queue_asked.connect(self.queue_asked)
        self._empty = EmptyState()
        self._empty.action_asked.connect(self.action_asked)
        session.columns_changed.connect(self.show_clips)
        session.visible_changed.connect(self.show_clips)

    def follow_plane(self, plane: AffectPlane) -> None:
        """Let a plane select and play, and show what plays; out of sight, too: it has the trace of what plays."""
        session = self._session

        def recolour() -> None:
            plane.set_colouring(session.colouring, session.measure, session.coloured)

        recolour()
        session.colouring_changed.connect(recolour)
        plane.clip_picked.connect(self._pick)
        plane.clips_lassoed.connect(session.select)
        plane.play_toggled.connect(self.play_toggled)
        plane.line_drawn.connect(self._play_along)
        session.playing_changed.connect(lambda: plane.set_playing(session.playing))

    def _pick(self, clip_id: int) -> None:
        self._session.select([clip_id])
        if self._session.has_audio(clip_id):
            self.play_asked.emit(clip_id)

    def _play_along(self, clip_ids: IntArray) -> None:
        """Select what lies along a line, and play what of it can be heard."""
        session = self._session
        session.select(clip_ids)
        rows = session.columns.rows_of(clip_ids)
        self.queue_asked.emit(clip_ids[session.columns.flagged(ClipFlag.HAS_AUDIO)[rows]].tolist())

    def show_clips(self) -> None:
        """Show what the session lets pass; a page out of sight waits until it is seen."""
        if self.isVisible():
            self.fill()

    def fill(self) -> None:
        """Show what the session lets pass."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_clips()
