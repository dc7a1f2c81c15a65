"""What is wrong with a dataset, with evidence, and how to repair it.

A check is a module with a function `check(dataset, others)` that looks at values and returns findings; it knows no
project and changes nothing.
"""

from collections.abc import Sequence
from typing import Protocol

from merdesk.doctor import (
    audio,
    exchanged,
    labels_in_features,
    missing,
    overlap,
    same_sound,
    scale,
    splits,
)
from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import SEVERITIES, Finding


class Check(Protocol):
    """A module that looks for one kind of defect."""

    CHECK: str

    def check(self, dataset: DoctorDataset, others: Sequence[DoctorDataset] = ()) -> list[Finding]:
        """Findings of one dataset, seen beside the others that are loaded."""


CHECKS: tuple[Check, ...] = (
    exchanged,
    overlap,
    same_sound,
    scale,
    missing,
    splits,
    audio,
    labels_in_features,
)
"""All checks; those of sound and of features say what can be said before somebody listened or extracted."""


def examine(datasets: Sequence[DoctorDataset], checks: Sequence[Check] = CHECKS) -> tuple[Finding, ...]:
    """Findings of all datasets, worst first, then in the order of datasets and checks."""
    found = [finding for dataset in datasets for one in checks for finding in one.check(dataset, datasets)]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))
