"""Features that were computed from labels: clips with identical labels that have near-identical features.

Such clips are duplicates, or somebody put the labels, or something made of them, among the features; a model then
reads the answer instead of listening.
"""

from collections.abc import Sequence

import numpy as np

from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import Finding, Severity
from merdesk.doctor.same_sound import same_sound_rows
from merdesk.domain.arrays import BoolArray, FloatArray, IntArray

CHECK = "labels in features"
MIN_CLIPS = 10
"""Among fewer clips with labels and features anything may be an accident."""
MIN_PAIRS = 3
"""So many pairs without a common recording, with labels and features alike, are no accident."""
N_DETAILS = 20


def check(dataset: DoctorDataset, others: Sequence[DoctorDataset] = ()) -> list[Finding]:  # noqa: ARG001  (every check is asked the same way)
    """Report each set of features that repeats labels or is alike wherever labels are."""
    findings = []
    for name, table in dataset.features.items():
        rows = np.flatnonzero(dataset.annotated & np.isfinite(table).all(axis=1))
        if len(rows) >= MIN_CLIPS and table.shape[1]:
            findings += _of_set(dataset, name, rows, table[rows].astype(np.float64))
    return findings


def _of_set(dataset: DoctorDataset, name: str, rows: IntArray, table: FloatArray) -> list[Finding]:
    from merdesk.evaluation.leakage import label_columns, near_duplicates, same_labels

    labels = dataset.static_unit[rows]
    findings = []
    if columns := label_columns(table, labels):
        findings.append(_columns_finding(dataset, name, rows, columns))
    pairs = near_duplicates(table)
    known = {tuple(sorted(pair)) for pair in same_sound_rows(dataset)}
    heard = np.array([(int(rows[i]), int(rows[j])) in known for i, j in pairs], dtype=bool)
    alike = same_labels(labels, pairs) & ~heard
    n_same = _n_identical(labels)
    if alike.sum() >= MIN_PAIRS:
        findings.append(_pairs_finding(dataset, name, rows[pairs], alike, n_same))
    return findings


def _n_identical(labels: FloatArray) -> int:
    """Pairs of clips with identical labels."""
    counts = np.unique(labels.round(9), axis=0, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def _columns_finding(dataset: DoctorDataset, name: str, rows: IntArray, columns: Sequence[int]) -> Finding:
    n = len(columns)
    which = "Column" if n == 1 else "Columns"
    listed = ", ".join(map(str, columns[:5])) + (f" and {n - 5} more" if n > 5 else "")
    what = (
        f"{which} {listed} of the features {name} {'repeats' if n == 1 else 'repeat'} the labels of {dataset.name}: a model "
        "that sees them reads the answer; import the features without them."
    )
    evidence = {"columns": float(n), "clips": float(len(rows))}
    affected = tuple(dataset.ids[row] for row in rows.tolist())
    return Finding(f"{CHECK} {name}, columns", "error", dataset.name, what, evidence, affected)


def _pairs_finding(
    dataset: DoctorDataset, name: str, pairs: IntArray, alike: BoolArray, n_same: int
) -> Finding:
    told = pairs[alike]
    affected = tuple(dataset.ids[row] for row in np.unique(told).tolist())
    n, n_other = int(alike.sum()), int(len(pairs) - alike.sum())
    computed = n >= n_same / 2 and n_other < n
    evidence = {
        "pairs with the same labels and features": float(n),
        "pairs with the same labels": float(n_same),
        "pairs with the same features only": float(n_other),
        "clips": float(len(affected)),
    }
    why = (
        "features are alike wherever labels are, as if they were computed from the labels"
        if computed
        else "they are duplicates, or the features were computed from the labels"
    )
    what = f"{n} pairs of clips of {dataset.name} with identical labels have near-identical {name} features: {why}."
    details = tuple(f"{dataset.ids[i]} and {dataset.ids[j]}" for i, j in told[:N_DETAILS].tolist())
    severity: Severity = "error" if computed else "warning"
    return Finding(f"{CHECK} {name}", severity, dataset.name, what, evidence, affected, details=details)
