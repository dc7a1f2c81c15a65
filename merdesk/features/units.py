"""What goes to an extraction process, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from merdesk.domain.protocols import FeatureArrays


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
