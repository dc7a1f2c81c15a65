"""How far ahead of the loudspeaker sound is written: as little as goes well, more as soon as the machine is late."""

LATENCY_S = 0.05
"""To begin with; at 35 ms a busy machine gave clicks."""
LATENCY_MAX_S = 0.4
LATENCY_STEP = 4
"""One step to .2 s instead of two: each may be heard. At 100-200 ms a busy machine gave no clicks."""
NEAR = 0.7
"""Part of the latency by which a block may be late before more is asked for in silence, where nobody hears the change."""
DRY_MOST = 2
"""Times that a device runs dry until more is asked for while something plays: the change is a gap of some 80 ms."""
CALM_S = 15.0
"""After so long without a block that would have been late at the smaller latency, it is tried again, in silence."""
SETTLING_S = 0.3
"""What is late right after opening is the server's own."""


class Pace:
    """Takes note of how late each block is asked for, and says which latency that needs.

    `note` and `dry` belong to the audio thread, `review` to the one that opens devices.
    """

    def __init__(self) -> None:
        self.latency_s = LATENCY_S
        """What to ask for."""
        self.n_dry = 0
        """How often the device ran dry."""
        self._late_s = 0.0
        self._n_dry = 0
        self._begun_s = 0.0
        self._calm_since_s = 0.0

    def begin(self, at_s: float) -> None:
        """A device is opened."""
        self._begun_s = self._calm_since_s = at_s
        self._late_s, self._n_dry = 0.0, 0

    def note(self, at_s: float, late_s: float, *, dry: bool) -> None:
        """A block is asked for at this time, so much later than the one before it lasts; `dry`: the device said so.

        Sound servers keep it to themselves that they ran dry: what came later than all that was written tells it.
        """
        if at_s - self._begun_s < SETTLING_S:
            return
        self._late_s = max(self._late_s, late_s)
        if dry or late_s > self.latency_s:
            self.n_dry += 1
            self._n_dry += 1

    def review(self, at_s: float, *, playing: bool) -> None:
        """See what was noted since the last time; `latency_s` may be another afterwards."""
        late_s, self._late_s = self._late_s, 0.0
        before_s, less_s = self.latency_s, max(LATENCY_S, self.latency_s / LATENCY_STEP)
        if late_s > NEAR * less_s:
            self._calm_since_s = at_s
        if self._n_dry >= DRY_MOST or (not playing and (self._n_dry or late_s > NEAR * before_s)):
            self._n_dry = 0
            self.latency_s = min(LATENCY_MAX_S, LATENCY_STEP * before_s)
        elif not playing and at_s - self._calm_since_s > CALM_S:
            self.latency_s = less_s
