"""What plays now and what comes next: a queue of clips in front of the player process."""

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from merdesk.audio.envelope import Envelope
from merdesk.audio.playback import PlayerState
from merdesk.ui.player.client import Playable, PlayerClient
from merdesk.ui.player.queued import Queued

__all__ = ["Playable", "Playback"]

POLL_MS = 40
LOOK_AHEAD = 10
"""Clips without sound that are passed over when the next one is joined."""
BACK_TO_START_S = 3.0
"""Previous goes to the clip's start when more than this was heard, else to the clip before."""
SHORTEST_LOOP_S = 0.1


class Playback(Queued):
    """Plays clips of a queue and tells about it; asks the player every 40 ms while something plays.

    Signals: `clip_changed` the `Playable` that plays or None; `position_changed` seconds; `state_changed` a
    `PlayerState` whose status, device or message is another; `envelope_changed` the `Envelope` or None;
    `queue_changed` the queue or the place in it is another; `nothing_to_play` play was wanted with an empty queue.
    """

    clip_changed = Signal(object)
    position_changed = Signal(float)
    state_changed = Signal(object)
    envelope_changed = Signal(object)
    nothing_to_play = Signal()

    def __init__(
        self,
        player: PlayerClient,
        find: Callable[[int], Playable | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._player = player
        self._find = find
        self.device = ""
        """The output device that was chosen, empty for the system's choice."""
        self._current: Playable | None = None
        self._upcoming: tuple[int, Playable] | None = None
        self._state = PlayerState()
        self._envelope: Envelope | None = None
        self._token = 0
        self._autoplay = True
        self._looping = self._held = False
        self._region_s: tuple[float, float] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    # What is

    @property
    def current(self) -> Playable | None:
        """The clip that plays or is paused."""
        return self._current

    @property
    def state(self) -> PlayerState:
        """What the player said last."""
        return self._state

    @property
    def now_s(self) -> float:
        """What is heard at this moment, finer than `position_changed` tells."""
        return self._player.state().position_s

    @property
    def duration_s(self) -> float:
        """Length of the clip, as decoded or else as asked for; 0 while unknown."""
        if self._current is None:
            return 0.0
        known = self._state.duration_s if self._state.token == self._token else 0.0
        return known or self._current.request.duration_s or 0.0

    @property
    def envelope(self) -> Envelope | None:
        """Waveform of the current clip, None until it is decoded."""
        return self._envelope

    @property
    def looping(self) -> bool:
        """True while the clip, or a part of it, is repeated."""
        return self._looping

    @property
    def region_s(self) -> tuple[float, float] | None:
        """The part of the clip that is repeated; None for all of it, or while nothing is."""
        return self._region_s

    @property
    def autoplay(self) -> bool:
        """True while the next clip follows by itself."""
        return self._autoplay

    @property
    def devices(self) -> tuple[str, ...]:
        """Names of the output devices, empty while they are not known."""
        return self._player.devices

    @property
    def played_on(self) -> str:
        """Name of the device that plays, the system's choice too; empty without one."""
        return self._player.played_on

    def find(self, clip_id: int) -> Playable | None:
        """A clip as the player needs it, None when it has no sound."""
        return self._find(clip_id)

    # What is wanted

    def play_clip(self, clip_id: int) -> bool:
        """Play a clip from its start; False when it has no sound."""
        playable = self._find(clip_id)
        if playable is None:
            return False
        self.play(playable)
        return True

    def play(self, playable: Playable) -> None:
        """Play this from its start."""
        self._token = self._player.load(playable.request, play=True)
        self._enter(playable)
        self._timer.start()
        self._poll()

    def hand_over(self, playable: Playable) -> None:
        """Play this at the place, and in the state, in which the current clip is."""
        position_s = self.now_s
        region_s = self._region_s
        self._token = self._player.switch(playable.request)
        self._enter(playable, position_s)
        if region_s is not None:
            self.set_region(*region_s)
        self._timer.start()
        self._poll()

    def prefetch(self, playable: Playable) -> None:
        """Decode ahead what will probably be played."""
        self._player.prefetch(playable.request)

    def hold(self, held: bool) -> None:
        """Stay with what plays: while held, nothing follows by itself."""
        self._held = held
        self._join_next()

    def toggle(self) -> None:
        """Pause, or go on; a clip that has ended begins again, and with nothing loaded the queue begins."""
        if self._current is None:
            if not self._play_first(self.after):
                self.nothing_to_play.emit()
        elif self._state.status in ("playing", "loading"):
            self._player.pause()
            self._poll()
        else:
            if self._state.status == "ended":
                self._player.seek(0.0)
            self._player.play()
            self._timer.start()
            self._poll()

    def seek(self, position_s: float) -> None:
        """Go on from another place of the clip."""
        if self._current is not None:
            self._player.seek(min(max(position_s, 0.0), self.duration_s or math.inf))
            self._timer.start()

    def skip(self, step_s: float) -> None:
        """Seek from where it is."""
        self.seek(self._state.position_s + step_s)

    def next(self) -> None:
        """Play the next clip of the queue that has sound."""
        self._play_first(self.after)

    def previous(self) -> None:
        """Back to the start of the clip, or to the clip before when it has just begun."""
        if self._state.position_s > BACK_TO_START_S or self._current is None:
            self.seek(0.0)
            return
        if not self._play_first(self._queue.before(self._current_id())):
            self.seek(0.0)

    def set_volume(self, volume: float) -> None:
        """Volume between 0 and 1."""
        self._player.set_volume(volume)

    def set_device(self, name: str) -> None:
        """Play through the device of this name, empty for the system's choice."""
        self.device = name
        self._player.set_device(name or None)

    def set_autoplay(self, autoplay: bool) -> None:
        """Go on to the next clip of the queue by itself."""
        self._autoplay = autoplay
        self._requeue(self._queue)

    def set_loop(self, looping: bool) -> None:
        """Repeat the clip until told otherwise; the end of a part's repetition, too."""
        self._looping, self._region_s = looping, None
        self._apply_loop()
        self.state_changed.emit(self._state)

    def set_region(self, start_s: float, stop_s: float) -> None:
        """Repeat a part of the clip until told otherwise, or until another clip is played."""
        if self._current is None:
            return
        start_s, stop_s = sorted((max(start_s, 0.0), min(stop_s, self.duration_s or math.inf)))
        if stop_s - start_s < SHORTEST_LOOP_S:
            return
        self._looping, self._region_s = True, (start_s, stop_s)
        self._apply_loop()
        if not start_s <= self.now_s < stop_s:
            self.seek(start_s)
        self.state_changed.emit(self._state)

    def loop_from_here(self) -> None:
        """Repeat from what is heard now to the end of the part, or of the clip."""
        now_s, region_s = self.now_s, self._region_s
        self.set_region(now_s, region_s[1] if region_s and region_s[1] > now_s else self.duration_s)

    def loop_until_here(self) -> None:
        """Repeat from the start of the part, or of the clip, to what is heard now."""
        now_s, region_s = self.now_s, self._region_s
        self.set_region(region_s[0] if region_s and region_s[0] < now_s else 0.0, now_s)

    def stop(self) -> None:
        """Let go of the clip."""
        self._timer.stop()
        self._player.stop()
        self._current = self._upcoming = self._envelope = None
        self._state = PlayerState(device=self._state.device, message=self._state.message)
        self.clip_changed.emit(None)
        self.envelope_changed.emit(None)
        self.state_changed.emit(self._state)

    # How

    def _current_id(self) -> int | None:
        return None if self._current is None else self._current.clip_id

    def _play_first(self, clip_ids: Sequence[int]) -> bool:
        return any(self.play_clip(clip_id) for clip_id in clip_ids)

    def _enter(self, playable: Playable, position_s: float = 0.0) -> None:
        self._current, self._upcoming, self._envelope = playable, None, None
        if self._region_s is not None:
            self._looping, self._region_s = False, None
        self.clip_changed.emit(playable)
        self.envelope_changed.emit(None)
        self.position_changed.emit(position_s)
        self._apply_loop()
        self._join_next()
        self.queue_changed.emit()

    def _apply_loop(self) -> None:
        if self._region_s is not None:
            self._player.set_loop(*self._region_s)
        elif self._looping and self._state.token == self._token and self._state.duration_s > 0:
            self._player.set_loop(0.0, self._state.duration_s)
        elif not self._looping:
            self._player.set_loop(None)

    def _join_next(self) -> None:
        """Hand the next clip to the player now, so that it follows without a gap."""
        if self._current is None:
            return
        after = self.after[:LOOK_AHEAD] if self._autoplay and not self._held else ()
        following = next(filter(None, map(self._find, after)), None)
        joined = self._upcoming[1] if self._upcoming is not None else None
        if following != joined:
            token = self._player.queue_next(following.request if following else None)
            self._upcoming = (token, following) if following else None

    def _poll(self) -> None:
        state, before = self._player.state(), self._state
        self._state = state
        if self._upcoming is not None and state.token == self._upcoming[0]:
            self._token = state.token
            self._enter(self._upcoming[1])
        if state.token == self._token and (state.token, state.duration_s) != (
            before.token,
            before.duration_s,
        ):
            self._apply_loop()
        if self._envelope is None and (envelope := self._player.samples()) is not None:
            self._envelope = envelope
            self.envelope_changed.emit(envelope)
        if state.position_s != before.position_s:
            self.position_changed.emit(state.position_s)
        if _told(state) != _told(before):
            self.state_changed.emit(state)
        self._rest(state)

    def _rest(self, state: PlayerState) -> None:
        goes_on = self._autoplay and not self._looping and not self._held
        if state.status == "ended" and state.token == self._token and goes_on:
            self._timer.stop()
            self.next()
        elif state.status == "idle" or (state.status in ("paused", "ended") and self._envelope is not None):
            self._timer.stop()


def _told(state: PlayerState) -> tuple[object, ...]:
    return (state.status, state.device, state.message, state.token, state.duration_s)
