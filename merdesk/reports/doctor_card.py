"""What the dataset doctor found and which repairs hold, as they stand in report.json."""

from collections.abc import Mapping
from typing import Any

from merdesk.reports.claims import Claim, claim
from merdesk.reports.wording import listed


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


def doctor_claims(card: Mapping[str, Any] | None) -> list[Claim]:
    """One sentence for the first page where values are wrong and nobody has repaired them."""
    found = [] if card is None else card["findings"]
    wrong = [one for one in found if one["severity"] == "error" and not one["repaired"]]
    if not wrong:
        return []
    names = listed(list(dict.fromkeys(one["dataset"] for one in wrong)))
    text = (
        f"The dataset doctor found errors in the values of {names} that nobody has repaired (see Data): what is said "
        "below from these values may come from the errors."
    )
    return [claim("data", "shown", text)]


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
