"""A comparison of two models in sentences, as lines of text, and as plain JSON values."""

from typing import Any

import numpy as np

from merdesk.evaluation.bootstrap import LEVEL
from merdesk.workflows.compare_runs import N_RESAMPLES, Comparison


def sentences(found: Comparison) -> list[str]:
    """The comparison in words, what can be said first."""
    told = [
        f"{row.dataset}, {row.dimension}: {(found.first if row.difference.value > 0 else found.second)} is better"
        for row in found.rows
        if np.isfinite(row.p_holm) and row.p_holm < 1 - LEVEL
    ]
    tested = (
        f"{found.n_tests} tests of whole groups ({found.n_permutations:,} random signs), corrected by Holm"
    )
    if not told:
        return [f"No evidence that {found.first} and {found.second} differ: {tested}."]
    return [f"{'; '.join(told)}: {tested}."]


def as_table(found: Comparison) -> str:
    """The comparison as lines of text."""
    lines = [
        f"{one.dataset}, {one.dimension}: {one.metric} {one.scores[0]:.3f} and {one.scores[1]:.3f}, difference "
        f"{one.difference.value:+.3f} (95 % {one.difference.low:+.3f} to {one.difference.high:+.3f}; n "
        f"{one.difference.n} in {one.difference.n_clusters} groups; p {one.p_holm:.4f} by Holm): {one.sentence}"
        for one in found.rows
    ]
    return "\n".join([*lines, *sentences(found)])


def as_values(found: Comparison) -> dict[str, Any]:
    """The comparison as plain JSON values; None for what is not known."""
    return {
        "first": found.first,
        "second": found.second,
        "seed": found.seed,
        "n_permutations": found.n_permutations,
        "n_resamples": N_RESAMPLES,
        "rows": [
            {
                "dataset": one.dataset,
                "dimension": one.dimension,
                "metric": one.metric,
                "scores": [_plain(score) for score in one.scores],
                "difference": _plain(one.difference.value),
                "low": _plain(one.difference.low),
                "high": _plain(one.difference.high),
                "n": one.difference.n,
                "n_clusters": one.difference.n_clusters,
                "p": _plain(one.p),
                "p_holm": _plain(one.p_holm),
                "trained_on_it": list(one.trained),
                "note": one.note or one.difference.note,
            }
            for one in found.rows
        ],
        "sentences": sentences(found),
    }


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
