"""One way of rating: a panel at the side, a view in the middle, keys, and the clips that are done."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from merdesk.ui.annotate.desk import Desk


class Mode(QWidget):
    """The panel at the side; `view` is what the middle shows meanwhile.

    Signals
    -------
    filed
        The clip in hand has its answer.
    view_changed
        `view` is another widget now.
    """

    filed = Signal()
    view_changed = Signal()
    by_clip = True
    """False for a way of rating that chooses its clips itself."""
    plays_next = True
    """False where the next clip waits for a start by hand."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    @property
    def view(self) -> QWidget:
        """What the middle of the page shows."""
        raise NotImplementedError

    def answered(self) -> frozenset[int]:
        """Ids of the clips that the annotator has done in this way."""
        return frozenset()

    def enter(self) -> None:
        """Begin: the annotator chose to rate in this way."""

    def leave(self) -> None:
        """Another way or page is chosen; what is under way stops."""

    def show_clip(self, clip_id: int | None) -> None:
        """Show a clip that can be rated, None where there is none."""

    def begin(self) -> None:
        """The clip in hand came up: play what is heard unasked."""

    def take_focus(self) -> None:
        """Give the keyboard to the view."""
        self.view.setFocus()

    def key(self, event: QKeyEvent) -> bool:  # noqa: ARG002  (for ways of rating with keys)
        """Whether a key meant something here."""
        return False

    def key_released(self, event: QKeyEvent) -> bool:  # noqa: ARG002  (likewise)
        """Whether letting a key go meant something here."""
        return False
