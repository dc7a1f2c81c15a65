"""What a saved model says about itself: what it was trained on, with which features, and under which licences."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from merdesk.errors import ModelError


@dataclass(frozen=True, slots=True)
class FeatureSource:
    """An extractor (name, version, settings as canonical JSON) and how many columns it gives."""

    name: str
    version: int
    settings: str
    n_columns: int


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """A dataset that the model saw: how much of it, under which licence, and the digest of its clips."""

    dataset: str
    n_clips: int
    n_groups: int
    licence: str
    digest: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A saved model's own description; `metrics` and `notes` are for readers, not for the program."""

    name: str
    model: str
    features: tuple[FeatureSource, ...]
    training: tuple[TrainingSet, ...]
    created: str
    program: str
    metrics: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The card as plain values; numbers that are not finite become None, which JSON can hold."""
        return {name: _finite(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, values: Any) -> "ModelCard":
        """The card of plain values.

        Raises
        ------
        ModelError
            When a field is missing, unknown or of another type.
        """
        values = _known(cls, values)
        return cls(
            name=_text(values["name"]),
            model=_text(values["model"]),
            features=tuple(
                FeatureSource(
                    _text(v["name"]), _count(v["version"]), _text(v["settings"]), _count(v["n_columns"])
                )
                for v in (_known(FeatureSource, item) for item in _items(values["features"]))
            ),
            training=tuple(
                TrainingSet(
                    _text(v["dataset"]),
                    _count(v["n_clips"]),
                    _count(v["n_groups"]),
                    _text(v["licence"]),
                    _text(v["digest"]),
                )
                for v in (_known(TrainingSet, item) for item in _items(values["training"]))
            ),
            created=_text(values["created"]),
            program=_text(values["program"]),
            metrics=_mapping(values["metrics"]),
            notes=tuple(_text(note) for note in _items(values["notes"])),
        )

    def text(self) -> str:
        """The card for people, as Markdown."""
        lines = [
            f"# {self.name}",
            "",
            f"A {self.model} model from music features to valence and arousal on [-1, 1].",
            "",
        ]
        lines += ["## Features", ""]
        lines += [f"- {f.name} (version {f.version}), {f.n_columns} columns" for f in self.features]
        lines += [
            "",
            "## Training data",
            "",
            "No audio and no annotations are in this file. Its use is bound by:",
            "",
        ]
        lines += [
            f"- {t.dataset}: {t.n_clips} clips in {t.n_groups} groups; licence: {t.licence or 'not stated'}"
            for t in self.training
        ]
        lines += ["", "## Limits", ""]
        lines += [f"- {note}" for note in self.notes] or ["- None were written down."]
        return "\n".join([*lines, "", f"Made by {self.program} on {self.created}.", ""])


def clips_digest(keys: Iterable[bytes]) -> str:
    """Digest of a set of clips by their keys, whatever their order.

    Examples
    --------
    >>> clips_digest([b"a", b"b"]) == clips_digest([b"b", b"a"])
    True
    """
    whole = hashlib.blake2b(digest_size=16)
    for key in sorted(keys):
        whole.update(len(key).to_bytes(8, "little") + key)
    return whole.hexdigest()


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _wrong(what: Any) -> ModelError:
    return ModelError(f"The model card cannot be read ({str(what)[:60]!r} does not belong there).")


def _known(kind: type, values: Any) -> dict[str, Any]:
    names = {f.name for f in fields(kind)}
    if not isinstance(values, dict) or set(values) != names:
        raise _wrong(sorted(set(values) ^ names) if isinstance(values, dict) else values)
    return values


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(value)
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(value)
    return value


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _wrong(value)
    return list(value)


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(value)
    return value
