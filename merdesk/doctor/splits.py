"""Official splits that put one artist, piece or recording on both sides."""

from collections.abc import Sequence

import numpy as np

from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import Finding
from merdesk.doctor.overlap import fold_words
from merdesk.domain.arrays import IntArray
from merdesk.domain.split import Split
from merdesk.evaluation.leakage import shared_groups

CHECK = "split leak"
TRAINING = ("development", "dev", "train", "training")
"""Names of the side on which models are fitted; validation belongs to neither."""
TESTING = ("evaluation", "eval", "test", "testing")


def check(dataset: DoctorDataset, others: Sequence[DoctorDataset] = ()) -> list[Finding]:  # noqa: ARG001  (every check is asked the same way)
    """Report test clips whose artist, or whose group, is also in training."""
    sides = np.array([side.casefold() for side in dataset.split])
    train, test = np.flatnonzero(np.isin(sides, TRAINING)), np.flatnonzero(np.isin(sides, TESTING))
    if not len(train) or not len(test):
        return []
    findings = []
    names = {"artist": dataset.artist}
    if dataset.info.grouped_by != "artist":
        names[dataset.info.grouped_by or "group"] = dataset.group
    for kind, texts in names.items():
        findings += _leak(dataset, kind, texts, train, test)
    return findings


def _leak(
    dataset: DoctorDataset, kind: str, texts: Sequence[str], train: IntArray, test: IntArray
) -> list[Finding]:
    """One finding where a named group stands on both sides; clips without a name are groups of their own."""
    groups = np.array([fold_words(text) or f"#{row}" for row, text in enumerate(texts)])
    split = Split(train, test)
    shared = shared_groups(split, groups)
    if not shared.n_shared_clips:
        return []
    leaking = split.test[np.isin(groups[split.test], groups[split.train])]
    what = (
        f"The official split of {dataset.name} leaks: {shared.n_shared_clips} of {shared.n_test} test clips ({shared.share:.0%}) "
        f"share their {kind} with training clips ({shared.n_shared_groups} {kind}s on both sides)."
    )
    evidence = {
        "test clips": float(shared.n_test),
        "leaking clips": float(shared.n_shared_clips),
        "share": shared.share,
        f"{kind}s on both sides": float(shared.n_shared_groups),
    }
    affected = tuple(dataset.ids[row] for row in leaking.tolist())
    return [Finding(f"{CHECK} by {kind}", "warning", dataset.name, what, evidence, affected)]
