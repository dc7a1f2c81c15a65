"""Commands about what is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from merdesk.domain.columns import ClipFlag
from merdesk.errors import AudioError
from merdesk.exploration.along_line import along_line
from merdesk.ui.player.playback import Playable
from merdesk.ui.session import Session

if TYPE_CHECKING:
    from merdesk.ui.workspace import Workspace

TWO = "Select two clips in the plane or the table, or play one after the other, and choose this again."


class PlayCommands:
    """Commands that `Commands` has beside its own."""

    _workspace: Workspace
    _session: Session

    def play_pause(self) -> None:
        """Play or pause; begins with the selected clip."""
        self._workspace.toggle_play()

    def next_clip(self) -> None:
        """Play the next clip."""
        self._workspace.playback.next()

    def previous_clip(self) -> None:
        """Play the previous clip."""
        self._workspace.playback.previous()

    def play_selection(self) -> None:
        """Play the selected clips one after the other."""
        columns = self._session.columns
        rows = columns.rows_of(self._session.selection)
        playable = rows[columns.flagged(ClipFlag.HAS_AUDIO)[rows]]
        self._workspace.play_queue(columns.ids[playable].tolist())

    def play_line(self) -> None:
        """Play what lies between two clips in the plane, in the order in which one passes it."""
        columns = self._session.columns
        start, stop = (columns.affect[columns.row_of(clip_id)] for clip_id in self._two())
        if not np.isfinite([start, stop]).all() or (start == stop).all():
            raise AudioError("A line needs two clips at different places of the plane; select two others.")
        heard = self._session.visible & columns.flagged(ClipFlag.HAS_AUDIO)
        rows = along_line(np.where(heard[:, None], columns.affect, np.nan), start, stop)
        self._workspace.play_queue(columns.ids[rows].tolist())

    def compare_clips(self) -> None:
        """Hear two clips in turn at the same loudness and place; again ends it."""
        comparison = self._workspace.player.comparison
        if comparison.clips is not None:
            comparison.end()
            return
        first, second = self._two()
        if second == self._session.playing:
            first, second = second, first
        comparison.start(self._playable(first), self._playable(second))

    def other_clip(self) -> None:
        """Hear the other one of two clips that are compared."""
        self._workspace.player.comparison.switch()

    def queue(self) -> None:
        """Show or hide what comes next."""
        self._workspace.player.toggle_queue()

    def loop_from(self) -> None:
        """Repeat from what is heard now."""
        self._workspace.playback.loop_from_here()

    def loop_until(self) -> None:
        """Repeat until what is heard now."""
        self._workspace.playback.loop_until_here()

    def loop(self) -> None:
        """Repeat the clip, or end the repetition."""
        playback = self._workspace.playback
        playback.set_loop(not playback.looping)

    def shuffle(self) -> None:
        """Play the queue in any order, or as it was given."""
        playback = self._workspace.playback
        playback.set_shuffle(not playback.shuffling)

    def output_device(self) -> None:
        """Choose where the sound comes out."""
        self._workspace.player.options.show_devices()

    def _two(self) -> tuple[int, int]:
        """The first two selected clips, else the last two that were heard."""
        selection = self._session.selection
        if len(selection) > 1:
            return selection[0], selection[1]
        lately = self._workspace.listening.lately
        if len(lately) > 1:
            return lately[-2], lately[-1]
        raise AudioError(TWO)

    def _playable(self, clip_id: int) -> Playable:
        return self._workspace.listening.playable(clip_id)
