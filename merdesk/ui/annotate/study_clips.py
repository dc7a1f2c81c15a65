"""Which clips a study asks about: those in hand, or those that its plan names already."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox

from merdesk.domain.columns import ClipFlag
from merdesk.domain.study import Anchor, ClipRef, StudyPlan
from merdesk.ui.session import Session
from merdesk.ui.widgets import counted
from merdesk.workflows.study_plans import draw, resolve

SEED = 0
Drawn = tuple[Sequence[ClipRef], Sequence[ClipRef], Sequence[Anchor]]
"""Clips, practice clips and anchors."""


class StudyClips(QComboBox):
    """A choice of clips; those of the plan that is edited come first."""

    def __init__(self, session: Session, plan: StudyPlan | None) -> None:
        super().__init__()
        self._session, self._plan = session, plan
        if plan is not None:
            here = resolve(session.project, plan)
            n_named = len(plan.clips) + len(plan.practice) + len(plan.anchors)
            self.addItem(f"The same {counted(n_named, 'clip')}", sorted(set(here.values())))
        columns = session.columns
        audible = columns.ids[columns.flagged(ClipFlag.HAS_AUDIO)].tolist()
        selected, shown = set(session.selection), set(columns.ids[session.visible].tolist())
        for word, some in (("selected", selected), ("shown", shown)):
            ids = [one for one in audible if one in some]
            if len(ids) > 1 or word == "shown":
                self.addItem(f"{counted(len(ids), 'clip')} {word}, with audio", ids)

    @property
    def n_clips(self) -> int:
        """How many are chosen, those to practise with and those with known answers included."""
        return len(self.currentData() or ())

    def drawn(self, n_practice: int, n_anchors: int) -> Drawn:
        """What becomes of them; a plan whose clips and numbers stay keeps exactly those that it names."""
        plan = self._plan
        same = plan is not None and self.currentIndex() == 0
        if plan is not None and same and (n_practice, n_anchors) == (len(plan.practice), len(plan.anchors)):
            return plan.clips, plan.practice, plan.anchors
        return draw(
            self._session.project, self.currentData(), n_practice=n_practice, n_anchors=n_anchors, seed=SEED
        )
