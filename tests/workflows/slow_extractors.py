"""An extractor that takes its time, and waits for good over a loud clip."""

import os
import time
from pathlib import Path

import numpy as np

from merdesk.domain.protocols import FeatureArrays

LOUD = 0.5
LOG = "MERDESK_TEST_SLOW_LOG"
"""Names a file that grows by a byte with each clip that is begun."""


class Slow:
    """Mean and peak, after a moment."""

    name = "slow"
    version = 1
    sample_rate_hz = 8000
    dimension_names = ("mean", "peak")
    settings: dict[str, int] = {}  # noqa: RUF012  (the protocol has it so)

    def extract(self, y):
        if path := os.environ.get(LOG):
            with Path(path).open("ab", buffering=0) as log:
                log.write(b".")
        time.sleep(600 if np.abs(y).max() > LOUD else 0.05)
        values = [float(y.mean()), float(np.abs(y).max())]
        return FeatureArrays(values, [values])
