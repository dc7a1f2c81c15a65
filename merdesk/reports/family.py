"""One family for all claims of bias in a report: Holm's correction over every test that could become a sentence.

Offsets of datasets, genres over all datasets, genres inside a dataset, unevenness. With them corrected table by table, a
demo without any planted defect was accused of something in most reports.
"""

from typing import Any

import numpy as np

from merdesk.evaluation.significance import holm
from merdesk.reports.estimates import plain


def correct(report: dict[str, Any]) -> int:
    """Fill in `p_holm` of every test of the family; how many tests it has."""
    tests = family(report)
    adjusted = holm([np.nan if test["p"] is None else test["p"] for test in tests])
    for test, p in zip(tests, adjusted, strict=True):
        test["p_holm"] = plain(float(p))
    return int(np.isfinite(adjusted).sum())


def family(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The tests, each with `p` and `p_holm`."""
    genres = report["genres"]
    uneven = [row["spread"] for row in genres["disparity"]]
    return [*report["offsets"]["rows"], *genres["rows"], *genres["inside"], *uneven]
