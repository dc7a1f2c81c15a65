"""The sound of the clips: files that are cut or cannot be decoded, silence, clipping, channels, rates, lengths.

What a look at the files tells is known from the import; level, clipping and channels once somebody listened.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from merdesk.audio.facts import AudioFacts
from merdesk.audio.listening import LONGEST_S
from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import Finding, Severity
from merdesk.domain.arrays import BoolArray, FloatArray

CHECK = "audio"
SILENT_PEAK = 1e-3
"""60 dB below full scale: under the noise of any room."""
CLIPPED_SHARE = 1e-3
"""A millisecond in each second at full scale is heard."""
UNKNOWN_ENDS = ("does not tell", "does not state", "without stating")
"""Words of a warning that says only that nothing can be known."""
LENGTH_SLACK = 0.1
LENGTH_SLACK_S = 0.5
"""A clip is too short or too long when it is off by more than a tenth and half a second."""
TRACE_SLACK_S = 1.0
"""A trace may end with the sample after the music: they are half a second apart."""
COMMON_SHARE = 0.8
"""When so many clips have one length, the others are unlike them."""
MIN_CLIPS = 5
"""Among fewer clips nothing is common or odd."""
SHORTEST, LONGEST = "shortest clip, s", "longest clip, s"
"""What datasets that state the length of their clips call it among their expected counts."""
N_DETAILS = 20


def check(dataset: DoctorDataset, others: Sequence[DoctorDataset] = ()) -> list[Finding]:  # noqa: ARG001  (every check is asked the same way)
    """Report defects of files and of their sound, one finding for each kind."""
    return [*_of_files(dataset), *_of_sound(dataset), *_lengths(dataset)]


def _of_files(dataset: DoctorDataset) -> Iterable[Finding]:
    warnings = [file.warning if file is not None else "" for file in dataset.files]
    cut = np.array(
        [bool(text) and not any(word in text for word in UNKNOWN_ENDS) for text in warnings], dtype=bool
    )
    details = [f"{source_id}: {text}" for source_id, text in zip(dataset.ids, warnings, strict=True)]
    yield from _finding(
        dataset, "cut files", "warning", cut, "may be cut: their files end before they should; copy them again",
        details=[text for text, told in zip(details, cut, strict=True) if told],
    )  # fmt: skip
    rates = [file.sample_rate_hz if file is not None else 0 for file in dataset.files]
    known = Counter(rate for rate in rates if rate)
    if known.total() >= MIN_CLIPS and len(known) > 1:
        common = known.most_common(1)[0][0]
        odd = np.array([rate not in {0, common} for rate in rates], dtype=bool)
        told = [f"{n} at {rate:,} Hz" for rate, n in known.most_common() if rate != common]
        yield from _finding(
            dataset, "sample rates", "note", odd,
            f"have another sample rate than the rest ({common:,} Hz): what encoders cut off differs, and features may "
            "tell it",
            {"common rate (Hz)": float(common)}, told,
        )  # fmt: skip


def _of_sound(dataset: DoctorDataset) -> Iterable[Finding]:
    problems = [one.problem if one is not None else "" for one in dataset.heard]
    failed = np.array([bool(text) for text in problems], dtype=bool)
    yield from _finding(
        dataset, "undecodable", "warning", failed, "cannot be decoded; copy their files again",
        details=[text for text in problems if text],
    )  # fmt: skip
    facts = [one.facts if one is not None else None for one in dataset.heard]
    silent = _where(facts, lambda one: one.peak < SILENT_PEAK)
    yield from _finding(
        dataset, "silent", "warning", silent, "are silent: their labels belong to no sound",
        {"largest peak": max((one.peak for one in facts if one and one.peak < SILENT_PEAK), default=0.0)},
    )  # fmt: skip
    shares = [one.clipped_share for one in facts if one and one.clipped_share > CLIPPED_SHARE]
    yield from _finding(
        dataset, "clipped", "note", _where(facts, lambda one: one.clipped_share > CLIPPED_SHARE),
        "are clipped: more than a thousandth of their samples is cut off at full scale, which sounds harsh",
        {"largest share": max(shares, default=0.0), "median share": float(np.median(shares)) if shares else 0.0},
    )  # fmt: skip
    yield from _finding(
        dataset, "dual mono", "note", _where(facts, lambda one: one.dual_mono),
        "have the same sound in both channels: they are mono, stored as stereo",
    )  # fmt: skip


def _lengths(dataset: DoctorDataset) -> Iterable[Finding]:
    length_s = _length_s(dataset)
    known = np.isfinite(length_s)
    behind = known & (dataset.trace_end_s > length_s + TRACE_SLACK_S)
    if behind.any():
        missing = (dataset.trace_end_s - length_s)[behind]
        yield from _finding(
            dataset, "shorter than trace", "warning", behind,
            "are shorter than their traces: the file is cut, or it is another excerpt than the one that was rated",
            {"most seconds missing": float(missing.max()), "median seconds missing": float(np.median(missing))},
        )  # fmt: skip
    bounds = _documented(dataset) or _common(length_s[known])
    if bounds is None:
        return
    low, high, why = bounds
    off = known & ~behind
    off &= (length_s < low * (1 - LENGTH_SLACK) - LENGTH_SLACK_S) | (
        length_s > high * (1 + LENGTH_SLACK) + LENGTH_SLACK_S
    )
    if off.any():
        evidence = {"shortest (s)": float(length_s[off].min()), "longest (s)": float(length_s[off].max())}
        told = [f"{source_id}: {one:.1f} s" for source_id, one in zip(dataset.ids, length_s, strict=True)]
        yield from _finding(
            dataset, "length", "warning" if _documented(dataset) else "note", off,
            f"last from {evidence['shortest (s)']:.1f} to {evidence['longest (s)']:.1f} s, {why}",
            evidence | {"expected from (s)": low, "expected to (s)": high},
            [text for text, told_of in zip(told, off, strict=True) if told_of],
        )  # fmt: skip


def _length_s(dataset: DoctorDataset) -> FloatArray:
    """Seconds of sound of each clip: as decoded (unless too long for that), else as its file states; NaN without a file."""
    lengths = np.full(len(dataset.ids), np.nan)
    for row, (file, heard) in enumerate(zip(dataset.files, dataset.heard, strict=True)):
        if heard is not None and heard.facts is not None and heard.facts.duration_s < LONGEST_S - 1:
            lengths[row] = heard.facts.duration_s
        elif file is not None:
            onset_s, duration_s = dataset.span_s[row]
            lengths[row] = np.nanmin([max(0.0, file.duration_s - onset_s), duration_s])
    return lengths


def _documented(dataset: DoctorDataset) -> tuple[float, float, str] | None:
    stated = dict(dataset.info.expected_counts)
    if SHORTEST not in stated or LONGEST not in stated:
        return None
    low, high = float(stated[SHORTEST]), float(stated[LONGEST])
    span = f"{low:g} s" if low == high else f"{low:g} to {high:g} s"
    return low, high, f"and clips of {dataset.name} are documented to last {span}"


def _common(length_s: FloatArray) -> tuple[float, float, str] | None:
    """The length that most clips have, when there is one."""
    if len(length_s) < MIN_CLIPS:
        return None
    common = float(np.median(length_s))
    near = np.abs(length_s - common) <= LENGTH_SLACK * common + LENGTH_SLACK_S
    if near.mean() < COMMON_SHARE:
        return None
    return common, common, f"and the others {common:.1f} s"


def _where(facts: Sequence[AudioFacts | None], wanted: Callable[[AudioFacts], bool]) -> BoolArray:
    return np.array([one is not None and wanted(one) for one in facts], dtype=bool)


def _finding(
    dataset: DoctorDataset,
    name: str,
    severity: Severity,
    mask: BoolArray,
    what: str,
    evidence: dict[str, float] | None = None,
    details: Sequence[str] = (),
) -> Iterable[Finding]:
    """One finding about the clips of a mask; none when it is empty."""
    n = int(np.count_nonzero(mask))
    if not n:
        return
    affected = tuple(source_id for source_id, told in zip(dataset.ids, mask, strict=True) if told)
    kept = tuple(details[:N_DETAILS])
    if len(details) > N_DETAILS:
        kept = (*kept, f"and {len(details) - N_DETAILS} more")
    text = f"{n} of {len(dataset.ids)} clips of {dataset.name} {what}."
    numbers = {"clips": float(n), **(evidence or {})}
    yield Finding(name, severity, dataset.name, text, numbers, affected, details=kept)
