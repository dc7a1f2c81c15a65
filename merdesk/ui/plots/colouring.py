"""What colour a clip has: a code for each clip, and the name and colour of each code."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.columns import ClipColumns
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.palette import Palette

ColouringKind = Literal["genre", "dataset", "split", "residual", "spread"]
TITLES: dict[ColouringKind, str] = {
    "genre": "Genre",
    "dataset": "Dataset",
    "split": "Split",
    "residual": "Residual",
    "spread": "Annotator spread",
}
STEPS = 48
"""Colours of a numeric map; more cannot be told apart at 7 px."""


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
    """

    kind: ColouringKind
    codes: IntArray
    names: tuple[str, ...]
    colours: tuple[str, ...]
    bounds: tuple[float, float] | None = None

    @property
    def title(self) -> str:
        """What the colours show."""
        return TITLES[self.kind]


def colouring_of(columns: ClipColumns, kind: ColouringKind, palette: Palette) -> Colouring:
    """Colours of all clips for one of the kinds.

    Raises
    ------
    ValueError
        When there is no such kind.
    """
    if kind in ("genre", "dataset", "split"):
        return _categorical(
            kind, np.asarray(getattr(columns, kind)), getattr(columns, f"{kind}_names"), palette
        )
    if kind == "residual":
        return _numeric(kind, np.hypot(*np.asarray(columns.residual, np.float64).T), palette)
    if kind == "spread":
        return _numeric(kind, np.asarray(columns.spread, np.float64).mean(axis=1), palette)
    raise ValueError(f"clips cannot be coloured by {kind!r}")


def _categorical(kind: ColouringKind, codes: IntArray, names: tuple[str, ...], palette: Palette) -> Colouring:
    by_name = palette.categories(names)
    shown = np.where((codes >= 0) & (codes < len(names)), codes, np.asarray(len(names), codes.dtype))
    colours = (*(by_name[name] for name in names), palette.no_category)
    return Colouring(kind, shown, (*names, f"No {kind}"), colours)


def _numeric(kind: ColouringKind, values: FloatArray, palette: Palette) -> Colouring:
    known = values[np.isfinite(values)]
    # The 98th percentile as the end: one far clip must not push all others into one colour.
    high = float(np.percentile(known, 98)) if len(known) else 1.0
    high = high if high > 0 else 1.0
    with np.errstate(invalid="ignore"):
        steps = np.clip(values / high * STEPS, 0, STEPS - 1)
    codes = np.where(np.isfinite(values), np.nan_to_num(steps), STEPS).astype(np.int16)
    colours = (*(palette.numeric(step / (STEPS - 1)) for step in range(STEPS)), palette.no_category)
    names = ("0", *[""] * (STEPS - 2), f"{signed(high).lstrip('+')} or more", "Unknown")
    return Colouring(kind, codes, names, colours, (0.0, high))
