"""Values that do not lie on the documented scale: rescaled copies, spreads left behind, ranks dressed as ratings."""

from collections.abc import Sequence

import numpy as np

from merdesk.datasets.mapping import SCALES, propose_scale
from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import Finding, Repair, Scatter
from merdesk.domain.affect import AffectScale
from merdesk.domain.arrays import FloatArray

CHECK = "scale"
MIN_CLIPS = 30
"""Fewer clips may well use a part of a scale only."""
NARROW = 0.55
"""A range under this share of the documented one, in both dimensions, looks like another scale (EmoMusic uses .81)."""
USUAL_SPREAD = (0.15, 0.7)
"""Median standard deviation over half the scale's range: EmoMusic .40, DEAM .37, PMEmo .32."""
_DIMENSIONS = ("valence", "arousal")


def check(dataset: DoctorDataset, others: Sequence[DoctorDataset] = ()) -> list[Finding]:  # noqa: ARG001  (every check is asked the same way)
    """Report values outside the scale, a range that fits another one, spreads of another one, and ranks."""
    values = dataset.static[dataset.annotated]
    if len(values) < 2:
        return []
    return [*_range(dataset, values), *_spread(dataset), *_ranks(dataset, values)]


def bounds(scale: AffectScale) -> FloatArray:
    """Minimum and maximum of valence and of arousal, shape (2, 2)."""
    return np.array([[scale.valence_min, scale.valence_max], [scale.arousal_min, scale.arousal_max]])


def _range(dataset: DoctorDataset, values: FloatArray) -> list[Finding]:
    documented = bounds(dataset.info.scale)
    outside = ((values < documented[:, 0] - 1e-6) | (values > documented[:, 1] + 1e-6)).any(axis=1)
    observed = np.column_stack([values.min(axis=0), values.max(axis=0)])
    share = (observed[:, 1] - observed[:, 0]) / (documented[:, 1] - documented[:, 0])
    narrow = len(values) >= MIN_CLIPS and bool((share < NARROW).all())
    if not outside.any() and not narrow:
        return []
    evidence = {"clips outside": float(outside.sum()), "clips": float(len(values))}
    for axis, name in enumerate(_DIMENSIONS):
        evidence |= {f"lowest {name}": float(observed[axis, 0]), f"highest {name}": float(observed[axis, 1])}
    affected = tuple(
        np.array(dataset.ids)[dataset.annotated][outside if outside.any() else slice(None)].tolist()
    )
    if outside.mean() < 0.5 and not narrow:
        what = f"{int(outside.sum())} of {len(values)} clips of {dataset.name} lie outside its scale ({_shown(documented)})."
        return [Finding(CHECK, "error", dataset.name, what, evidence, affected)]
    proposed = np.array([propose_scale(values[:, axis]) for axis in range(2)])
    # Both dimensions of a copy were rescaled alike; the wider proposal holds them both.
    proposed[:] = max(proposed.tolist(), key=lambda pair: float(pair[1] - pair[0]))
    what = (
        f"Values of {dataset.name} are documented on {_shown(documented)} but look like {_shown(proposed)} "
        f"(valence {observed[0, 0]:g}..{observed[0, 1]:g}, arousal {observed[1, 0]:g}..{observed[1, 1]:g}): a rescaled copy."
    )
    repair = _rescale(dataset, documented, proposed)
    return [
        Finding(
            CHECK,
            "error" if outside.any() else "warning",
            dataset.name,
            what,
            evidence,
            affected,
            repair=repair,
        )
    ]


def _rescale(dataset: DoctorDataset, documented: FloatArray, proposed: FloatArray) -> Repair:
    factor = (documented[:, 1] - documented[:, 0]) / (proposed[:, 1] - proposed[:, 0])
    offset = documented[:, 0] - proposed[:, 0] * factor
    parameters = {f"{name} factor": float(factor[axis]) for axis, name in enumerate(_DIMENSIONS)}
    parameters |= {f"{name} offset": float(offset[axis]) for axis, name in enumerate(_DIMENSIONS)}
    ids = tuple(np.array(dataset.ids)[dataset.annotated].tolist())
    return Repair(
        "rescale", f"Map means from {_shown(proposed)} back to {_shown(documented)}.", ids, parameters
    )


def _spread(dataset: DoctorDataset) -> list[Finding]:
    known = dataset.annotated & np.isfinite(dataset.spread).all(axis=1)
    if known.sum() < MIN_CLIPS:
        return []
    unit = dataset.info.scale.spread_to_unit(dataset.spread[known])
    median = np.median(unit, axis=0)
    if USUAL_SPREAD[0] / 1.5 <= median.min() and median.max() <= USUAL_SPREAD[1] * 1.5:
        return []
    half = float((bounds(dataset.info.scale)[0, 1] - bounds(dataset.info.scale)[0, 0]) / 2)
    factors = sorted(
        {2 * half / (high - low) for low, high in SCALES}, key=lambda factor: abs(np.log(factor))
    )
    fitting = [
        f for f in factors if USUAL_SPREAD[0] <= (median * f).min() and (median * f).max() <= USUAL_SPREAD[1]
    ]
    ids = tuple(np.array(dataset.ids)[known].tolist())
    # Several factors may do; the one that brings the median nearest to the known datasets' .36 is proposed.
    factor = min(fitting, key=lambda f: abs(np.log(float(np.mean(median)) * f / 0.36)), default=0.0)
    what = (
        f"Standard deviations of {dataset.name} do not fit its scale: their median is {median[0]:.3f} (valence) and "
        f"{median[1]:.3f} (arousal) of half the range, where .3 to .4 is usual: means were rescaled and spreads left behind."
    )
    repair = None
    if factor:
        parameters = {"factor": float(factor)}
        repair = Repair("rescale spread", f"Multiply standard deviations by {factor:g}.", ids, parameters)
    evidence = {"median spread of valence": float(median[0]), "median spread of arousal": float(median[1])}
    return [Finding("spread", "error", dataset.name, what, evidence, ids, repair=repair)]


def _ranks(dataset: DoctorDataset, values: FloatArray) -> list[Finding]:
    """Evenly spaced values without a tie are ranks: people's ratings never come out so."""
    if len(values) < MIN_CLIPS:
        return []
    ordered = np.sort(values, axis=0)
    gaps = np.diff(ordered, axis=0)
    even = (gaps > 0).all() and bool(
        (abs(gaps - gaps.mean(axis=0)) < 1e-3 * (ordered[-1] - ordered[0])).all()
    )
    if not even:
        return []
    known = dataset.info.scale.kind == "rank"
    deviation = dataset.info.scale.to_unit(values).std(axis=0)
    what = (
        f"Values of {dataset.name} are ranks mapped evenly onto a line: their marginals are uniform (standard deviation "
        f"{deviation[0]:.3f} and {deviation[1]:.3f} on [-1, 1]), so R2 across datasets is punished by scale alone; "
        "read Spearman's rho, Pearson's r and CCC."
    )
    ids = tuple(np.array(dataset.ids)[dataset.annotated].tolist())
    quantiles = (np.arange(len(values)) + 0.5) / len(values)
    plot = Scatter(
        f"{dataset.name}: values by rank", "share of clips below", "valence", quantiles, ordered[:, 0],
        np.zeros(len(values), dtype=np.int64), ("clips",),
    )  # fmt: skip
    evidence = {"sd of valence": float(deviation[0]), "sd of arousal": float(deviation[1]), "ties": 0.0}
    repair = None if known else Repair("mark as rank", f"Mark the scale of {dataset.name} as ranks.", ids)
    return [
        Finding("ranks", "note" if known else "warning", dataset.name, what, evidence, ids, (plot,), repair)
    ]


def _shown(pairs: FloatArray) -> str:
    valence, arousal = (f"{low:g}..{high:g}" for low, high in pairs)
    return valence if valence == arousal else f"valence {valence}, arousal {arousal}"
