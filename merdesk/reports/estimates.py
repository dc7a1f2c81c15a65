"""Numbers as they stand in report.json: value, interval, n, clusters and why one is missing."""

import math
from typing import Any

from merdesk.evaluation.bootstrap import Interval

SIGNIFICANT_DIGITS = 6
"""Enough for every table, and few enough that the last bits of two machines do not show."""


def plain(value: float | None) -> float | None:
    """A number for JSON: rounded to six significant digits, None for NaN and infinities (JSON has none)."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{float(value):.{SIGNIFICANT_DIGITS}g}") + 0.0


def estimate(
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    n: int,
    n_clusters: int,
    note: str = "",
) -> dict[str, Any]:
    """One number with its interval (None where there is none) and what it rests on."""
    return {
        "value": plain(value),
        "low": plain(low),
        "high": plain(high),
        "n": int(n),
        "n_clusters": int(n_clusters),
        "note": note,
    }


def number_of(interval: Interval) -> dict[str, Any]:
    """An interval of the evaluation as it stands in report.json."""
    return estimate(
        interval.value,
        interval.low,
        interval.high,
        n=interval.n,
        n_clusters=interval.n_clusters,
        note=interval.note,
    )


def excludes(number: dict[str, Any], reference: float = 0.0) -> int:
    """+1 when the whole interval lies above the reference, -1 below, 0 when it holds it or is unknown."""
    low, high = number["low"], number["high"]
    if low is None or high is None:
        return 0
    return int(low > reference) - int(high < reference)
