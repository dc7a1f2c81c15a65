"""How long evaluation takes, how it grows, and how often tests reject: `python tests/benchmarks/bench_evaluation.py`.

Parts by name as arguments (PYTHONPATH=tests): bootstrap ridge matrix mlp gap null; none for all. Curves of time against
clips and columns are drawn into evaluation-cost.svg, beside the file that MERDESK_FIGURES names or into build/bench.
"""

import os
import sys
import time
from pathlib import Path

import figures
import numpy as np
from helpers.null_study import p_values
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GroupKFold

from merdesk.evaluation.basis import joint_basis
from merdesk.evaluation.bootstrap import ALL_METRICS, cluster_bootstrap
from merdesk.evaluation.cells import ClipTable
from merdesk.evaluation.gap import feature_gap, label_gap
from merdesk.evaluation.matrix import cross_dataset_matrix
from merdesk.evaluation.moments import MOMENT_METRICS
from merdesk.models.mlp import Mlp
from merdesk.models.ridge import PENALTIES, Ridge

SIZES = {"EmoMusic": 744, "DEAM": 1058, "PMEmo": 767, "WCMED": 400, "Own": 931}
N_COLUMNS = 4872
N_NULL = 200


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def timed(label, call):
    """Print how long a call took, by the clock and by the processor; returns the latter, which other work does not move."""
    start, before = time.perf_counter(), time.process_time()
    call()
    took, cpu = time.perf_counter() - start, time.process_time() - before
    say(f"{label:<64}{took:9.3f} s   cpu {cpu:9.3f} s")
    figures.note(f"evaluation: {label}", [took], unit="s")
    return cpu


def clips(n, d, seed=0, per_group=3):
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(n, 40))
    features = hidden @ np.random.default_rng(1).normal(size=(40, d)) + 2 * rng.normal(size=(n, d))
    affect = hidden[:, :2] * 0.2 + rng.normal(size=(n, 2)) * 0.2
    return features.astype(np.float32), affect, np.arange(n) // per_group


CURVES = {}


def grows(what, against, sizes, times):
    """Say by which power processor time grows, and keep the curve for the plot."""
    power = float(np.polyfit(np.log(sizes), np.log(times), 1)[0])
    say(f"{what} grows with {against} to the power {power:.2f}")
    CURVES.setdefault(against, []).append((f"{what}, power {power:.2f}", sizes, times))


def plot():
    """Draw what was measured against clips and columns, both axes logarithmic."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    folder = Path(os.environ.get(figures.FILE, "build/bench/figures.jsonl")).parent
    folder.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(4.5 * len(CURVES), 3.6), layout="constrained")
    for axes, (against, curves) in zip(
        figure.subplots(1, len(CURVES), squeeze=False)[0], CURVES.items(), strict=True
    ):
        for name, sizes, times in curves:
            axes.loglog(sizes, times, marker="o", label=name)
        axes.set_xlabel(against)
        axes.set_ylabel("processor time, s")
        axes.legend(fontsize="small")
    with mpl.rc_context({"svg.hashsalt": "merdesk"}):
        figure.savefig(folder / "evaluation-cost.svg", metadata={"Date": None})
    say(f"plotted in {folder / 'evaluation-cost.svg'}")


def bootstrap():
    _, affect, groups = clips(1800, 4)
    y, p = affect[:, 0], 0.5 * affect[:, 0] + affect[:, 1]
    timed(
        "6 metrics x 2000 resamples, n = 1800 (bar .5 s)",
        lambda: cluster_bootstrap(y, p, groups, names=MOMENT_METRICS),
    )
    timed(
        "all 9 metrics x 2000 resamples, n = 1800", lambda: cluster_bootstrap(y, p, groups, names=ALL_METRICS)
    )
    sizes, times = (1000, 4000, 16_000), []
    for n in sizes:
        _, affect, groups = clips(n, 4)
        times.append(
            timed(
                f"6 metrics, n = {n}",
                lambda a=affect, g=groups: cluster_bootstrap(a[:, 0], a[:, 1], g, names=MOMENT_METRICS),
            )
        )
    grows("bootstrap of 6 metrics", "clips", sizes, times)


def ridge_took(n, d):
    part = clips(n, d)
    return timed(f"ridge, {n} x {d}, 5 inner folds, {len(PENALTIES)} penalties", lambda: Ridge().fit(*part))


def ridge():
    sizes, columns = (400, 800, 1600, 3200), (600, 1200, 2400, 4800)
    by_size = [ridge_took(n, N_COLUMNS) for n in sizes]
    grows(f"ridge, {N_COLUMNS} columns", "clips", sizes, by_size)
    by_columns = [ridge_took(800, d) for d in columns]
    grows("ridge, 800 clips", "columns", columns, by_columns)
    features, affect, groups = clips(800, N_COLUMNS)
    ours = timed("ridge, 800 clips", lambda: Ridge().fit(features, affect, groups))
    table = (features - features.mean(axis=0)) / features.std(axis=0)

    def loop():
        for column in range(2):
            folds = list(GroupKFold(5).split(table, groups=groups))
            RidgeCV(np.asarray(PENALTIES) * N_COLUMNS, cv=folds).fit(table, affect[:, column])

    theirs = timed("the same by scikit-learn's RidgeCV over grouped folds, V and A", loop)
    say(f"ratio {theirs / ours:.1f} of processor time (bar 5)")


def matrix():
    parts = [clips(n, N_COLUMNS, seed) for seed, n in enumerate(SIZES.values())]
    datasets = np.repeat(np.arange(len(SIZES)), list(SIZES.values()))
    groups = np.concatenate([part[2] + 10_000 * number for number, part in enumerate(parts)])
    features, affect = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    table = ClipTable(features, affect, datasets, tuple(SIZES), groups, np.empty((0, 2), int))

    def fit(rows):
        return Ridge().fit(features[rows], affect[rows], groups[rows], datasets=datasets[rows])

    timed(
        "5 x 5 matrix, ridge, 3900 x 4872, intervals (bar 60 s)",
        lambda: cross_dataset_matrix(table, fit, leave_one_out=False),
    )
    timed(
        "the same with leave-one-dataset-out and three unions (bar 180 s)",
        lambda: cross_dataset_matrix(table, fit, unions=[(0, 2), (0, 2, 3), (0, 1, 2)]),
    )


def mlp():
    features, affect, groups = clips(2600, N_COLUMNS)
    timed("five perceptrons, 2600 x 4872 (bar 180 s)", lambda: Mlp().fit(features, affect, groups))


def gap():
    a, b = clips(2000, N_COLUMNS, 0), clips(2000, N_COLUMNS, 5)
    pool, codes = np.concatenate([a[0], b[0]]), np.repeat([0, 1], 2000)
    bases = []
    timed(
        "joint basis of 128 components (once per feature set)", lambda: bases.append(joint_basis(pool, codes))
    )
    x, y = (bases[0].project(part[0]) for part in (a, b))
    timed(
        "feature gap, 2000 a side, 500 permutations (bar 10 s with labels)",
        lambda: feature_gap(x, y, a[2], b[2]),
    )
    timed("label gap, 2000 a side, 500 permutations", lambda: label_gap(a[1], b[1], a[2], b[2]))


def null():
    start = time.perf_counter()
    found = [p_values(seed) for seed in range(1000, 1000 + N_NULL)]
    say(f"{N_NULL} projects without a finding in {time.perf_counter() - start:.0f} s (bar 900 s)")
    for name in found[0]:
        rejected = sum(project[name] <= 0.05 for project in found)
        fits = rejected <= 17 and (rejected >= 4 or "Holm" in name)
        say(f"{name:<44}{rejected:4d} of {N_NULL} at .05   {'as promised' if fits else 'OUTSIDE 4..17'}")


PARTS = {"bootstrap": bootstrap, "ridge": ridge, "matrix": matrix, "mlp": mlp, "gap": gap, "null": null}


def main(*names):
    for name in names or PARTS:
        say(f"-- {name}")
        PARTS[name]()
    if CURVES:
        plot()


if __name__ == "__main__":
    main(*sys.argv[1:])
