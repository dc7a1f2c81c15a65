"""What joins the session and the player: which clip is heard, how loud, and where it is in its traces."""

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from merdesk.audio.loudness import TARGET_LUFS
from merdesk.audio.playback import PlayRequest
from merdesk.audio.player import Player
from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipFlag
from merdesk.errors import AudioError
from merdesk.project import clips
from merdesk.settings import Settings
from merdesk.ui import clip_traces
from merdesk.ui.describe import title_of
from merdesk.ui.player.playback import Playable, Playback
from merdesk.ui.plots.trace import Trace
from merdesk.ui.session import Session


class Listening(QObject):
    """Plays the session's clips; `lately` are the last two that were heard, the one that plays at the end.

    Signals
    -------
    traces_changed
        Annotated and predicted `Trace` of the clip that plays, or None.
    path_changed
        Valence and arousal along its annotated and its predicted trace, shape (n, 2) each, or None.
    moved
        Valence and arousal of its annotated and its predicted trace now, or None.
    """

    traces_changed = Signal(object, object)
    path_changed = Signal(object, object)
    moved = Signal(object, object)

    def __init__(self, session: Session, settings: Settings, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._player = player
        self._trace: Trace | None = None
        self._predicted: Trace | None = None
        self._blind = False
        self.fixed_matching: bool | None = None
        """Whether all clips play at one loudness whatever the settings say, which a study fixes; None: they decide."""
        self.lately: tuple[int, ...] = ()
        self.follows = True
        """Whether the selection goes along with what is heard."""
        self.playback = Playback(player, self.find, self)
        self.playback.set_autoplay(settings["autoplay"])
        self.playback.position_changed.connect(self._moved)
        session.columns_changed.connect(self._show_traces)
        session.changed.connect(lambda changes: self._show_traces() if "predicted_trace" in changes else None)

    def play(self, clip_id: int, queue: Sequence[int] | Callable[[], Sequence[int]] = ()) -> None:
        """Play a clip; `queue` says what follows it, in its order.

        Raises
        ------
        AudioError
            When the clip has no audio here.
        """
        self.playable(clip_id)
        self.playback.set_queue(self._with_audio(queue() if callable(queue) else queue), first=clip_id)
        self.playback.play_clip(clip_id)

    def _with_audio(self, clip_ids: Sequence[int]) -> list[int]:
        columns = self._session.columns
        rows = columns.rows_of(np.asarray(clip_ids, dtype=np.int64))
        return list(map(int, columns.ids[rows[columns.flagged(ClipFlag.HAS_AUDIO)[rows]]]))

    def play_queue(self, clip_ids: Sequence[int]) -> None:
        """Play those of these that have audio, one after the other.

        Raises
        ------
        AudioError
            When none has audio here.
        """
        heard = self._with_audio(clip_ids)
        if not heard:
            raise AudioError(
                "No clip with audio is shown or chosen; import music, or the folder that it lies in."
            )
        self.play(heard[0], heard)

    def prefetch(self, clip_id: int | None) -> None:
        """Decode ahead what will probably be played."""
        playable = None if clip_id is None else self.find(clip_id)
        if playable is not None:
            self._player.prefetch(playable.request)

    def find(self, clip_id: int) -> Playable | None:
        """A clip as the player needs it; None when it has no audio here."""
        found = clips.locations(self._session.project, [ClipId(clip_id)])
        if not found or found[0].path is None:
            return None
        place = found[0]
        lufs = clips.loudness(self._session.project, ClipId(clip_id))
        known = math.nan if lufs is None else lufs
        wanted = self._settings["match_loudness"] if self.fixed_matching is None else self.fixed_matching
        matched = wanted and math.isfinite(known)
        request = PlayRequest(
            Path(os.fsdecode(place.path or b"")),
            place.onset_s,
            place.duration_s,
            gain_db=TARGET_LUFS - known if matched else 0.0,
        )
        return Playable(clip_id, title_of(self._session, clip_id)[0], request, known)

    def playable(self, clip_id: int) -> Playable:
        """A clip as the player needs it.

        Raises
        ------
        AudioError
            When the clip has no audio here.
        """
        found = self.find(clip_id)
        if found is None:
            title, _ = title_of(self._session, clip_id)
            raise AudioError(f"The audio of {title} is not located; import the folder that it lies in.")
        return found

    @property
    def blind(self) -> bool:
        """True while annotations and predictions are kept back."""
        return self._blind

    def set_blind(self, blind: bool) -> None:
        """Keep annotations and predictions to itself, so that they do not pull who is rating."""
        if blind != self._blind:
            self._blind = blind
            self._show_traces()

    def close(self) -> None:
        """Let the player process go."""
        self.playback.stop()
        self._player.close()

    def enter(self, playable: Playable | None) -> None:
        """Tell the session what is heard; connected after the player bar, which forgets the old traces first."""
        self._session.set_playing(None if playable is None else playable.clip_id)
        if self.follows and playable is not None and playable.clip_id not in self._session.selection:
            self._session.select([playable.clip_id])
        if playable is not None and playable.clip_id not in self.lately[-1:]:
            self.lately = (*self.lately[-1:], playable.clip_id)
        self._show_traces()

    def _show_traces(self) -> None:
        playing = self._session.playing
        number = None if playing is None else self._session.columns.row_of(playing)
        if self._blind or playing is None or number is None:
            self._trace = self._predicted = None
            self.path_changed.emit(None, None)
            self.traces_changed.emit(None, None)
            return
        columns = self._session.columns
        self._trace = clip_traces.annotated(self._session.project, ClipId(playing))
        self._predicted = clip_traces.of_model_in_use(self._session, ClipId(playing))
        annotated = self._trace or clip_traces.level(columns.affect[number], columns.spread[number])
        self.path_changed.emit(
            *(None if one is None else one.affect for one in (self._trace, self._predicted))
        )
        self.traces_changed.emit(annotated, self._predicted or clip_traces.level(columns.prediction[number]))

    def _moved(self, position_s: float) -> None:
        now = clip_traces.place(self._trace, position_s)
        predicted = clip_traces.place(self._predicted, position_s, beyond_s=clip_traces.HALF_ROW_S)
        self.moved.emit(now, predicted)
