"""The plan of a listening study, and the order in which a person meets it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from merdesk.domain.rating import Visible

Task = Literal["point", "trace", "pairs"]
Part = Literal["practice", "item", "anchor", "repeat"]
"""Why a clip is met: to practise, for its rating, to compare with a known answer, or once more."""
Gain = Literal["published", "matched"]
With = Literal["plane", "figures"]
MAX_CLIPS = 5000
MAX_ROUNDS = 10
MAX_CATEGORIES = 30
MAX_TEXT = 20_000
"""Characters; a longer text is no instruction that anybody reads."""


@dataclass(frozen=True, slots=True)
class ClipRef:
    """A clip by what names it on any machine: dataset and source id, and the digest of its audio where it is known.

    `stratum` is what blocks are balanced over (its genre, or its dataset).
    """

    dataset: str
    source_id: str
    digest: str = ""
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A clip with a known answer on [-1, 1]."""

    clip: ClipRef
    valence: float
    arousal: float

    def __post_init__(self) -> None:
        if not (-1 <= self.valence <= 1 and -1 <= self.arousal <= 1):
            raise ValueError("an anchor lies outside of -1..1")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a person is asked, at a place of the person's own order; `second` is there in the pairs task."""

    position: int
    task: Task
    part: Part
    clip: ClipRef
    second: ClipRef | None = None

    @property
    def clips(self) -> tuple[ClipRef, ...]:
        """What is heard for it."""
        return (self.clip,) if self.second is None else (self.clip, self.second)


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """What everybody in a study is asked, and how.

    Attributes
    ----------
    uid
        Names the study on every machine.
    instructions, consent
        Markdown that is read before; without consent text nobody is asked to agree.
    questions
        About the annotator's background; each may be left unanswered.
    visible
        What of a clip is shown; nothing by default. Predictions and others' ratings never are.
    n_repeats
        Clips that come once more, for test-retest, in the point task, and pairs in the pairs task.
    break_every
        Answers between two breaks, which is the size of a balanced block, too; 0 for none.
    least_s
        Seconds to be heard before an answer counts.
    gain
        Every clip as published, or all at one loudness; loudness is a cue for arousal, so it is fixed.
    n_rounds
        Rounds of the pairs task; in each, every clip is met in two pairs.
    categories
        Words of which any may be chosen beside a rating; none are offered where there are none.
    tool
        What points are given with first: the plane with keys and sliders, or figures.
    """

    uid: str
    title: str
    clips: tuple[ClipRef, ...]
    tasks: tuple[Task, ...] = ("point",)
    instructions: str = ""
    consent: str = ""
    questions: tuple[str, ...] = ()
    practice: tuple[ClipRef, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    visible: tuple[Visible, ...] = ()
    n_repeats: int = 0
    break_every: int = 20
    least_s: float = 0.0
    gain: Gain = "published"
    seed: int = 0
    n_rounds: int = 1
    categories: tuple[str, ...] = ()
    tool: With = "plane"

    def __post_init__(self) -> None:
        if not self.uid or not self.title.strip():
            raise ValueError("it has no name")
        if not 1 <= len(self.clips) <= MAX_CLIPS or len(self.practice) + len(self.anchors) > MAX_CLIPS:
            raise ValueError(f"a study has 1 to {MAX_CLIPS:,} clips")
        if len(set(self.clips)) < len(self.clips):
            raise ValueError("it names a clip twice")
        if not self.tasks or len(set(self.tasks)) < len(self.tasks) or set(self.tasks) - set(get_args(Task)):
            raise ValueError("its tasks are none that merdesk knows")
        if set(self.visible) - {"title", "artist", "genre"} or self.gain not in get_args(Gain):
            raise ValueError("what is visible, or the gain, is nothing that merdesk knows")
        self._check_numbers()
        texts = (self.title, self.instructions, self.consent, *self.questions, *self.categories)
        if max(map(len, texts)) > MAX_TEXT:
            raise ValueError("one of its texts is too long")

    def _check_numbers(self) -> None:
        if not 0 <= self.n_repeats <= len(self.clips):
            raise ValueError("it repeats more clips than it has")
        if not (0 <= self.break_every <= MAX_CLIPS and 0 <= self.least_s <= 3600):
            raise ValueError("its breaks or its least time of listening are out of range")
        if not 1 <= self.n_rounds <= MAX_ROUNDS or ("pairs" in self.tasks and len(self.clips) < 2):
            raise ValueError("its pairs cannot be made")
        if len(self.categories) > MAX_CATEGORIES or self.tool not in get_args(With):
            raise ValueError("its categories, or what is rated with, are nothing that merdesk offers")

    def items(self, person: str) -> tuple[Item, ...]:
        """What this person is asked, in an order that is always the same for this name and differs between names.

        Practice comes first, then for each task the clips in blocks over which genres are balanced, anchors among them;
        clips that come once more are early ones, and stand at the end of their task. Pairs are the same for everybody.
        """
        made: list[tuple[Task, Part, ClipRef, ClipRef | None]] = []
        for task in self.tasks:
            rng = np.random.default_rng(_seed(self.uid, self.seed, person, task))
            made += self._pairs(rng) if task == "pairs" else self._clips(task, rng)
        return tuple(Item(position, *about) for position, about in enumerate(made))

    def _clips(self, task: Task, rng: np.random.Generator) -> list[tuple[Task, Part, ClipRef, None]]:
        order: list[tuple[Task, Part, ClipRef, None]] = [
            (task, "item", clip, None) for clip in _balanced(self.clips, self.break_every, rng)
        ]
        if task == "point":
            for anchor in self.anchors:
                order.insert(int(rng.integers(len(order) + 1)), (task, "anchor", anchor.clip, None))
            early = [clip for _, part, clip, _ in order if part == "item"]
            early = early[: max(self.n_repeats, len(early) // 2)]
            chosen = sorted(rng.permutation(len(early))[: self.n_repeats])
            order += [(task, "repeat", early[number], None) for number in chosen]
        return [*((task, "practice", clip, None) for clip in self.practice), *order]

    def _pairs(self, rng: np.random.Generator) -> list[tuple[Task, Part, ClipRef, ClipRef]]:
        pairs = self.pairs()
        turned = rng.random(len(pairs)) < 0.5
        asked = [pairs[number][:: -1 if turned[number] else 1] for number in rng.permutation(len(pairs))]
        early = asked[: max(self.n_repeats, len(asked) // 2)]
        # The other way round, so that somebody who prefers a side does not seem to be of one mind.
        again = [early[number][::-1] for number in sorted(rng.permutation(len(early))[: self.n_repeats])]
        practice = list(zip(self.practice[::2], self.practice[1::2], strict=False))
        parts: tuple[tuple[Part, list[tuple[ClipRef, ClipRef]]], ...] = (
            ("practice", practice),
            ("item", asked),
            ("repeat", again),
        )
        return [("pairs", part, *pair) for part, some in parts for pair in some]

    def pairs(self) -> list[tuple[ClipRef, ClipRef]]:
        """The pairs of the pairs task: in each round a circle through all clips, so that answers join every clip.

        A circle of step d joins each clip with the d-th next of one order that the seed draws, and one circle of step
        1 already joins all; every clip is met equally often, which no random draw of pairs gives.
        """
        order = np.random.default_rng(_seed(self.uid, self.seed)).permutation(len(self.clips)).tolist()
        n = len(order)
        once: dict[frozenset[int], tuple[ClipRef, ClipRef]] = {}
        for step in range(1, self.n_rounds + 1):
            for place in range(n):
                one, other = order[place], order[(place + step) % n]
                if one != other:
                    once.setdefault(frozenset((one, other)), (self.clips[one], self.clips[other]))
        return list(once.values())


def _seed(*words: object) -> int:
    digest = hashlib.blake2b(repr(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _balanced(clips: Sequence[ClipRef], block: int, rng: np.random.Generator) -> list[ClipRef]:
    """Any order in which each block has about the same share of each stratum."""
    shuffled = [clips[number] for number in rng.permutation(len(clips))]
    n_blocks = -(-len(clips) // block) if block else 1
    blocks: list[list[ClipRef]] = [[] for _ in range(n_blocks)]
    for number, clip in enumerate(sorted(shuffled, key=lambda clip: clip.stratum)):
        blocks[number % n_blocks].append(clip)
    return [one[number] for one in blocks for number in rng.permutation(len(one))]
