"""`egemaps` and `compare`: two published sets of openSMILE, by audEERING's package where it is installed.

openSMILE is free for research, teaching and private use only, under audEERING's own licence; it is an extra
(`pip install "merdesk[opensmile]"`) and its licence is shown before first use.

References
----------
Eyben et al. (2016), "The Geneva Minimalistic Acoustic Parameter Set (GeMAPS) for voice research and affective
computing", IEEE TAC (eGeMAPS). Schuller et al. (2016), "The INTERSPEECH 2016 computational paralinguistics
challenge" (ComParE). Eyben, Woellmer & Schuller (2010), "openSMILE", ACM MM.
"""

from collections.abc import Mapping
from importlib import metadata
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import FeatureError
from merdesk.features.pooling import FRAME_RATE_HZ, n_rows
from merdesk.resources import resource

if TYPE_CHECKING:
    import opensmile

PACKAGE = "opensmile"
OPENSMILE = ("egemaps", "compare")
"""The sets that its licence concerns."""
SHORTEST_S = 0.06
"""openSMILE looks for a pitch in stretches of 60 ms; of less it gives nothing."""
CONTEXT_S = 3.5
"""What a row of frames looks at, as `resources/opensmile/frames.conf.inc` has it."""
MARGIN_S = 0.1
"""A stretch is complete only when analysis frames follow it."""
_LEAD_ROWS = 3
"""The stretch of a half second begins 1.5 s before it."""
_LOUDEST = 32767 / 32768
"""The package turns samples into 16 bits, where 1.0 would wrap round to -1.0."""

Published = Literal["eGeMAPSv02", "ComParE_2016"]


class OpenSmile:
    """Functionals of a published set; 88 values of eGeMAPSv02, 6,373 of ComParE 2016, named as published.

    Frames are the same functionals over each half second and 1.5 s to either side of it, moved inwards at the ends;
    a clip shorter than that has one vector in all rows.

    Parameters
    ----------
    name
        What the set is called here.
    published
        What openSMILE calls it.
    """

    version = 1
    sample_rate_hz = 44_100

    def __init__(self, name: str, published: Published) -> None:
        self.name = name
        self._published = published
        self._extractors: tuple[opensmile.Smile, opensmile.Smile] | None = None

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """What the numbers depend on, the version of openSMILE among it."""
        return MappingProxyType(
            {
                "published": self._published,
                "opensmile": metadata.version(PACKAGE),
                "sample_rate_hz": self.sample_rate_hz,
                "context_s": CONTEXT_S,
            }
        )

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """As openSMILE has them: `F0semitoneFrom27.5Hz_sma3nz_amean` ..."""
        return tuple(self._loaded()[0].feature_names)

    def warm_up(self) -> None:
        """Load the package."""
        self._loaded()

    def extract(self, y: FloatArray) -> FeatureArrays:
        """Functionals of mono samples y [n] at 44,100 Hz on [-1, 1]; what openSMILE cannot tell is 0.

        Raises
        ------
        FeatureError
            When y is shorter than 60 ms.
        """
        if len(y) < SHORTEST_S * self.sample_rate_hz:
            raise FeatureError(f"The clip has {len(y)} samples, too few for openSMILE; leave it out.")
        samples = np.clip(np.asarray(y, dtype=np.float32), -1.0, _LOUDEST)
        whole, over_stretches = self._loaded()
        pooled = self._functionals(whole, samples)
        long = len(y) >= (CONTEXT_S + MARGIN_S) * self.sample_rate_hz
        framewise = self._functionals(over_stretches, samples) if long else pooled
        rows = np.arange(n_rows(len(y), self.sample_rate_hz)) - _LEAD_ROWS
        frames = framewise[np.clip(rows, 0, len(framewise) - 1)]
        return FeatureArrays(pooled=pooled[0], frames=frames, frame_rate_hz=FRAME_RATE_HZ)

    def _functionals(self, smile: "opensmile.Smile", samples: FloatArray) -> FloatArray:
        """One row a stretch."""
        found = smile.process_signal(samples, self.sample_rate_hz).to_numpy()
        return np.asarray(np.nan_to_num(found, posinf=0, neginf=0))

    def _loaded(self) -> "tuple[opensmile.Smile, opensmile.Smile]":
        """What extracts over the clip, and over stretches of it."""
        if self._extractors is None:
            import opensmile

            published = opensmile.FeatureSet[self._published]
            stretches = {"frameModeFunctionalsConf": str(resource("opensmile", "frames.conf.inc"))}
            self._extractors = (opensmile.Smile(published), opensmile.Smile(published, options=stretches))
        return self._extractors


def licence() -> str:
    """The licence that came with the installed package; empty when it is not installed."""
    try:
        return "\n".join(metadata.metadata(PACKAGE).get_all("License") or ())
    except metadata.PackageNotFoundError:
        return ""
