"""Rules for every test: nothing left running, settings of its own, no window on a real screen."""

import multiprocessing
import os
import signal
import threading
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import pytest  # noqa: E402  (numpy reads the variables above when it loads)
from hypothesis import HealthCheck, settings  # noqa: E402  (as above)

settings.register_profile(
    "merdesk",
    deadline=None,
    print_blob=True,
    derandomize="CI" in os.environ,  # the same examples for the same commit; other runs look further
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("merdesk")

# A shell that runs this in the background has it ignored, and children inherit that: Ctrl-C could not be tested.
signal.signal(signal.SIGINT, signal.default_int_handler)

GRACE_S = 3.0
"""A thread or process that was told to leave may take this long."""

LASTING = ("pytest", "tqdm", "Dask-Offload")
"""Threads that their libraries keep for good: Dask one, idle, from its first larger message on."""


def _own_threads():
    return {t for t in threading.enumerate() if t.is_alive() and not t.name.startswith(LASTING)}


@pytest.fixture(autouse=True)
def nothing_left_running():
    """A test that leaves a thread or a child process behind fails and names it."""
    before = _own_threads()
    yield
    ends = time.monotonic() + GRACE_S
    while time.monotonic() < ends:
        left = [t.name for t in _own_threads() - before] + [p.name for p in multiprocessing.active_children()]
        if not left:
            return
        time.sleep(0.02)
    pytest.fail(f"left running: {', '.join(left)}")


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory, monkeypatch):
    """Settings of the person who runs the tests are neither read nor written."""
    monkeypatch.setenv("MERDESK_CONFIG", str(tmp_path_factory.mktemp("config")))
