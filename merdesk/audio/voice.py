"""What the mixer plays: a source of samples, the place in it, and how loud."""

from dataclasses import dataclass
from typing import Protocol

from merdesk.audio.playback import RAMP_S
from merdesk.domain.arrays import FloatArray


class Source(Protocol):
    """Stereo samples at the device's rate, perhaps still being decoded."""

    @property
    def n_frames(self) -> int | None:
        """Length, None while it is not known."""

    def aim(self, frame: int) -> None:
        """It is about to be read from this frame on."""

    def read(self, start: int, n: int) -> FloatArray:
        """Up to n frames [<=n, 2] from start; fewer, or none, where they are not decoded yet."""


@dataclass(slots=True)
class Voice:
    """A source that is being played: from which frame on, how loud."""

    source: Source
    token: int
    gain: float = 1.0
    fade_s: float = RAMP_S
    frame: int = 0
