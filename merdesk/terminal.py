"""What the verbs of the command line share: progress on the terminal, answers, options."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bar

from merdesk.errors import MerdeskError
from merdesk.progress import Progress
from merdesk.project.project import Project
from merdesk.workflows.workflow import Delivering, Workflow, run_here

log = Console(stderr=True, highlight=False, markup=False, emoji=False)

ProjectPath = Annotated[Path, typer.Argument(metavar="PROJECT", help="Project folder (name.merdesk).")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
AsFiled = Annotated[bool, typer.Option("--as-filed", help="Without the repairs of this project.")]
Workers = Annotated[int, typer.Option(min=0, help="Worker processes; 0 means one a core.")]


class _Shown(Delivering):
    """Progress on the terminal; parts are committed as they come."""

    def __init__(self, workflow: Workflow, bar: Bar) -> None:
        super().__init__(workflow)
        self._bar = bar
        self._task = bar.add_task(workflow.title, total=None)

    def begin(self, step: str, total: int | None = None, *, done: int = 0) -> None:
        super().begin(step, total, done=done)
        self._bar.update(self._task, description=step, total=total, completed=done)

    def advance(self, n: int = 1) -> None:
        super().advance(n)
        self._bar.update(self._task, completed=self.state().done)


def run(workflow: Workflow, *, in_bytes: bool = False) -> Any:
    """Run a workflow, with a bar when somebody is watching; what counts bytes shows how many come a second."""
    if not log.is_terminal:
        return run_here(workflow)
    counts: tuple[ProgressColumn, ...] = (MofNCompleteColumn(),)
    if in_bytes:
        counts = (DownloadColumn(), TransferSpeedColumn())
    layout = (TextColumn("{task.description}"), BarColumn(), *counts, TimeRemainingColumn())
    with Bar(*layout, console=log, transient=True) as bar:
        progress: Progress = _Shown(workflow, bar)
        return run_here(workflow, progress)


def run_stoppable(make: Callable[[], Workflow]) -> Any:
    """Make and run a workflow; one that Ctrl-C stops says what is in the project and how to go on."""
    workflow: Workflow | None = None
    try:
        workflow = make()
        return run(workflow)
    except KeyboardInterrupt as stop:
        kept = getattr(workflow, "kept", "nothing of it is in the project; the same command begins anew.")
        raise MerdeskError(f"Stopped by Ctrl-C; {kept}") from stop


def answer(values: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    """Print what a verb has to say, as one JSON object or in words."""
    print(json.dumps(values, ensure_ascii=False, allow_nan=False) if as_json else sentence)


def writable(path: Path) -> Project:
    """Open a project for writing; MerdeskError when another window has it."""
    project = Project.open(path)
    if project.read_only:
        why = project.why_read_only
        project.close()
        raise MerdeskError(why)
    return project


def names_in(text: str, separator: str = ",") -> tuple[str, ...]:
    """Names out of an option, at least one."""
    names = tuple(part.strip() for part in text.split(separator) if part.strip())
    if not names:
        raise typer.BadParameter("name at least one")
    return names
