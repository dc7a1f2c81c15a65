import errno
import os
import sys

import pytest

from merdesk.errors import WITHOUT_TORCH, AudioError, Cancelled, Failure, attempt


def test_a_result_passes_through():
    assert attempt(lambda: 7) == 7


def test_a_known_problem_keeps_its_sentence():
    def fail():
        raise AudioError("a.mp3 is empty; remove it.")

    failure = attempt(fail)
    assert isinstance(failure, Failure)
    assert failure.expected
    assert failure.message == "a.mp3 is empty; remove it."


def test_a_defect_keeps_its_traceback():
    failure = attempt(lambda: 1 / 0)
    assert isinstance(failure, Failure)
    assert not failure.expected
    assert "ZeroDivisionError" in failure.message
    assert "test_errors.py" in failure.details


def test_cancel_is_neither_problem_nor_defect():
    def stop():
        raise Cancelled

    failure = attempt(stop)
    assert isinstance(failure, Failure)
    assert failure.cancelled


def test_a_merdesk_without_pytorch_says_so_in_a_sentence(monkeypatch):
    def train():
        import torch  # noqa: F401  (its absence is what is tested)

    monkeypatch.setitem(sys.modules, "torch", None)
    failure = attempt(train)
    assert isinstance(failure, Failure)
    assert failure.expected
    assert failure.message == WITHOUT_TORCH


def test_an_interrupt_passes():
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(interrupt)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError("54.9 MiB"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
        ImportError("_superlu.so: failed to map segment from shared object"),
        OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)),
    ],
)
def test_a_lack_of_memory_is_told_in_a_sentence_even_when_wrapped(error):
    def wrapped():
        raise ValueError("no array") from error

    def plain():
        raise error

    for call in (plain, wrapped):
        found = attempt(call)
        assert found.expected
        assert found.message.startswith("There is not enough memory for this")
