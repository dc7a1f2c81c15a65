"""What goes to an extraction process, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import Failure


@dataclass(frozen=True, slots=True)
class Unit:
    """One clip that is to be extracted.

    Attributes
    ----------
    path
        Raw bytes of the file system.
    onset_s, duration_s
        The span; None to the end of the file.
    digest
        Digest of the audio where it is known already; None has it computed.
    extractors
        Names of those wanted for this clip; None means all that the executor was made for.
    """

    clip_id: int
    track_id: int
    path: bytes
    onset_s: float = 0.0
    duration_s: float | None = None
    digest: bytes | None = None
    extractors: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What became of a unit.

    Attributes
    ----------
    digest
        Digest of the audio; None when the file could not be read.
    features
        Arrays by extractor; what failed is not in it.
    loudness_lufs
        Integrated loudness of the clip (BS.1770), NaN when silent or too short.
    problem
        One sentence for the user, None when all is well.
    details
        Traceback where the problem is a defect of ours, else empty.
    """

    unit: Unit
    digest: bytes | None = None
    features: Mapping[str, FeatureArrays] = field(default_factory=dict)
    loudness_lufs: float = float("nan")
    problem: str | None = None
    details: str = ""


@dataclass(frozen=True, slots=True)
class Compiling:
    """The process compiles kernels, which happens once on a machine."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The process can take units; `failure` says why not."""

    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Started:
    """The process has begun with the unit of this number."""

    number: int


@dataclass(frozen=True, slots=True)
class Done:
    """The process is through with the unit of this number."""

    number: int
    result: UnitResult


Message = Compiling | Ready | Started | Done
SINGLE_THREADED = MappingProxyType(
    dict.fromkeys(
        (
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
            "VECLIB_MAXIMUM_THREADS",
            "NUMBA_NUM_THREADS",
        ),
        "1",
    )
)
"""Two workers with a thread a core each are two to three times slower than one; torch follows OMP_NUM_THREADS."""
