"""Extractors for tests of clusters, made by `cluster_extractors:Name` in the workers' extraction processes.

Each looks at the level of the sound to decide what to do, so that a test chooses by the sound it writes.
"""

import os
import signal
import time

import numpy as np

from merdesk.domain.protocols import FeatureArrays

POISON, DEADLY, SLOW = 0.9, 0.8, 0.7


class Level:
    """The level and the process that computed it; poison kills that process, deadly sounds the worker above it."""

    name = "level"
    version = 1
    sample_rate_hz = 8000
    dimension_names = ("mean", "peak")
    settings: dict[str, int] = {}  # noqa: RUF012  (the protocol has it so)

    def extract(self, y):
        level = round(float(np.median(y)), 1)
        if level == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        if level == DEADLY:
            os.kill(os.getppid(), signal.SIGKILL)
        if level >= SLOW:
            time.sleep(600)
        return FeatureArrays([float(y.mean()), float(np.abs(y).max())], [[float(y.mean()), 0.0]])


class Lingering(Level):
    """The same, after a moment."""

    name = "lingering"

    def extract(self, y):
        time.sleep(0.1)
        return super().extract(y)


class Whose(Level):
    """Which process computed it, and where."""

    name = "whose"

    def extract(self, y):
        return FeatureArrays([os.getpid(), os.getppid()], [[0.0, 0.0]])


class Newer(Level):
    """What another version of the extractor gives on the worker: the client has no such variable."""

    @property
    def version(self):
        return int(os.environ.get("MERDESK_TEST_VERSION", "1"))
