"""merdesk: see, hear and explain the distribution gap of music emotion recognition.

`merdesk.open(path)` reads a project from a notebook or script; see `merdesk.study`.
"""

from importlib import import_module
from os import PathLike
from typing import Any

__version__ = "0.1.0"


def open(path: str | PathLike[str], *, as_filed: bool = False) -> Any:  # noqa: A001  (read as merdesk.open)
    """Open a project for reading: a `merdesk.study.Study` with clips(), features(name) and predictions(model).

    `as_filed` sets the repairs of published values aside.

    Raises
    ------
    ProjectError
        When there is no project at the path.
    """
    # By name: every module imports this package first, and most of them lie below `study`.
    study = import_module("merdesk.study")
    return study.Study.open(import_module("pathlib").Path(path), as_filed=as_filed)
