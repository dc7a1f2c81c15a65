"""What the window's player needs: something that makes the sound, and clips as it takes them."""

import math
from dataclasses import dataclass
from typing import Protocol

from merdesk.audio.envelope import Envelope
from merdesk.audio.playback import PlayerState, PlayRequest


class PlayerClient(Protocol):
    """What is asked of the player; `merdesk.audio.player.Player` does it in a process of its own."""

    def load(self, request: PlayRequest, *, play: bool = False) -> int:
        """Take another clip, and start it; the answer is the token by which its state is known."""

    def switch(self, request: PlayRequest) -> int:
        """Take another clip at the place and in the state of the present one; the answer is its token."""

    def prefetch(self, request: PlayRequest) -> None:
        """Decode a clip that may be played soon."""

    def play(self) -> None:
        """Start or go on."""

    def pause(self) -> None:
        """Stop where it is."""

    def seek(self, position_s: float) -> None:
        """Go on from another place."""

    def stop(self) -> None:
        """Let go of the clip."""

    @property
    def devices(self) -> tuple[str, ...]:
        """Names of the output devices, empty while not known."""

    @property
    def played_on(self) -> str:
        """Name of the device that plays, empty without one."""

    def set_device(self, name: str | None) -> None:
        """Play through the device of this name, None for the system's choice."""

    def set_volume(self, volume: float) -> None:
        """Volume between 0 and 1."""

    def set_loop(self, start_s: float | None, stop_s: float | None = None) -> None:
        """Repeat a region; None ends it."""

    def queue_next(self, request: PlayRequest | None) -> int:
        """Join this clip to the end of the one that plays, None for nothing; the answer is its token."""

    def state(self) -> PlayerState:
        """How it is now."""

    def samples(self) -> Envelope | None:
        """The waveform of the clip, once it is decoded."""


@dataclass(frozen=True, slots=True)
class Playable:
    """A clip as the player needs it; `lufs` is NaN where the loudness was not measured."""

    clip_id: int
    title: str
    request: PlayRequest
    lufs: float = math.nan
