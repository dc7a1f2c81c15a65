"""What the dataset doctor found and which repairs hold, as they stand in report.json."""

from collections.abc import Mapping
from typing import Any


def doctor_card(examined: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Findings, worst first, without the lists of clips and the numbers behind each; None when nobody looked."""
    if examined is None:
        return None
    return {
        "findings": [_finding(one) for one in examined["findings"]],
        "repairs": [
            {"id": one["id"], "title": one["title"], "n_clips": one["n_clips"]} for one in examined["repairs"]
        ],
    }


def _finding(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": one["id"],
        "dataset": one["dataset"],
        "severity": one["severity"],
        "what": one["what"],
        "n_clips": len(one["affected"]),
        "repair": None if one["repair"] is None else one["repair"]["sentence"],
        "repaired": one["repaired"],
    }
