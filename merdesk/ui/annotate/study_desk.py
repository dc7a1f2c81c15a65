"""Rating within a study: blinded, in the person's own order, with the plan's listening and nothing recalled."""

from PySide6.QtCore import QObject

from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipFlag
from merdesk.domain.rating import Rating
from merdesk.domain.source import SourceTrace
from merdesk.domain.study import Item
from merdesk.project import studies
from merdesk.project.studies import Asked, Study
from merdesk.ui.annotate.desk import OPTIONS, Desk
from merdesk.ui.player.playback import Playback
from merdesk.ui.session import Session
from merdesk.workflows.study_plans import resolve


class StudyDesk(Desk):
    """A desk whose answers belong to the items of a study.

    Attributes
    ----------
    items
        What the person is asked and can be asked here: clips whose audio is missing are left out.
    """

    blinded = True
    recalls = False

    def __init__(
        self, session: Session, playback: Playback, study: Study, parent: QObject | None = None
    ) -> None:
        super().__init__(session, playback, parent)
        self.study = study
        self.visible = frozenset(study.plan.visible)
        self._options = {**OPTIONS, "only_new": False, "least_s": study.plan.least_s}
        self._clip_ids = resolve(session.project, study.plan)
        audible = session.columns.ids[session.columns.flagged(ClipFlag.HAS_AUDIO)].tolist()
        self._audible = frozenset(audible)
        self.items: tuple[Item, ...] = ()
        self._answered: set[int] = set()

    def set_option(self, name: str, value: object) -> None:
        """Choose for this sitting; the project's own way of rating stays."""
        self._options[name] = value

    def begin(self) -> None:
        """Take up the order of the person who is named now, where it was left."""
        here = (item for item in self.study.plan.items(self.session.annotator) if self.is_here(item))
        self.items = tuple(here)
        given = studies.answered(self.session.project, self.study, self.annotator_id())
        self._answered = {one.position for one in given}

    def is_here(self, item: Item) -> bool:
        """Whether the clip of an item can be heard in this project."""
        return self._clip_ids.get(item.clip) in self._audible

    @property
    def item(self) -> Item | None:
        """What is asked now; None when everything is answered."""
        return next((item for item in self.items if item.position not in self._answered), None)

    @property
    def n_done(self) -> int:
        """Items that are answered."""
        return sum(item.position in self._answered for item in self.items)

    def clip_id(self, item: Item) -> ClipId:
        """The clip of an item in this project."""
        return self._clip_ids[item.clip]

    def rateable(self) -> list[int]:
        """The one clip that is asked about."""
        return [] if self.item is None else [self.clip_id(self.item)]

    def rate(self, clip_id: int, rating: Rating) -> None:
        """Keep an answer with the study."""
        asked = self._asked(clip_id)
        self.session.edit(lambda: studies.answer(self.session.project, asked, rating))
        self._answered.add(asked.item.position)

    def give_trace(
        self,
        clip_id: int,
        trace: SourceTrace,
        rating: Rating,
        *,
        rate_hz: float,
        lag_s: float,  # noqa: ARG002  (nobody is asked about the lag in a study)
    ) -> None:
        """Keep a trace with the study."""
        asked = self._asked(clip_id)
        project = self.session.project
        self.session.edit(lambda: studies.answer_trace(project, asked, trace, rating, rate_hz=rate_hz))
        self._answered.add(asked.item.position)

    def _asked(self, clip_id: int) -> Asked:
        item = self.item
        if item is None or self.clip_id(item) != clip_id:
            raise ValueError(f"clip {clip_id} is not asked about now")
        who = AnnotatorId(self.annotator_id())
        return Asked(self.study, item, ClipId(clip_id), who, self.playback.device)
