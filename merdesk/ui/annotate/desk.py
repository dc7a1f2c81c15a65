"""What every way of rating shares: who rates, which clips, what was heard of them, and how answers are filed."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipFlag
from merdesk.domain.rating import (
    DIMENSIONS,
    Circumstances,
    Comparison,
    Dimension,
    Outcome,
    Rating,
    Tool,
    Visible,
)
from merdesk.domain.source import SourceTrace
from merdesk.project import annotators, comparisons, ratings, values
from merdesk.ui.annotate.heard import Heard
from merdesk.ui.player.playback import Playback
from merdesk.ui.session import Session

OPTIONS: dict[str, Any] = {
    "mode": "point",
    "tool": "plane",
    "autoplay": True,
    "only_new": True,
    "least_s": 0,  # to be heard before a rating is filed
    "rate_hz": 10,
    "dimension": "both",
    "n_paired": 20,
    "grid": False,  # lines at the quarters of the plane
    "categories": [],  # words that are offered beside a rating
}


class Desk(QObject):
    """Rating outside of a study: the annotator sees title and artist, chooses clips, and is not blinded.

    Signals
    -------
    play_asked
        Play the clip of this id.
    play_toggled
        Play or pause.
    edit_asked
        Do this edit, described in a few words; whatever it raises is told.
    name_wanted
        An answer cannot be filed while nobody is named as annotator.
    option_changed
        Clips are rated in another way now; the name of the option.
    """

    play_asked = Signal(int)
    play_toggled = Signal()
    edit_asked = Signal(object, str)
    name_wanted = Signal()
    option_changed = Signal(str)

    visible: frozenset[Visible] = frozenset({"title", "artist"})
    blinded = False
    recalls = True
    """Whether the annotator's own earlier answer is shown."""

    def __init__(self, session: Session, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.playback = session, playback
        self.heard = Heard(playback, self)
        self._options: dict[str, Any] = {**OPTIONS, **values.get(session.project, "rating_options")}

    def option(self, name: str) -> Any:
        """How clips are rated in this project."""
        return self._options[name]

    def set_option(self, name: str, value: Any) -> None:
        """Choose, and remember it with the project."""
        if name not in OPTIONS:
            raise ValueError(f"{name!r} is no option of rating")
        if value != self._options[name]:
            self._options[name] = value
            if not self.session.project.read_only:
                values.set(self.session.project, "rating_options", self._options)
            self.option_changed.emit(name)

    def rateable(self) -> list[int]:
        """Ids of the clips that can be rated now: shown and with audio."""
        columns = self.session.columns
        mask = self.session.visible & columns.flagged(ClipFlag.HAS_AUDIO)
        return list(map(int, columns.ids[np.flatnonzero(mask)]))

    def annotator_id(self) -> AnnotatorId:
        """Who rates; a name that is new is added."""
        return annotators.named(self.session.project, self.session.annotator)

    def circumstances(self, clip_id: int, tool: Tool) -> Circumstances:
        """Under which an answer about a clip is given now."""
        listened = self.heard.of(clip_id)
        return Circumstances(
            gain_db=listened.gain_db,
            loudness_matched=listened.loudness_matched,
            visible=self.visible,
            blinded=self.blinded,
            tool=tool,
            heard_s=round(listened.heard_s, 2),
            n_plays=listened.n_plays,
        )

    def waits_s(self, clip_id: int) -> float:
        """Seconds that still have to be heard before an answer counts; never more than the clip has."""
        least_s = float(self.option("least_s"))
        if least_s and self.session.playing == clip_id and self.playback.duration_s:
            # The clock of a clip that has ended stands up to one look before its end.
            least_s = min(least_s, self.playback.duration_s - 0.1)
        return max(0.0, least_s - self.heard.of(clip_id).heard_s)

    def rate(self, clip_id: int, rating: Rating) -> None:
        """Keep an answer about a clip."""
        self.session.rate(clip_id, rating)

    def give_trace(
        self, clip_id: int, trace: SourceTrace, rating: Rating, *, rate_hz: float, lag_s: float
    ) -> None:
        """Keep a trace of a clip."""
        project = self.session.project
        self.session.edit(
            lambda: ratings.give_trace(
                project,
                clip_id=ClipId(clip_id),
                annotator_id=self.annotator_id(),
                trace=trace,
                rating=rating,
                rate_hz=rate_hz,
                lag_s=lag_s,
            )
        )

    def compare(
        self,
        pair: tuple[ClipId, ClipId],
        said: Mapping[Dimension, Outcome],
        about: Circumstances,
        second_gain_db: float | None,
    ) -> None:
        """Keep an answer about two clips; `about` tells the first one's gain and what was heard of both."""
        project = self.session.project
        compared = [Comparison(*pair, dimension, said[dimension]) for dimension in DIMENSIONS]
        self.session.edit(
            lambda: comparisons.add(
                project,
                compared,
                annotator_id=self.annotator_id(),
                circumstances=about,
                second_gain_db=second_gain_db,
            )
        )

    def file(self, write: Callable[[], None], doing: str) -> bool:
        """Do an edit of the current annotator; False when nobody is named or it could not be done."""
        if not self.session.annotator:
            self.name_wanted.emit()
            return False
        done: list[bool] = []

        def edit() -> None:
            write()
            done.append(True)

        self.edit_asked.emit(edit, doing)
        return bool(done)

    def toggle_play(self) -> None:
        """Play or pause the clip in hand."""
        current = self.session.current
        if current is not None and self.session.playing != current:
            self.play_asked.emit(current)
        else:
            self.play_toggled.emit()
