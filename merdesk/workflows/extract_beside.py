"""Extract without holding the project: beside an open window, with nothing but the store's lock."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from merdesk.features.store import FeatureStore
from merdesk.project import problems
from merdesk.project.project import Project
from merdesk.workflows.executors import Elsewhere
from merdesk.workflows.extract import ExtractFeatures, ExtractSummary
from merdesk.workflows.inbox import take_in


def extract_beside(
    path: Path,
    names: Sequence[str],
    *,
    workers: int,
    run: Callable[[Any], ExtractSummary],
    elsewhere: Elsewhere | None = None,
) -> ExtractSummary:
    """Extract without holding the project, which a window may have open and go on writing."""
    _open_shortly(path)
    try:
        with Project.open(path, read_only=True) as reader:
            summary = run(ExtractFeatures(reader, names, workers=workers, elsewhere=elsewhere))
    finally:
        _open_shortly(path)
    _open_shortly(path, summary)
    return summary


def _open_shortly(path: Path, summary: ExtractSummary | None = None) -> None:
    """Take in what waits, and list what failed, unless a window has the project: it does so itself."""
    with Project.open(path) as project, FeatureStore.open(project.features_dir) as store:
        take_in(project, store)
        if summary is not None and summary.problems and not project.read_only:
            problems.add(project, None, summary.problems)
