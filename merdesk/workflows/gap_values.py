"""Parts of a gap as plain JSON values: numbers, intervals, distances, shares of variance."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.explained import Explained
from merdesk.evaluation.gap import GapValue
from merdesk.evaluation.probes import Probe

NAMES = {
    "valence_w1": "Valence, Wasserstein-1",
    "valence_jsd": "Valence, Jensen-Shannon (bits)",
    "arousal_w1": "Arousal, Wasserstein-1",
    "arousal_jsd": "Arousal, Jensen-Shannon (bits)",
    "energy": "Both, energy distance",
    "transport": "Both, optimal transport",
    "mmd2": "Maximum mean discrepancy, squared",
    "sliced_w1": "Sliced Wasserstein-1",
    "frechet": "Fréchet distance of leading components, squared",
    "mixing": "Neighbours of one dataset (0 mixed, 1 apart)",
}


def plain(value: float) -> float | None:
    """A number for JSON: six significant digits, None for what is no number."""
    return float(f"{float(value):.6g}") if np.isfinite(value) else None


def distance_values(found: GapValue) -> dict[str, Any]:
    """A distance with its null and its halves; `p_holm` is filled in once all claims are known."""
    return {
        "name": found.name,
        "label": NAMES[found.name],
        "value": plain(found.value),
        "null_mean": plain(found.null_mean),
        "null_high": plain(found.null_high),
        "p": plain(found.p),
        "p_holm": None,
        "halves": [plain(value) for value in found.halves],
        "n": list(found.n),
        "n_groups": list(found.n_groups),
        "note": found.note,
    }


def interval_values(found: Interval) -> dict[str, Any]:
    """A number with its interval."""
    return {
        "value": plain(found.value),
        "low": plain(found.low),
        "high": plain(found.high),
        "n": found.n,
        "n_clusters": found.n_clusters,
        "note": found.note,
    }


def share_values(found: Explained) -> dict[str, Any]:
    """A share of variance with its null."""
    return {
        "value": plain(found.value),
        "null_mean": plain(found.null_mean),
        "null_high": plain(found.null_high),
        "p": plain(found.p),
        "p_holm": None,
        "n": found.n,
        "n_groups": found.n_groups,
        "note": found.note,
    }


def probe_values(found: Probe) -> dict[str, Any]:
    """How well something is named."""
    return {
        "balanced_accuracy": interval_values(found.balanced_accuracy),
        "auc": plain(found.auc),
        "chance": plain(found.chance),
        "null_high": plain(found.null_high),
        "p": plain(found.p),
        "note": found.note,
    }


def adjust(tested: Sequence[dict[str, Any]]) -> None:
    """Give values of one family their p after Holm."""
    from merdesk.evaluation.significance import holm

    adjusted = holm([np.nan if value["p"] is None else value["p"] for value in tested])
    for value, p in zip(tested, adjusted, strict=True):
        value["p_holm"] = plain(p)
