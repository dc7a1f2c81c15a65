"""Extractors for tests of the executor, made by `odd_extractors:Name` inside the worker processes.

Each looks at the first sample to decide what to do, so that a test chooses by the sound it writes.
"""

import os
import signal
import time

import numpy as np

from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import FeatureError

POISON, SLOW, BROKEN, REFUSED = 0.9, 0.8, 0.7, 0.6


class Quick:
    """Mean and peak, at once."""

    name = "quick"
    version = 1
    sample_rate_hz = 8000
    dimension_names = ("mean", "peak")
    settings: dict[str, int] = {}  # noqa: RUF012  (the protocol has it so)

    def extract(self, y):
        values = [float(y.mean()), float(np.abs(y).max())]
        return FeatureArrays(values, np.tile(values, (max(1, round(len(y) / 4000)), 1)))


class Cores(Quick):
    """How many cores it was given."""

    name = "cores"

    def use_cores(self, n):
        self._cores = n

    def extract(self, y):
        return FeatureArrays([float(self._cores)] * 2, np.zeros((1, 2)))


class Odd(Quick):
    """Kills its process, sleeps, or raises, by the level of the sound."""

    name = "odd"

    def extract(self, y):
        level = round(float(np.median(y)), 1)
        if level == POISON:
            if mark := os.environ.get("MERDESK_TEST_MARK"):
                with open(mark, "a") as file:  # noqa: PTH123  (a worker starts sooner without pathlib)
                    file.write("k")
            os.kill(os.getpid(), signal.SIGKILL)
        if level == SLOW:
            time.sleep(600)
        if level == BROKEN:
            raise ZeroDivisionError("a defect")
        if level == REFUSED:
            raise FeatureError("This clip cannot be described; choose another.")
        return super().extract(y)


class OnceDeadly(Quick):
    """Kills its process the first time it is used on a machine that has no mark yet; $MERDESK_TEST_MARK is the mark."""

    name = "once"

    def extract(self, y):
        mark = os.environ["MERDESK_TEST_MARK"]
        if not os.path.exists(mark):  # noqa: PTH110  (as above)
            with open(mark, "w"):  # noqa: PTH123  (a worker starts sooner without pathlib)
                os.kill(os.getpid(), signal.SIGKILL)
        return super().extract(y)


class Environment(Quick):
    """Says how many threads it was given."""

    name = "environment"

    def extract(self, y):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "MKL_NUM_THREADS")
        values = [float(os.environ.get(name, "0")) for name in names]
        return FeatureArrays(values, [values])


def unwilling():
    """A factory that fails as one does whose weights are missing."""
    raise FeatureError("The weights are missing; download them first.")


def faulty():
    """A factory with a defect."""
    raise ZeroDivisionError("a defect")


def deadly():
    """A factory that takes its process with it."""
    os.kill(os.getpid(), signal.SIGKILL)
