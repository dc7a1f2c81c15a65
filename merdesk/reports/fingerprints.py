"""Digests of what a report was computed from: two reports with the same digests rest on the same numbers."""

import hashlib
from typing import Any

import numpy as np

from merdesk.reports.report_input import ReportInput

DIGITS = 5
"""Single precision holds no more, and rounding keeps the last bits of two machines from showing."""


def fingerprints(report_input: ReportInput) -> list[dict[str, Any]]:
    """A digest for each dataset over ids of its clips, annotations, genres, groups and predictions as they were used."""
    columns = report_input.columns
    names = {label.id: label.source_id for label in report_input.labels}
    return [
        {
            "dataset": name,
            "n": int((columns.dataset == code).sum()),
            "blake2b": _digest(report_input, names, code),
        }
        for code, name in enumerate(columns.dataset_names)
        if bool((columns.dataset == code).any())
    ]


def _digest(report_input: ReportInput, names: dict[int, str], code: int) -> str:
    """Hexadecimal digest of one dataset; the order of its clips in the project does not count."""
    columns, lines = report_input.columns, []
    for row in np.flatnonzero(columns.dataset == code):
        said = (*columns.affect[row], *columns.prediction[row])
        genre = "" if columns.genre[row] < 0 else columns.genre_names[columns.genre[row]]
        group = "" if columns.group[row] < 0 else columns.group_names[columns.group[row]]
        numbers = [f"{float(value) + 0.0:.{DIGITS}f}" for value in said]
        lines.append("\t".join([names.get(int(columns.ids[row]), ""), genre, group, *numbers]))
    text = "\n".join(sorted(lines)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()
