"""Simulated listeners: what they say of a clip once, and while it plays."""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.arrays import FloatArray
from merdesk.domain.source import SourceRating, SourceTrace

DISAGREEMENT = 0.3
"""Standard deviation of one rating around what the clip expresses, on [-1, 1]; EmoMusic's median is .40."""
SEVERITY = 0.08
"""Standard deviation of how far a rater's ratings lie too high or too low as a whole."""
TRACE_NOISE = 0.25
"""The same for one rater's trace, which wanders slowly."""
TRACE_RATE_HZ = 2.0
TRACE_FROM_S = 1.0
"""Nobody knows a clip from its first moment."""
SWELL_AROUSAL = 0.2
"""Arousal that a full swell adds from the clip's middle to its end, and lacks at its start."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The raters of one dataset, and how they answer.

    `step` is the distance of two answers on the native scale: 1 for a row of buttons, .01 for a slider.
    """

    n_raters: int
    scale: AffectScale
    step: float

    def rate(self, truth: FloatArray, rng: np.random.Generator) -> SourceRating:
        """Mean and standard deviation (ddof 0) of the panel's ratings of a clip, native.

        Parameters
        ----------
        truth
            Valence and arousal that the clip expresses, shape (2,), on [-1, 1].
        """
        severity = rng.normal(0, SEVERITY, (self.n_raters, 2))
        heard = truth + severity + rng.normal(0, DISAGREEMENT, (self.n_raters, 2))
        native = self.scale.to_native(np.clip(heard, -1, 1))
        low = self.scale.to_native([[-1.0, -1.0]])
        said = low + np.round((native - low) / self.step) * self.step
        (valence, arousal), (valence_std, arousal_std) = np.round([said.mean(axis=0), said.std(axis=0)], 4)
        return SourceRating(
            float(valence), float(arousal), float(valence_std), float(arousal_std), n_raters=self.n_raters
        )

    def follow(
        self, truth: FloatArray, swell: float, duration_s: float, rng: np.random.Generator
    ) -> SourceTrace:
        """Mean and standard deviation of the panel's traces on [-1, 1], 2 Hz, from second 1 on."""
        time_s = np.arange(TRACE_FROM_S, duration_s, 1 / TRACE_RATE_HZ)
        course = np.zeros((len(time_s), 2))
        course[:, 1] = SWELL_AROUSAL * swell * (2 * time_s / duration_s - 1)
        own = rng.normal(0, TRACE_NOISE, (self.n_raters, 1, 2))
        steps = rng.normal(0, TRACE_NOISE / 4, (self.n_raters, len(time_s), 2))
        followed = np.clip(truth + course + own + np.cumsum(steps, axis=1), -1, 1)
        return SourceTrace(time_s, followed.mean(axis=0), UNIT_SCALE, followed.std(axis=0))
