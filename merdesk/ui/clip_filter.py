"""Which clips are shown: one value with all that narrows them, and the clips that each of its parts lets pass."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import reduce
from typing import Any, Literal

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.columns import ClipColumns, ClipFlag

NO_GENRE = "No genre"
"""How a clip without a genre is called in lists and legends."""
NO_SPLIT = "No split"
NO_ARTIST = "No artist"
Axis = Literal["valence", "arousal", "error", "spread"]
AXES: tuple[Axis, ...] = ("valence", "arousal", "error", "spread")
Range = tuple[float, float]
Ids = Mapping[str, IntArray]
"""Ids of clips, ascending, by a name: of an annotator, or of a set of features."""
ROUNDING = 1e-6
"""Values are float32: one that was filed as .3 is inside of .3 to 1."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which clips are shown.

    Hidden names are left out. Of artists, splits, annotators and feature sets those that are named are shown, all where
    none is; a clip passes that one of the annotators rated, and that has each of the sets. A range holds its ends and
    no clip whose value is not known. `search` ids (None for no search) narrow too.
    """

    hidden_datasets: frozenset[str] = frozenset()
    hidden_genres: frozenset[str] = frozenset()
    artists: frozenset[str] = frozenset()
    splits: frozenset[str] = frozenset()
    annotators: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    has_audio: bool = False
    is_annotated: bool = False
    is_predicted: bool = False
    valence: Range | None = None
    arousal: Range | None = None
    error: Range | None = None
    spread: Range | None = None
    search: str = ""
    found: IntArray | None = field(default=None, compare=False)

    def mask(
        self, clip_columns: ClipColumns, rated_by: Ids | None = None, featured: Ids | None = None
    ) -> BoolArray:
        """True for the rows that pass, shape (n,)."""
        return Passing.of(self, clip_columns, rated_by, featured).visible

    @property
    def is_empty(self) -> bool:
        """True where every clip passes."""
        return replace(self, search=self.search.strip()) == Filter()

    def to_json(self) -> str:
        """As text, what the search found left out."""
        plain = asdict(replace(self, found=None))
        given = {
            name: sorted(value) if isinstance(value, frozenset) else value for name, value in plain.items()
        }
        return json.dumps({name: value for name, value in given.items() if value})

    @classmethod
    def from_json(cls, text: str) -> "Filter":
        """From text; parts that are not known here, or are none of their kind, are left out."""
        given: dict[str, Any] = json.loads(text)
        parts: dict[str, Any] = {}
        for part in fields(cls):
            value = given.get(part.name)
            if isinstance(value, list) and part.name in AXES:
                parts[part.name] = (float(value[0]), float(value[1]))
            elif isinstance(value, list):
                parts[part.name] = frozenset(map(str, value))
            elif value is not None and isinstance(value, type(part.default)):
                parts[part.name] = value
        return cls(**parts)


@dataclass(frozen=True, slots=True)
class Passing:
    """What each active part of a filter lets pass.

    Attributes
    ----------
    masks
        By the name of the part, shape (n,) each; parts that narrow nothing are left out.
    n
        Number of clips.
    """

    masks: Mapping[str, BoolArray]
    n: int

    @classmethod
    def of(
        cls, chosen: Filter, columns: ClipColumns, rated_by: Ids | None = None, featured: Ids | None = None
    ) -> "Passing":
        """Look at all clips."""
        masks = _named_masks(chosen, columns) | _range_masks(chosen, columns)
        if chosen.has_audio:
            masks["has_audio"] = columns.flagged(ClipFlag.HAS_AUDIO)
        if chosen.is_annotated:
            masks["is_annotated"] = columns.annotated
        if chosen.is_predicted:
            masks["is_predicted"] = columns.predicted
        if chosen.annotators:
            rated = [_members(columns, rated_by or {}, name) for name in chosen.annotators]
            masks["annotators"] = np.logical_or.reduce(rated)
        if chosen.features:
            having = [_members(columns, featured or {}, name) for name in chosen.features]
            masks["features"] = np.logical_and.reduce(having)
        if chosen.found is not None:
            masks["search"] = _at(columns, chosen.found)
        return cls(masks, len(columns))

    @property
    def visible(self) -> BoolArray:
        """True for the rows that pass all parts, shape (n,)."""
        return self.without("")

    def without(self, part: str) -> BoolArray:
        """True for the rows that pass all other parts: what the counts of a part's choices are taken from."""
        others = [mask for name, mask in self.masks.items() if name != part]
        return reduce(np.logical_and, others[1:], others[0].copy()) if others else np.ones(self.n, dtype=bool)


def axis_values(columns: ClipColumns, axis: Axis) -> FloatArray:
    """Values that a range is about, shape (n,), NaN where not known: spread is the mean of both dimensions'."""
    if axis == "error":
        return np.asarray(np.hypot(columns.residual[:, 0], columns.residual[:, 1]))
    if axis == "spread":
        return np.asarray((columns.spread[:, 0] + columns.spread[:, 1]) / 2)
    return columns.affect[:, ("valence", "arousal").index(axis)]


def counts_of(codes: IntArray, names: tuple[str, ...], among: BoolArray) -> IntArray:
    """How many of these clips have each name, in the order of names, and last how many have none."""
    found = np.bincount(codes[among] + 1, minlength=len(names) + 1)
    return np.append(found[1:], found[0])


def counts_in(columns: ClipColumns, ids: Ids, among: BoolArray) -> IntArray:
    """How many of these clips are among the ids of each name, in the order of names."""
    return np.array([among[columns.rows_of(found)].sum() for found in ids.values()], np.int64)


def _named_masks(chosen: Filter, columns: ClipColumns) -> dict[str, BoolArray]:
    masks = {}
    if chosen.hidden_datasets:
        masks["hidden_datasets"] = ~_named(columns.dataset, columns.dataset_names, chosen.hidden_datasets, "")
    if chosen.hidden_genres:
        masks["hidden_genres"] = ~_named(columns.genre, columns.genre_names, chosen.hidden_genres, NO_GENRE)
    if chosen.artists:
        masks["artists"] = _named(columns.artist, columns.artist_names, chosen.artists, NO_ARTIST)
    if chosen.splits:
        masks["splits"] = _named(columns.split, columns.split_names, chosen.splits, NO_SPLIT)
    return masks


def _range_masks(chosen: Filter, columns: ClipColumns) -> dict[str, BoolArray]:
    masks: dict[str, BoolArray] = {}
    for axis in AXES:
        limits: Range | None = getattr(chosen, axis)
        if limits is not None:
            values = axis_values(columns, axis)
            low, high = np.float32(limits[0] - ROUNDING), np.float32(limits[1] + ROUNDING)
            masks[axis] = (values >= low) & (values <= high)
    return masks


def _named(codes: IntArray, names: tuple[str, ...], wanted: frozenset[str], without: str) -> BoolArray:
    """True where a code's name is wanted; the last entry of the table is where the code of no name points to."""
    table = np.fromiter((name in wanted for name in (*names, without)), dtype=bool, count=len(names) + 1)
    return np.asarray(table[codes])


def _members(columns: ClipColumns, ids: Ids, name: str) -> BoolArray:
    return _at(columns, ids.get(name, np.empty(0, np.int64)))


def _at(columns: ClipColumns, ids: IntArray) -> BoolArray:
    mask = np.zeros(len(columns), dtype=bool)
    mask[columns.rows_of(ids)] = True
    return mask
