"""What can go wrong, and the one place where anything at all is caught.

A `MerdeskError` is the environment's fault (a broken file, a full disk): its message is one sentence that says
what happened and what to do. Everything else is ours, and reaches the user as a crash report.
"""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


WITHOUT_TORCH = "This merdesk comes without PyTorch, which Jukebox features and perceptrons need; install it with PyTorch."
"""Said wherever PyTorch is missed: a bundle may leave it out, being more than the rest together."""

OUT_OF_MEMORY = (
    "There is not enough memory for this; close other programs, or take fewer datasets or features with fewer columns. What "
    "was done before is kept."
)
_NO_MEMORY = ("DefaultCPUAllocator", "failed to map segment", "Cannot allocate memory")
"""PyTorch's allocator, the loader of shared libraries, the operating system."""


class MerdeskError(Exception):
    """A problem that the user can act on; the message is one sentence."""


class AudioError(MerdeskError):
    """An audio file or device cannot be used."""


class DatasetError(MerdeskError):
    """A dataset, table or folder is not what it should be."""


class FeatureError(MerdeskError):
    """Features cannot be computed, stored or read."""


class ModelError(MerdeskError):
    """A model cannot be trained, saved or loaded."""


class ProjectError(MerdeskError):
    """A project cannot be opened, read or written."""


class ReportError(MerdeskError):
    """A report cannot be written or read."""


class Cancelled(Exception):  # noqa: N818  (not an error: the user asked for it)
    """The user pressed cancel; raised at the next checkpoint."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What is left of a call that raised.

    Attributes
    ----------
    message
        One sentence for the user.
    expected
        True for a `MerdeskError`; False for a defect of ours, which `details` helps to find.
    cancelled
        True when the user stopped it.
    details
        The traceback, for the crash report and the log.
    """

    message: str
    expected: bool
    cancelled: bool = False
    details: str = ""


def attempt(call: Callable[[], T]) -> T | Failure:
    """Call, and turn whatever is raised into a `Failure`.

    The only `except Exception` of the project: the job runner, the worker loop, the player loop, the command
    line and the window share it. KeyboardInterrupt and SystemExit pass.
    """
    try:
        return call()
    except Cancelled:
        return Failure("Cancelled.", expected=True, cancelled=True)
    except MerdeskError as error:
        return Failure(str(error), expected=True, details=traceback.format_exc())
    except Exception as error:  # noqa: BLE001  (the one place)
        if isinstance(error, ModuleNotFoundError) and error.name == "torch":
            return Failure(WITHOUT_TORCH, expected=True, details=traceback.format_exc())
        if _lacks_memory(error):
            return Failure(OUT_OF_MEMORY, expected=True, details=traceback.format_exc())
        summary = "".join(traceback.format_exception_only(error)).strip()
        return Failure(summary, expected=False, details=traceback.format_exc())


def _lacks_memory(error: BaseException | None) -> bool:
    """True for a failed allocation, or for what follows from one, in a library's own words too."""
    while error is not None:
        if isinstance(error, MemoryError) or any(words in str(error) for words in _NO_MEMORY):
            return True
        error = error.__cause__ or error.__context__
    return False
