"""The offer to go on with a trace that was not filed, after a crash or another day."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from merdesk.project import drafts
from merdesk.project.drafts import Draft
from merdesk.ui.annotate.desk import Desk
from merdesk.ui.describe import title_of
from merdesk.ui.widgets import button, column, label, row


class DraftBox(QWidget):
    """Names the newest draft of the annotator; `wanted` carries the id of its clip."""

    wanted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._draft: Draft | None = None
        self._words = label("", "", wrap=True)
        self.go_on = button("Go on", "", "Go to the clip and its recording")
        self.discard = button("Discard", "quiet", "Give this recording up")
        self.go_on.clicked.connect(self._want)
        self.discard.clicked.connect(self._discard)
        self.setLayout(
            column(
                label("Unfinished trace", "section"),
                self._words,
                row(self.go_on, self.discard, None),
                spacing=4,
            )
        )
        self.hide()

    def offer(self, but: int | None = None) -> None:
        """Show the newest draft, unless it is that of the clip that is being traced."""
        desk = self._desk
        project = desk.session.project
        found: list[Draft] = []
        if desk.session.annotator and not project.read_only:
            rateable = set(desk.rateable())
            found = [
                one
                for one in drafts.of_annotator(project, desk.annotator_id())
                if one.clip_id != but and one.clip_id in rateable and len(one.time_s)
            ]
        self._draft = found[0] if found else None
        self.setVisible(self._draft is not None)
        if self._draft is not None:
            title, _ = title_of(desk.session, self._draft.clip_id)
            length_s = float(self._draft.time_s[-1] - self._draft.time_s[0])
            self._words.setText(f"{length_s:.1f} s of {title} are recorded and not filed.")

    def _want(self) -> None:
        if self._draft is not None:
            self.wanted.emit(self._draft.clip_id)

    def _discard(self) -> None:
        draft, desk = self._draft, self._desk
        if draft is not None:
            desk.file(
                lambda: drafts.discard(desk.session.project, draft.clip_id, draft.annotator_id),
                "giving up the draft of a trace",
            )
            self.offer()
