"""What was heard of each clip before it was rated: how long, how often, and how loud."""

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from merdesk.audio.loudness import TARGET_LUFS
from merdesk.ui.player.playback import Playable, Playback

LEAP_S = 1.0
"""A position that moves further between two looks was moved by hand, and what lies between was not heard."""
BEGINNING_S = 0.5
"""Back to here from somewhere later is another play."""


@dataclass(frozen=True, slots=True)
class Listened:
    """Seconds and plays of one clip, and the gain it was played with, None before it was played."""

    heard_s: float = 0.0
    n_plays: int = 0
    gain_db: float | None = None
    loudness_matched: bool = False


class Heard(QObject):
    """Watches the player; `grown` says that more was heard of the clip of this id."""

    grown = Signal(int)

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._by_clip: dict[int, Listened] = {}
        self._clip_id: int | None = None
        self._last_s = 0.0
        playback.clip_changed.connect(self._begin)
        playback.position_changed.connect(self._move)

    def of(self, clip_id: int) -> Listened:
        """What was heard of a clip since it was last rated."""
        return self._by_clip.get(clip_id, Listened())

    def forget(self, clip_id: int) -> None:
        """Count anew: the clip is rated."""
        known = self.of(clip_id)
        # A clip that goes on playing was begun once already.
        n_plays = int(clip_id == self._clip_id)
        self._by_clip[clip_id] = replace(known, heard_s=0.0, n_plays=n_plays)

    def _begin(self, playable: Playable | None) -> None:
        self._clip_id = None if playable is None else playable.clip_id
        self._last_s = 0.0
        if playable is not None:
            gain_db = playable.request.gain_db
            matched = math.isclose(gain_db, TARGET_LUFS - playable.lufs, abs_tol=1e-6)
            known = self.of(playable.clip_id)
            self._by_clip[playable.clip_id] = Listened(known.heard_s, known.n_plays + 1, gain_db, matched)

    def _move(self, position_s: float) -> None:
        step_s, self._last_s = position_s - self._last_s, position_s
        if self._clip_id is None:
            return
        known = self.of(self._clip_id)
        if 0 < step_s <= LEAP_S:
            self._by_clip[self._clip_id] = replace(known, heard_s=known.heard_s + step_s)
        elif step_s < -BEGINNING_S and position_s < BEGINNING_S:
            self._by_clip[self._clip_id] = replace(known, n_plays=known.n_plays + 1)
        self.grown.emit(self._clip_id)
