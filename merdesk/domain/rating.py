"""What a person answers about a clip or a pair of clips, and under which circumstances."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from merdesk.domain.affect import Affect
from merdesk.domain.clip import ClipId

Visible = Literal["title", "artist", "genre", "predictions", "ratings"]
"""What of a clip may be seen while it is rated."""
Tool = Literal["plane", "keys", "sliders", "figures", "trace", "pairs"]
Dimension = Literal["valence", "arousal"]
Outcome = Literal[-1, 0, 1]
DIMENSIONS: tuple[Dimension, Dimension] = ("valence", "arousal")
CONFIDENCES = (1, 2, 3, 4, 5)
"""From a guess to certain."""
GEMS_9 = (
    "wonder", "transcendence", "tenderness", "nostalgia", "peacefulness", "power", "joyful activation", "tension",
    "sadness",
)  # fmt: skip
"""Zentner, Grandjean & Scherer (2008), Emotions evoked by the sound of music, Emotion 8, 494-521."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Under what an answer was given.

    Attributes
    ----------
    gain_db
        Added to the clip while it played, without the volume control; None where it was not heard.
    loudness_matched
        True where the gain brings every clip to one loudness: loudness is a cue for arousal.
    visible
        What the annotator could see of the clip.
    blinded
        False outside of a study: order, repeats and what is seen are the annotator's own choice.
    tool
        What the answer was given with.
    heard_s
        Seconds of the clip that were played before, repeats counted again.
    n_plays
        How often it was begun; one less is the number of replays.
    """

    gain_db: float | None = None
    loudness_matched: bool = False
    visible: frozenset[Visible] = frozenset()
    blinded: bool = False
    tool: Tool = "plane"
    heard_s: float = 0.0
    n_plays: int = 0


UNKNOWN_CIRCUMSTANCES = Circumstances()


@dataclass(frozen=True, slots=True)
class Rating:
    """One answer for a whole clip on [-1, 1]; affect None is "can't say", which is an answer and no value.

    `categories` were chosen from a list that was offered, `tags` are the annotator's own words.

    Raises
    ------
    ValueError
        When a value is missing or outside [-1, 1], or the confidence is none of 1 to 5.
    """

    affect: Affect | None
    confidence: int | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    circumstances: Circumstances = field(default=UNKNOWN_CIRCUMSTANCES)
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        affect = self.affect
        if affect is not None and not (-1 <= affect.valence <= 1 and -1 <= affect.arousal <= 1):
            raise ValueError(f"a rating lies within -1..1, not at {affect}")
        if self.confidence is not None and self.confidence not in CONFIDENCES:
            raise ValueError(f"confidence is 1 to 5, not {self.confidence}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which of two clips has more of a dimension: outcome 1 the first, -1 the second, 0 neither."""

    first: ClipId
    second: ClipId
    dimension: Dimension
    outcome: Outcome

    def __post_init__(self) -> None:
        if self.first == self.second:
            raise ValueError(f"clip {self.first} cannot be compared with itself")
        if self.outcome not in (-1, 0, 1):
            raise ValueError(f"an outcome is -1, 0 or 1, not {self.outcome}")


def tags_of(text: str) -> tuple[str, ...]:
    """Tags that were typed with commas between them, each once, as they were spelt first.

    Examples
    --------
    >>> tags_of("calm, warm,, Calm ,night drive")
    ('calm', 'warm', 'night drive')
    """
    return _once(tag.strip() for tag in text.split(","))


def _once(tags: Iterable[str]) -> tuple[str, ...]:
    once: dict[str, str] = {}
    for tag in filter(None, tags):
        once.setdefault(tag.casefold(), tag)
    return tuple(once.values())
