"""The sections of a report: their order, their heads, and which of them someone chose to leave out."""

from collections.abc import Mapping, Sequence
from typing import Any

from merdesk.errors import ReportError
from merdesk.reports.wording import listed

SECTIONS = (
    ("data", "Data"),
    ("carrying", "From dataset to dataset"),
    ("gap", "How far datasets lie apart"),
    ("scores", "Agreement with annotations"),
    ("genres", "Bias by genre"),
    ("confounding", "Genre and dataset"),
    ("worst", "Largest errors"),
    ("limits", "Limits"),
    ("reproducibility", "Reproducing this report"),
)
"""In this order after the verdict, which always stands."""


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """Names of sections in the order of the report.

    Raises
    ------
    ReportError
        When there is no section of a name.
    """
    known = [name for name, _ in SECTIONS]
    if strangers := [name for name in names if name not in known]:
        raise ReportError(
            f"A report has no section {strangers[0]!r}; there are {listed(known, most=len(known))}."
        )
    return tuple(name for name in known if name in names)


def shown_sections(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and heads of the sections that are neither left out nor empty."""
    return [
        (name, head)
        for name, head in SECTIONS
        if name not in report["left_out"] and report.get(name, True) is not None
    ]


def left_out_in_words(report: Mapping[str, Any]) -> str:
    """A sentence about sections left out by choice; empty when none was.

    Examples
    --------
    >>> left_out_in_words({"left_out": ["gap"]}), left_out_in_words({"left_out": []})
    ('Left out by choice: How far datasets lie apart.', '')
    """
    heads = [head for name, head in SECTIONS if name in report["left_out"]]
    return f"Left out by choice: {listed(heads, most=len(SECTIONS))}." if heads else ""
