"""Reading a project on the thread that computes, beside the one that owns it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from merdesk.project.project import Project


@dataclass(frozen=True, slots=True)
class Beside:
    """A way to read a project once more, as it is shown; labels of 100,000 clips would hold the window for a second."""

    path: Path
    as_filed: bool

    @classmethod
    def of(cls, project: Project) -> Self:
        """To be made on the thread that owns the project."""
        return cls(project.path, project.as_filed)

    @contextmanager
    def opened(self) -> Iterator[Project]:
        """The project by a reader of its own, for the thread that calls."""
        with Project.open(self.path, read_only=True) as reader:
            reader.as_filed = self.as_filed
            yield reader
