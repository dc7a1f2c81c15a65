"""What a sentence of the verdict is made of."""

from typing import Any

from merdesk.reports.wording import counted, number

Claim = dict[str, str]
SIGNIFICANT = 0.05


def claim(about: str, strength: str, text: str) -> Claim:
    """A sentence, what it is about, and its strength: shown, open, unknown or fact."""
    return {"about": about, "strength": strength, "text": text}


def interval(score: dict[str, Any], decimals: int = 2) -> str:
    """An interval in brackets.

    Examples
    --------
    >>> interval({"low": -0.1, "high": 0.2})
    '[−0.10, 0.20]'
    """
    if score["low"] is None:
        return "[no interval]"
    return f"[{number(score['low'], decimals)}, {number(score['high'], decimals)}]"


def corrected(report: dict[str, Any]) -> str:
    """What a claim of bias is corrected for, and what its interval covers."""
    tests = counted(report["n_tests"], "test")
    if report["offsets"]["n_refits"]:
        return f"Holm-corrected over {tests}; intervals cover other training groups too."
    return f"Holm-corrected over {tests}; this speaks of this trained model, other training clips were not tried."
