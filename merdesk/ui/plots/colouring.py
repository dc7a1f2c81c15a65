"""What colour a clip has: a code for each clip, and the name and colour of each code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.columns import ClipColumns
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.palette import Palette

Category = Literal["genre", "dataset", "split", "artist", "group"]
ColouringKind = (
    Category | Literal["residual", "residual_valence", "residual_arousal", "spread", "raters", "measure"]
)
CATEGORIES = get_args(Category)
TITLES: dict[ColouringKind, str] = {
    "genre": "Genre",
    "dataset": "Dataset",
    "split": "Split",
    "artist": "Artist",
    "group": "Group",
    "residual": "Prediction error",
    "residual_valence": "Valence residual",
    "residual_arousal": "Arousal residual",
    "spread": "Annotator spread",
    "raters": "Annotators",
    "measure": "Feature",
}
STEPS = 48
"""Colours of a numeric map; more cannot be told apart at 7 px."""
OUTER = 2
"""Per cent at either end that the map does not spread over: one far clip must not push all others into one colour."""


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """A number, or one of some names, for some clips, by which they can be coloured.

    Attributes
    ----------
    title
        What it is.
    ids, values
        Ascending clip ids, and a number for each, shape (m,).
    names
        What the numbers 0, 1, ... stand for; empty where they are numbers.
    source
        What kind of thing it is: a column of features, clusters, or a column of an imported table.
    """

    title: str
    ids: IntArray
    values: FloatArray
    names: tuple[str, ...] = ()
    source: Literal["measure", "cluster", "column"] = "measure"

    def of(self, clip_ids: IntArray) -> FloatArray:
        """Values of these clips, shape (n,); NaN for those that have none."""
        found = np.full(len(clip_ids), np.nan)
        if len(self.ids):
            rows = np.minimum(np.searchsorted(self.ids, clip_ids), len(self.ids) - 1)
            here = self.ids[rows] == clip_ids
            found[here] = self.values[rows[here]]
        return found


@dataclass(frozen=True, slots=True)
class Colouring:
    """Colour codes of clips.

    Attributes
    ----------
    codes
        Index into `colours` for each clip, shape (n,); the last colour stands for clips without a value.
    names
        What each colour stands for; empty strings between the ends of a numeric map.
    colours
        `#rrggbb` of each code.
    bounds
        Values of the first and the last step of a numeric map, None for categories.
    title
        What the colours show.
    """

    kind: ColouringKind
    codes: IntArray
    names: tuple[str, ...]
    colours: tuple[str, ...]
    bounds: tuple[float, float] | None = None
    title: str = ""


def colouring_of(
    columns: ClipColumns,
    kind: ColouringKind,
    palette: Palette,
    measure: Measure | None = None,
    chosen: Sequence[str] = (),
) -> Colouring:
    """Colours of all clips for one of the kinds; `measure` is what "measure" shows.

    Where there are more groups than colours, those that are `chosen` have one, or the largest where none is.

    Raises
    ------
    ValueError
        When there is no such kind.
    """
    if kind in ("genre", "dataset"):
        return _categorical(kind, getattr(columns, kind), getattr(columns, f"{kind}_names"), palette)
    if (groups := groups_in(columns, kind, measure)) is not None:
        title = measure.title if kind == "measure" and measure else TITLES[kind]
        return _largest(kind, *groups, palette, title, chosen)
    if kind == "measure":
        values = np.full(len(columns), np.nan) if measure is None else measure.of(columns.ids)
        return _between_ends(kind, values, palette, measure.title if measure else TITLES[kind])
    if kind in ("residual_valence", "residual_arousal"):
        off = np.asarray(columns.residual[:, int(kind == "residual_arousal")], np.float64)
        return _around_zero(kind, off, palette)
    return _from_zero(kind, _size(columns, kind), palette)


def groups_in(
    columns: ClipColumns, kind: ColouringKind, measure: Measure | None = None
) -> tuple[IntArray, tuple[str, ...]] | None:
    """Code of each clip, shape (n,), negative for none, and names, where some groups share a colour; else None."""
    if kind in ("split", "artist", "group"):
        return getattr(columns, kind), getattr(columns, f"{kind}_names")
    if kind == "measure" and measure is not None and measure.names:
        return np.nan_to_num(measure.of(columns.ids), nan=-1).astype(np.int32), measure.names
    return None


def sizes_of(codes: IntArray, names: tuple[str, ...]) -> list[tuple[str, int]]:
    """Names of the groups that have clips with their numbers, the largest first."""
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    return [(names[code], int(sizes[code])) for code in np.argsort(-sizes, kind="stable") if sizes[code]]


def _size(columns: ClipColumns, kind: ColouringKind) -> FloatArray:
    """How much each clip has of what has no sign, shape (n,)."""
    if kind == "residual":
        return np.asarray(np.hypot(*np.asarray(columns.residual, np.float64).T))
    if kind == "spread":
        return np.asarray(columns.spread, np.float64).mean(axis=1)
    if kind == "raters":
        return np.where(columns.n_raters > 0, columns.n_raters, np.nan)
    raise ValueError(f"clips cannot be coloured by {kind!r}")


def _categorical(kind: ColouringKind, codes: IntArray, names: tuple[str, ...], palette: Palette) -> Colouring:
    by_name = palette.categories(names)
    shown = np.where((codes >= 0) & (codes < len(names)), codes, np.asarray(len(names), codes.dtype))
    colours = (*(by_name[name] for name in names), palette.no_category)
    return Colouring(kind, shown, (*names, f"No {kind}"), colours, title=TITLES[kind])


def _largest(
    kind: ColouringKind,
    codes: IntArray,
    names: tuple[str, ...],
    palette: Palette,
    title: str,
    chosen: Sequence[str],
) -> Colouring:
    """The chosen or the largest categories in colours that nobody confuses, the rest as one."""
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    wanted = [names.index(name) for name in chosen if name in names]
    kept = np.array(wanted or np.argsort(-sizes, kind="stable"), np.int64)[: len(palette.distinct)]
    kept = kept[sizes[kept] > 0]
    n_others = int((sizes > 0).sum()) - len(kept)
    new = np.full(len(names) + 1, len(kept), np.int16)
    new[kept] = np.arange(len(kept))
    new[-1] = len(kept) + 1
    others = "1 other" if n_others == 1 else f"{n_others:,} others"
    without = "Unknown" if kind == "measure" else f"No {kind}"
    shown = (*(names[code] for code in kept), others, without)
    colours = (*palette.distinct[: len(kept)], palette.no_category, palette.faint)
    return Colouring(kind, new[np.where(codes < len(names), codes, -1)], shown, colours, title=title)


def _from_zero(kind: ColouringKind, values: FloatArray, palette: Palette) -> Colouring:
    known = values[np.isfinite(values)]
    high = float(np.percentile(known, 100 - OUTER)) if len(known) else 1.0
    high = high if high > 0 else 1.0
    colours = [palette.numeric(step / (STEPS - 1)) for step in range(STEPS)]
    return _numeric(kind, values, (0.0, high), colours, palette, ("0", f"{_said(high).lstrip('+')} or more"))


def _around_zero(kind: ColouringKind, values: FloatArray, palette: Palette) -> Colouring:
    known = np.abs(values[np.isfinite(values)])
    far = float(np.percentile(known, 100 - OUTER)) if len(known) else 1.0
    far = far if far > 0 else 1.0
    colours = [palette.signed(step / (STEPS - 1)) for step in range(STEPS)]
    return _numeric(kind, values, (-far, far), colours, palette, (_said(-far), _said(far)))


def _between_ends(kind: ColouringKind, values: FloatArray, palette: Palette, title: str) -> Colouring:
    known = values[np.isfinite(values)]
    low, high = np.percentile(known, (OUTER, 100 - OUTER)).tolist() if len(known) else (0.0, 1.0)
    if high <= low:
        low, high = (low - 0.5, low + 0.5)
    colours = [palette.numeric(step / (STEPS - 1)) for step in range(STEPS)]
    return _numeric(kind, values, (low, high), colours, palette, _ends(low, high), title)


def _numeric(
    kind: ColouringKind,
    values: FloatArray,
    bounds: tuple[float, float],
    colours: list[str],
    palette: Palette,
    ends: tuple[str, str],
    title: str = "",
) -> Colouring:
    low, high = bounds
    with np.errstate(invalid="ignore"):
        steps = np.clip((values - low) / (high - low) * STEPS, 0, STEPS - 1)
    codes = np.where(np.isfinite(values), np.nan_to_num(steps), STEPS).astype(np.int16)
    names = (ends[0], *[""] * (STEPS - 2), ends[1], "Unknown")
    shown = (*colours, palette.faint)
    return Colouring(kind, codes, names, shown, bounds, title or TITLES[kind])


def _ends(low: float, high: float) -> tuple[str, str]:
    """The ends of a scale, with signs where it goes below zero."""
    if low < 0:
        return _said(low), _said(high)
    # Years have four digits, and no comma.
    low_text, high_text = (f"{value:.3g}" if value < 100 else f"{value:.4g}" for value in (low, high))
    return low_text, high_text


def _said(value: float) -> str:
    """A figure in three digits: features run from 1e-6 to thousands."""
    if value == 0 or 0.01 <= abs(value) < 1000:
        return signed(value)
    return f"{value:.2g}".replace("-", "\N{MINUS SIGN}")
