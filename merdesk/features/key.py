"""What features belong to: this audio, this span, this extractor in this version with these settings."""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from merdesk.domain.protocols import FeatureExtractor

DIGEST_BYTES = 32
CONTENT_MAX_BYTES = 64

Span = tuple[bytes, float, float | None]
"""Digest of the audio, onset and duration in seconds: what a row is of, whichever set it belongs to."""


def canonical(settings: Mapping[str, str | int | float]) -> str:
    """Settings as JSON that is the same text for the same settings.

    Examples
    --------
    >>> canonical({"b": 1, "a": "x"})
    '{"a":"x","b":1}'
    """
    return json.dumps(dict(settings), sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """An extractor in one version with one choice of settings: features that may be compared."""

    extractor: str
    version: int
    settings: str

    @classmethod
    def of(cls, extractor: FeatureExtractor) -> "FeatureSet":
        """The set that an extractor, as it is now, produces."""
        return cls(extractor.name, extractor.version, canonical(extractor.settings))


@dataclass(frozen=True, slots=True)
class FeatureKey:
    """Name of one clip's features.

    Attributes
    ----------
    content
        Digest of the audio, 1 to 64 bytes: the same music under another path or with other tags is found again.
    onset_s, duration_s
        The span; None to the end of the file.
    extractor, version, settings
        See `FeatureSet`; settings as text by `canonical`.
    """

    content: bytes
    onset_s: float
    duration_s: float | None
    extractor: str
    version: int
    settings: str

    def __post_init__(self) -> None:
        if not 0 < len(self.content) <= CONTENT_MAX_BYTES:
            raise ValueError(f"a content digest has 1 to {CONTENT_MAX_BYTES} bytes, not {len(self.content)}")

    @classmethod
    def of(
        cls, features: FeatureSet, *, content: bytes, onset_s: float, duration_s: float | None
    ) -> "FeatureKey":
        """Key of one clip in a set."""
        return cls(content, onset_s, duration_s, features.extractor, features.version, features.settings)

    @property
    def features(self) -> FeatureSet:
        """The set that these features belong to."""
        return FeatureSet(self.extractor, self.version, self.settings)

    @property
    def span(self) -> Span:
        """What these features are of."""
        return self.content, self.onset_s, self.duration_s

    @property
    def digest(self) -> bytes:
        """32 bytes that stand for the whole key."""
        # -0.0 and 0.0 are one onset; adding 0.0 makes them one pattern of bits. NaN stands for "to the end".
        span = struct.pack(
            "<dd", self.onset_s + 0.0, float("nan") if self.duration_s is None else self.duration_s
        )
        names = f"{self.extractor}\n{self.version}\n{self.settings}".encode()
        return hashlib.blake2b(
            struct.pack("<I", len(self.content)) + self.content + span + names, digest_size=DIGEST_BYTES
        ).digest()
