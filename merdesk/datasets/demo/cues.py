"""Musical cues of a clip, and the valence and arousal that listeners hear in them.

Signs and order of the weights follow the literature: a major mode raises valence, dissonance lowers it; loudness and
tempo carry arousal, then brightness and detached articulation; a quicker tempo and a higher register are also heard as
more positive. The numbers are this demo's own: studies agree on directions and on rough order, not on size.

References
----------
Gabrielsson & Lindstrom (2010), "The role of structure in the musical expression of emotions", in Handbook of Music and
Emotion, 367-400. Eerola, Friberg & Bresin (2013), "Emotional expression in music: contribution, linearity, and
additivity of primary musical cues", Front. Psychol. 4:487 (cues add up, nearly linearly). Juslin & Laukka (2003),
"Communication of emotions in vocal expression and music performance", Psychol. Bull. 129, 770-814 (cues are redundant:
performers use several at once).
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from merdesk.domain.arrays import FloatArray, frozen

NAMES = ("mode", "tempo", "loudness", "register", "articulation", "dissonance", "brightness")
"""Each in -1..1: minor to major, slow to quick, soft to loud, low to high, legato to staccato, and so on."""
WEIGHTS = np.array(
    [
        [0.42, 0.16, -0.04, 0.12, 0.10, -0.32, 0.00],
        [0.00, 0.34, 0.36, 0.06, 0.16, 0.08, 0.16],
    ]
)
"""Valence and arousal per unit of each cue, shape (2, 7)."""
MOST = 0.9
"""Means of many raters keep off the ends of a scale."""
EXPRESSION = np.array(
    [
        [0.95, 0.15, -0.05, 0.45, 0.20, -0.70, 0.05],
        [0.00, 0.80, 0.80, 0.15, 0.55, 0.15, 0.60],
    ]
)
"""How far a composer who means some valence and arousal moves each cue, shape (2, 7)."""
FREE = 0.3
"""Standard deviation of what moves a cue for other reasons."""
ARTIST = 0.12
"""Standard deviation of an artist's habit, the same in all of the artist's clips."""
STYLES = MappingProxyType(
    {
        "Classical": np.array([0.05, -0.10, -0.15, 0.00, -0.10, -0.05, -0.12]),
        "Jazz": np.array([0.08, 0.00, -0.08, 0.00, 0.05, 0.00, -0.08]),
        "Rock": np.array([-0.08, 0.05, 0.15, -0.05, 0.00, 0.08, 0.12]),
        "Electronic": np.array([0.00, 0.12, 0.08, 0.05, 0.08, -0.04, 0.08]),
    }
)
"""What a genre does to the cues on average, shape (7,): genres differ in affect through their cues alone.

Mean arousals lie up to .2 apart and mean valences .1. Far more, and the table of bias by genre would err: it expects of
every model that it pulls genres towards the mean, and one that hears the genre does not.
"""
MODES = ((1.0, (0, 2, 4, 5, 7, 9, 11)), (0.35, (0, 2, 4, 5, 7, 9, 10)), (-0.35, (0, 2, 3, 5, 7, 9, 10)),
         (-1.0, (0, 2, 3, 5, 7, 8, 10)))  # fmt: skip
"""Value of the cue and scale in semitones: ionian, mixolydian, dorian, aeolian."""


@dataclass(frozen=True, slots=True)
class Cues:
    """Cues of one clip, in the order of `NAMES`, shape (7,); `swell` is how far loudness rises through the clip."""

    values: FloatArray
    swell: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values, "f8"))
        if self.values.shape != (len(NAMES),) or not (abs(self.values) <= 1).all():
            raise ValueError(f"cues must be {len(NAMES)} values in -1..1, not {self.values}")

    def __getitem__(self, name: str) -> float:
        return float(self.values[NAMES.index(name)])

    @property
    def scale(self) -> tuple[int, ...]:
        """The mode's seven steps in semitones above the tonic."""
        return min(MODES, key=lambda mode: abs(mode[0] - self["mode"]))[1]

    @property
    def affect(self) -> FloatArray:
        """Valence and arousal that the cues express, shape (2,), on [-1, 1]."""
        return np.asarray(np.clip(WEIGHTS @ self.values, -MOST, MOST))


def draw_habit(rng: np.random.Generator) -> FloatArray:
    """What one artist does to the cues in every clip, shape (7,)."""
    return rng.normal(0, ARTIST, len(NAMES))


def draw_cues(rng: np.random.Generator, genre: str, habit: FloatArray) -> Cues:
    """Cues of a new clip: what it means to express, the genre's style, the artist's habit, and chance.

    Examples
    --------
    >>> cues = draw_cues(np.random.default_rng(1), "Jazz", np.zeros(7))
    >>> cues["mode"] in {1.0, 0.35, -0.35, -1.0}
    True
    """
    # Uniform over a disc: the whole plane is visited, its corners are not crowded.
    angle, radius = rng.uniform(0, 2 * np.pi), 1.15 * np.sqrt(rng.uniform())
    meant = np.array([np.cos(angle), np.sin(angle)]) * radius
    wanted = meant @ EXPRESSION + STYLES[genre] + habit + rng.normal(0, FREE, len(NAMES))
    values = np.clip(wanted, -1, 1)
    values[0] = min((value for value, _ in MODES), key=lambda value: abs(value - wanted[0]))
    return Cues(values, swell=float(rng.uniform(-1, 1)))
