"""A and B: two clips at the same loudness, heard in turn at the same place."""

import math
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from merdesk.audio.loudness import TARGET_LUFS
from merdesk.errors import AudioError
from merdesk.ui.player.playback import Playable, Playback

Side = Literal["A", "B"]


class Comparison(QObject):
    """Two clips in place of one; ends when something else is played.

    Signals
    -------
    changed
        It began or ended, or the other clip is heard now.
    """

    changed = Signal()

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self.clips: tuple[Playable, Playable] | None = None
        self.lufs = math.nan
        playback.clip_changed.connect(self._on_clip_changed)

    @property
    def side(self) -> Side | None:
        """Which of the two is heard; None while nothing is compared."""
        if self.clips is None:
            return None
        return "A" if self._playback.current == self.clips[0] else "B"

    def start(self, first: Playable, second: Playable) -> None:
        """Compare these two; the first goes on where it plays, or begins.

        Raises
        ------
        AudioError
            When the loudness of one is not known.
        """
        clips, lufs = equally_loud(first, second)
        playback = self._playback
        goes_on = playback.current is not None and playback.current.clip_id == first.clip_id
        self.clips, self.lufs = clips, lufs
        playback.hold(True)
        if goes_on:
            playback.hand_over(clips[0])
        else:
            playback.play(clips[0])
        playback.prefetch(clips[1])

    def switch(self) -> None:
        """Hear the other one at the same place; where that one is shorter, from its start."""
        if self.clips is None:
            return
        other = self.clips[1 if self.side == "A" else 0]
        playback = self._playback
        length_s = other.request.duration_s or math.inf
        beyond = playback.now_s >= length_s
        playback.hand_over(other)
        if beyond:
            playback.seek(0.0)

    def end(self) -> None:
        """Stay with the clip that is heard, and go on with the queue after it."""
        if self.clips is not None:
            self.clips = None
            self._playback.hold(False)
            self.changed.emit()

    def _on_clip_changed(self, playable: Playable | None) -> None:
        if self.clips is None:
            return
        if playable in self.clips:
            self.changed.emit()
        else:
            self.end()


def equally_loud(first: Playable, second: Playable) -> tuple[tuple[Playable, Playable], float]:
    """Two clips with gains that make them equally loud, and that loudness in LUFS.

    Neither is amplified above its file: amplification may end at the peak limit, attenuation never does.

    Raises
    ------
    AudioError
        When the loudness of one is not known.
    """
    for playable in (first, second):
        if not math.isfinite(playable.lufs):
            raise AudioError(
                f"How loud {playable.title} is was not measured yet; extract its features, then compare."
            )
    lufs = min(TARGET_LUFS, first.lufs, second.lufs)
    a, b = (replace(one, request=replace(one.request, gain_db=lufs - one.lufs)) for one in (first, second))
    return (a, b), lufs
