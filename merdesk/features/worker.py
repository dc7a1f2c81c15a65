"""What runs in an extraction process: decode a clip once, run the extractors that are wanted, answer."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from merdesk.audio.files import Samples, audio_digest, decode, mono
from merdesk.audio.loudness import integrated_lufs
from merdesk.audio.quiet import libraries_kept_quiet
from merdesk.domain.arrays import FloatArray
from merdesk.domain.protocols import FeatureArrays, FeatureExtractor
from merdesk.errors import AudioError, Failure, attempt
from merdesk.features import extractor
from merdesk.features.units import Unit, UnitResult

MIN_CLIP_S = 0.25
"""Shorter clips hold nothing that could be heard as an emotion; the limit of importing, too."""
STEP_COMPILE = "Compiling librosa's kernels (first use only)"


def make(
    names: Sequence[str],
    loudness: bool,  # noqa: FBT001  (comes by position from another process)
    cores: int = 1,
    *,
    tell: Callable[[str], None],
) -> Callable[[Unit], UnitResult]:
    """Make the extractors, let each load its libraries and compile its kernels; returns what extracts a unit.

    A process works with one thread; an extractor that gains from more has `use_cores`, and gets this many.
    """
    extractors = {name: extractor(name) for name in names}
    for one in extractors.values():
        if hasattr(one, "use_cores"):
            one.use_cores(cores)
    if loudness:
        integrated_lufs(np.zeros(8000, np.float32), 8000)
    waiting = [one for one in extractors.values() if hasattr(one, "warm_up")]
    if waiting:
        from merdesk.features.kernels import on_compilation

        with on_compilation(lambda: tell(STEP_COMPILE)):
            for one in waiting:
                one.warm_up()
    return partial(extract, extractors=extractors, loudness=loudness)


def extract(unit: Unit, extractors: Mapping[str, FeatureExtractor], *, loudness: bool = True) -> UnitResult:
    """Decode a clip once and run the extractors that it wants; whatever goes wrong becomes its problem."""
    path = Path(os.fsdecode(unit.path))
    read = attempt(lambda: _read(path, unit))
    if isinstance(read, Failure):
        return UnitResult(unit, unit.digest, problem=_sentence(path, read), details=_details(read))
    digest, samples = read
    features: dict[str, FeatureArrays] = {}
    failures: list[Failure] = []
    by_rate: dict[int, FloatArray] = {}
    for name in unit.extractors or tuple(extractors):
        made = attempt(partial(_features, extractors[name], samples, by_rate))
        if isinstance(made, Failure):
            failures.append(made)
        else:
            features[name] = made
    lufs = attempt(lambda: integrated_lufs(samples.y, samples.sample_rate_hz)) if loudness else math.nan
    return UnitResult(
        unit,
        digest,
        features,
        loudness_lufs=math.nan if isinstance(lufs, Failure) else lufs,
        problem=" ".join(_sentence(path, failure) for failure in failures) or None,
        details="\n".join(filter(None, map(_details, failures))),
    )


def _read(path: Path, unit: Unit) -> tuple[bytes, Samples]:
    before = _stamp(path)
    with libraries_kept_quiet():
        samples = decode(path, onset_s=unit.onset_s, duration_s=unit.duration_s)
        digest = unit.digest or audio_digest(path)
    if _stamp(path) != before:
        raise AudioError(f"{_shown(path)} changed while it was read; extract its features again.")
    if samples.duration_s < MIN_CLIP_S:
        raise AudioError(
            f"The clip of {_shown(path)} is only {samples.duration_s:.2f} s long; no features can be computed of it."
        )
    return digest, samples


def _features(one: FeatureExtractor, samples: Samples, by_rate: dict[int, FloatArray]) -> FeatureArrays:
    rate_hz = one.sample_rate_hz
    if rate_hz not in by_rate:
        one_channel = mono(samples.y, samples.sample_rate_hz, rate_hz)
        one_channel.flags.writeable = False  # so that what one extractor makes of it can serve the next
        by_rate[rate_hz] = one_channel
    return one.extract(by_rate[rate_hz])


def _stamp(path: Path) -> tuple[int, int] | None:
    if not path.exists():
        return None  # `decode` says it better
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _shown(path: Path) -> str:
    return str(path).encode("utf-8", "replace").decode("utf-8")


def _sentence(path: Path, failure: Failure) -> str:
    if failure.expected:
        return failure.message
    return f"The features of {_shown(path)} could not be computed ({failure.message}); the rest goes on."


def _details(failure: Failure) -> str:
    return "" if failure.expected else failure.details
