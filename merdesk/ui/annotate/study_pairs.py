"""The pairs task of a study: the pairs of the plan in the person's own order."""

from merdesk.ui.annotate.pair_mode import HOW, PairMode
from merdesk.ui.annotate.study_desk import StudyDesk
from merdesk.ui.widgets import column, label

WORDS = "Listen to both, then say which is more positive and which more energetic."


class StudyPairs(PairMode):
    """Asks about the pair that the study asks about now."""

    def __init__(self, desk: StudyDesk) -> None:
        super().__init__(desk)
        self._study_desk = desk
        self.setLayout(
            column(
                label("Your answer", "section"), self._words, label(HOW, "muted", wrap=True), None, spacing=8
            )
        )

    def show_clip(self, _: int | None) -> None:
        """Show the pair that is asked about, unanswered."""
        item = self._study_desk.item
        self.answers = {}
        self.pair = None if item is None or item.second is None else self._study_desk.clip_pair(item)
        self._words.setText(WORDS)
        self.show_pair()

    def after_filing(self) -> None:
        """On to what is asked next."""
        self.filed.emit()
