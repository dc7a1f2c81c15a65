"""Rating within a study: blinded, in the person's own order, with the plan's listening and nothing recalled."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject

from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipFlag
from merdesk.domain.rating import Circumstances, Dimension, Outcome, Rating
from merdesk.domain.source import SourceTrace
from merdesk.domain.study import Item
from merdesk.project import studies, study_pairs, study_rows
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
        plan = study.plan
        asks = {"least_s": plan.least_s, "tool": plan.tool, "categories": list(plan.categories)}
        self._options = {**OPTIONS, "only_new": False, **asks}
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
        project, who = self.session.project, self.annotator_id()
        given = (rows(project, self.study, who) for rows in (study_rows.rows, study_pairs.rows))
        self._answered = {position for rows in given for position in rows}

    def is_here(self, item: Item) -> bool:
        """Whether the clips of an item can be heard in this project."""
        return all(self._clip_ids.get(clip) in self._audible for clip in item.clips)

    @property
    def item(self) -> Item | None:
        """What is asked now; None when everything is answered."""
        return next((item for item in self.items if item.position not in self._answered), None)

    @property
    def n_done(self) -> int:
        """Items that are answered."""
        return sum(item.position in self._answered for item in self.items)

    def clip_id(self, item: Item) -> ClipId:
        """The clip of an item in this project, of a pair the first."""
        return self._clip_ids[item.clip]

    def clip_pair(self, item: Item) -> tuple[ClipId, ClipId]:
        """Both clips of an item of the pairs task."""
        first, second = (self._clip_ids[clip] for clip in item.clips)
        return first, second

    def rateable(self) -> list[int]:
        """The clips that are asked about."""
        return [] if self.item is None else [int(self._clip_ids[clip]) for clip in self.item.clips]

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

    def compare(
        self,
        pair: tuple[ClipId, ClipId],
        said: Mapping[Dimension, Outcome],
        about: Circumstances,
        second_gain_db: float | None,
    ) -> None:
        """Keep an answer about two clips with the study."""
        asked = replace(self._asked(pair[0]), second_id=pair[1])
        project = self.session.project
        self.session.edit(lambda: study_pairs.answer(project, asked, said, about, second_gain_db))
        self._answered.add(asked.item.position)

    def _asked(self, clip_id: int) -> Asked:
        item = self.item
        if item is None or self.clip_id(item) != clip_id:
            raise ValueError(f"clip {clip_id} is not asked about now")
        who = AnnotatorId(self.annotator_id())
        return Asked(self.study, item, ClipId(clip_id), who, self.playback.played_on)
