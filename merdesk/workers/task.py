"""What a process is to do: the name of a function that makes the task, and what it is made with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Task = Callable[[Any], Any]
"""Answers one unit."""


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """How a process makes its task, once, before it takes units.

    Attributes
    ----------
    maker
        `module:function`; called in the process with `arguments` and, as `tell=`, a function that names a step that
        takes long (compiling, loading weights) to whoever is watching. It loads what the task needs, and returns
        the task.
    arguments
        What can be sent to another process.
    """

    maker: str
    arguments: tuple[Any, ...] = ()

    def make(self, tell: Callable[[str], None]) -> Task:
        """Make the task; called in the process that works."""
        module, _, function = self.maker.partition(":")
        made: Task = getattr(import_module(module), function)(*self.arguments, tell=tell)
        return made


@dataclass(frozen=True, slots=True)
class Step:
    """A process names what it is doing before it can take units."""

    name: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A process can take units; `failure` says why not, as `attempt` gave it."""

    failure: Any = None


@dataclass(frozen=True, slots=True)
class Done:
    """Numbers of units and what was answered, a `Failure` where the task raised."""

    answers: tuple[tuple[int, Any], ...]

    @classmethod
    def of(cls, answers: Iterable[tuple[int, Any]]) -> "Done":
        """The same of any iterable."""
        return cls(tuple(answers))


Message = Step | Ready | Done
