"""The plan of a listening study, as a value that travels as a JSON file, and the order in which a person meets it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast, get_args

import numpy as np

from merdesk.domain.rating import Visible
from merdesk.errors import ProjectError

Task = Literal["point", "trace"]
Part = Literal["practice", "item", "anchor", "repeat"]
"""Why a clip is met: to practise, for its rating, to compare with a known answer, or once more."""
Gain = Literal["published", "matched"]
KIND = "merdesk study plan"
VERSION = 1
MAX_CLIPS = 5000
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
    """One thing that a person is asked, at a place of the person's own order."""

    position: int
    task: Task
    part: Part
    clip: ClipRef


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
        Clips that come once more, for test-retest, in the point task.
    break_every
        Answers between two breaks, which is the size of a balanced block, too; 0 for none.
    least_s
        Seconds to be heard before an answer counts.
    gain
        Every clip as published, or all at one loudness; loudness is a cue for arousal, so it is fixed.
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
        if not 0 <= self.n_repeats <= len(self.clips):
            raise ValueError("it repeats more clips than it has")
        if not (0 <= self.break_every <= MAX_CLIPS and 0 <= self.least_s <= 3600):
            raise ValueError("its breaks or its least time of listening are out of range")
        if max(map(len, (self.title, self.instructions, self.consent, *self.questions))) > MAX_TEXT:
            raise ValueError("one of its texts is too long")

    def items(self, person: str) -> tuple[Item, ...]:
        """What this person is asked, in an order that is always the same for this name and differs between names.

        Practice comes first, then for each task the clips in blocks over which genres are balanced, anchors among them;
        clips that come once more are early ones, and stand at the end of the point task.
        """
        made: list[tuple[Task, Part, ClipRef]] = []
        for task in self.tasks:
            rng = np.random.default_rng(_seed(self.uid, self.seed, person, task))
            order: list[tuple[Task, Part, ClipRef]] = [
                (task, "item", clip) for clip in _balanced(self.clips, self.break_every, rng)
            ]
            if task == "point":
                for anchor in self.anchors:
                    order.insert(int(rng.integers(len(order) + 1)), (task, "anchor", anchor.clip))
                early = [clip for _, part, clip in order if part == "item"]
                early = early[: max(self.n_repeats, len(early) // 2)]
                chosen = sorted(rng.permutation(len(early))[: self.n_repeats])
                order += [(task, "repeat", early[number]) for number in chosen]
            made += [(task, "practice", clip) for clip in self.practice] + order
        return tuple(Item(position, *about) for position, about in enumerate(made))


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


# As a file


def to_json(plan: StudyPlan) -> str:
    """The plan as a JSON document."""
    record = {"kind": KIND, "version": VERSION, **asdict(plan)}
    return json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str, name: str = "The file") -> StudyPlan:
    """Read a plan that `to_json` made; `name` is the file's, for the message.

    Raises
    ------
    ProjectError
        When it is none: texts, counts and numbers are checked, and nothing is taken on trust.
    """
    try:
        return plan_of(checked(json.loads(text), KIND))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise ProjectError(f"{name} is no study plan ({reason(error)}); ask for the file again.") from error


def checked(record: Any, kind: str) -> Mapping[str, Any]:
    """A document that says to be of this kind and of our version; ValueError for another."""
    if not isinstance(record, dict) or record.get("kind") != kind:
        raise ValueError("it says nothing of a study")
    if record.get("version") != VERSION:
        raise ValueError("it was written by another version of merdesk")
    return record


def reason(error: Exception) -> str:
    """Why a file is none of ours, in a few words."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, json.JSONDecodeError | RecursionError | OverflowError):
        return "it is damaged"
    return str(error)[:120]


def plan_of(record: Mapping[str, Any]) -> StudyPlan:
    """A plan of JSON values; ValueError, TypeError, KeyError or AttributeError when they are others."""
    return StudyPlan(
        uid=_text(record["uid"]),
        title=_text(record["title"]),
        clips=tuple(map(clip_of, _list(record["clips"]))),
        tasks=cast("tuple[Task, ...]", tuple(map(_text, _list(record["tasks"])))),
        instructions=_text(record["instructions"]),
        consent=_text(record["consent"]),
        questions=tuple(map(_text, _list(record["questions"]))),
        practice=tuple(map(clip_of, _list(record["practice"]))),
        anchors=tuple(
            Anchor(clip_of(one["clip"]), _number(one["valence"]), _number(one["arousal"]))
            for one in _list(record["anchors"])
        ),
        visible=cast("tuple[Visible, ...]", tuple(map(_text, _list(record["visible"])))),
        n_repeats=_whole(record["n_repeats"]),
        break_every=_whole(record["break_every"]),
        least_s=_number(record["least_s"]),
        gain=cast("Gain", _text(record["gain"])),
        seed=_whole(record["seed"]),
    )


def clip_of(record: Mapping[str, Any]) -> ClipRef:
    """What names a clip, of JSON values."""
    return ClipRef(*(_text(record[name]) for name in ("dataset", "source_id", "digest", "stratum")))


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list) or len(value) > MAX_CLIPS:
        raise ValueError("a list is none, or too long")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError("a text is none, or too long")
    value.encode()  # a lone surrogate raises here, not when it is written
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise ValueError("a count is none")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number is none")
    return float(value)
