"""A study plan as a JSON document: how it is kept, and how it travels to other machines."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from merdesk.domain.rating import Visible
from merdesk.domain.study import MAX_CLIPS, MAX_TEXT, Anchor, ClipRef, Gain, StudyPlan, Task, With
from merdesk.errors import ProjectError

KIND = "merdesk study plan"
VERSION = 1


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
        # Plans of the first weeks have none of these.
        n_rounds=_whole(record.get("n_rounds", 1)),
        categories=tuple(map(_text, _list(record.get("categories", [])))),
        tool=cast("With", _text(record.get("tool", "plane"))),
    )


def version_of(plan: StudyPlan) -> str:
    """Names exactly this plan: two plans of one study that differ in anything have other versions.

    Examples
    --------
    >>> clips = (ClipRef("Set", "1"),)
    >>> version_of(StudyPlan("a", "Moods", clips)) == version_of(StudyPlan("a", "Moods", clips, seed=1))
    False
    """
    return hashlib.blake2b(to_json(plan).encode(), digest_size=6).hexdigest()


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
