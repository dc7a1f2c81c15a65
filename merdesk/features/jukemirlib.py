"""`jukemirlib`: Jukebox features by the package that first made them, where the user has it installed.

It computes what `jukebox` computes, in more memory, so that numbers can be checked against the older code. What is
known to go wrong with it is avoided: it gets one clip at a time (conditioning is cached for the size of the first
batch), samples that are normalised (only its own loader does so), a folder that holds both weights files (it would
fetch 10 GB unasked), and its frames are averaged here (its mean runs over clips when it gets several).
"""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import Failure, FeatureError, attempt
from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.choice import PUBLISHED_LAYER, JukeboxChoice, preferred_device
from merdesk.features.jukebox.extractor import normalised
from merdesk.features.jukebox.weights import fingerprint, locate_weights
from merdesk.features.jukebox.windows import (
    CODE_SAMPLES,
    SAMPLE_RATE_HZ,
    Pooling,
    kept_samples,
    plan_windows,
)

PACKAGE = "jukemirlib"
N_CTX = 8192


class Jukemirlib:
    """The mean over time of the 5b prior's activations after a layer, as jukemirlib computes them.

    Parameters
    ----------
    layer
        Counted from 1, as jukemirlib does.
    """

    version = 1
    sample_rate_hz = SAMPLE_RATE_HZ

    def __init__(self, layer: int = PUBLISHED_LAYER) -> None:
        self.name = JukeboxChoice(layer=layer, base=PACKAGE).name
        self._layer = layer
        self._library: ModuleType | None = None

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """What the numbers depend on besides the version, the weights among it.

        Raises
        ------
        FeatureError
            When there are no weights.
        """
        weights = locate_weights()
        return MappingProxyType(
            {
                "layer": self._layer,
                "window": "first",
                "precision": "fp32",
                "normalisation": "peak",
                "resampler": "soxr_hq",
                "vqvae": fingerprint(weights.vqvae),
                "prior": fingerprint(weights.prior),
            }
        )

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """`jukemirlib 36.0000` and so on: layer and dimension."""
        width = Checkpoint.open(locate_weights().prior).shape("prior.x_emb.weight")[1]
        return tuple(f"{PACKAGE} {self._layer}.{i:04d}" for i in range(width))

    def extract(self, y: FloatArray) -> FeatureArrays:
        """Features of the first 23.8 s of mono samples y [n] at 44,100 Hz: pooled [width] and frames at 2 Hz.

        Raises
        ------
        FeatureError
            When jukemirlib cannot be loaded, there are no weights, y is too short or holds values that are no
            numbers, or the answer has another shape than it should.
        """
        samples = normalised(y)[: kept_samples(len(y), N_CTX, "first")]
        (window,) = plan_windows(len(samples) // CODE_SAMPLES, N_CTX, "first")
        answer = self._loaded().extract(audio=samples.copy(), layers=[self._layer])
        if self._layer not in answer:
            raise FeatureError(f"jukemirlib gives no layer {self._layer}; choose a lower one.")
        # One code alone comes without its axis.
        frames = np.atleast_2d(np.asarray(answer[self._layer], dtype=np.float32))
        if len(frames) != window.n_codes:
            raise FeatureError(
                f"jukemirlib answers with {len(frames)} frames where {window.n_codes} are due; choose jukebox instead."
            )
        pooling = Pooling((window,), len(y), frames.shape[1])
        pooling.add(window, pooling.weights(window) @ frames)
        return FeatureArrays(pooling.pooled(), pooling.frames())

    def _loaded(self) -> ModuleType:
        """The package, told where the weights are before it looks for them itself."""
        if self._library is None:
            folder = str(locate_weights().folder)
            found = attempt(lambda: import_module(PACKAGE))
            if isinstance(found, Failure):
                raise FeatureError(
                    f"jukemirlib is installed but cannot be loaded ({found.message}); choose jukebox instead."
                )
            # It reads the folder from `constants` and the device from the package; what its own README says, to set
            # the folder on the package, has no effect.
            import_module(f"{PACKAGE}.constants").CACHE_DIR = folder  # type: ignore[attr-defined]  # a module that is set up by its globals
            if preferred_device() != "auto":
                found.DEVICE = preferred_device()  # type: ignore[attr-defined]  # a module that is set up by its globals
            self._library = found
        return self._library
