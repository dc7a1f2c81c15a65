"""What is not there, or not as it should stand: labels, audio, counts, rows."""

from collections.abc import Sequence

import numpy as np

from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import Finding
from merdesk.domain.arrays import BoolArray

CHECK = "missing"


def check(dataset: DoctorDataset, others: Sequence[DoctorDataset] = ()) -> list[Finding]:  # noqa: ARG001  (every check is asked the same way)
    """Report clips without label, labels without audio, counts that differ, and rows that were left out."""
    findings = [*_counts(dataset), *_rows(dataset)]
    unlabelled = ~dataset.annotated
    if unlabelled.any():
        findings.append(
            _some(
                dataset,
                unlabelled,
                "without label",
                "have no label: they can be rated and predicted, not evaluated",
            )
        )
    silent = dataset.annotated & ~dataset.has_audio
    if silent.any():
        findings.append(
            _some(
                dataset,
                silent,
                "without audio",
                "have a label and no audio: locate it to hear and to analyse them",
            )
        )
    return findings


def _some(dataset: DoctorDataset, mask: BoolArray, check_name: str, what: str) -> Finding:
    n = int(mask.sum())
    affected = tuple(np.array(dataset.ids)[mask].tolist())
    text = f"{n} of {len(dataset.ids)} clips of {dataset.name} {what}."
    return Finding(check_name, "note", dataset.name, text, {"clips": float(n)}, affected)


def _counts(dataset: DoctorDataset) -> list[Finding]:
    found = {
        "clips": len(dataset.ids),
        "annotated": int(dataset.annotated.sum()),
        "traces": int(dataset.traced.sum()),
        "genres": len(set(filter(None, dataset.genre))),
        "groups": len(set(filter(None, dataset.group))),
    }
    off: dict[str, tuple[int, int]] = {}
    for what, expected in dataset.info.expected_counts:
        kind, _, name = what.partition(" ")
        if kind == "split":
            found[what] = dataset.split.count(name)
        elif kind == "genre":
            found[what] = dataset.genre.count(name)
        if what in found and found[what] != expected:
            off[what] = found[what], expected
    if not off:
        return []
    listed = "; ".join(f"{n} {what} instead of {expected}" for what, (n, expected) in off.items())
    evidence = {f"{what}, found": float(n) for what, (n, _) in off.items()}
    evidence |= {f"{what}, published": float(expected) for what, (_, expected) in off.items()}
    return [
        Finding("counts", "warning", dataset.name, f"This copy of {dataset.name} has {listed}.", evidence)
    ]


def _rows(dataset: DoctorDataset) -> list[Finding]:
    n = len(dataset.left_out)
    if n == 0:
        return []
    rows = "row" if n == 1 else "rows"
    what = (
        f"{n} {rows} of the tables of {dataset.name} could not be taken as they stand: {dataset.left_out[0]}"
    )
    what += "." if n == 1 else f"; and {n - 1} more."
    details = tuple(map(str, dataset.left_out))
    return [Finding("rows", "warning", dataset.name, what, {"rows": float(n)}, details=details)]
