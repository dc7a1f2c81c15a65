"""Processes that stay warm, driven by the thread that iterates over what they answer."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Self

from merdesk.errors import Failure, MerdeskError
from merdesk.progress import Progress
from merdesk.workers.process import Process
from merdesk.workers.roster import Outcome, Roster
from merdesk.workers.task import Done, Message, Ready, Step, TaskSpec

POLL_S = 0.1
"""How soon cancel, pause and time-outs are noticed while nothing else happens."""
MAX_BARREN_DEATHS = 6
"""So many processes, and once all of a pool's, may die in a row without anything to show for it; then something is
wrong with the machine."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a pool deals with its processes.

    Attributes
    ----------
    name
        Of the processes, in lists of processes and in sentences: "The <name> process ended ...".
    problem
        What is raised when processes cannot be had here.
    timeout_s
        A unit that takes longer is set aside and its process ended.
    held
        Units that a process may hold: one at work and one waiting for long ones, more for short ones, so that none
        idles while its answers are dealt with.
    worth
        There is a process for each so many units, up to the pool's number.
    """

    name: str
    problem: type[MerdeskError] = MerdeskError
    timeout_s: float = 300.0
    held: int = 2
    worth: int = 1


class Pool:
    """Up to `n_processes` processes that make a task once and answer units until `close`."""

    def __init__(self, spec: TaskSpec, n_processes: int, terms: Terms) -> None:
        self.spec = spec
        self.n_processes = n_processes
        self.terms = terms
        self._processes: list[Process] = []
        self._running = False

    @property
    def ready(self) -> bool:
        """True while a process waits for units or works on them."""
        return any(process.ready for process in self._processes)

    def begin(self) -> None:
        """Start the first process and do not wait for it; it warms up while the caller does other things."""
        if not self._processes:
            self._processes.append(Process(self.spec, self.terms.name))

    def start(self, progress: Progress) -> None:
        """Start one process and wait until it is ready; the steps that it names are begun.

        One alone: two that compile the same kernels, or load the same libraries, take longer than one after the
        other.

        Raises
        ------
        MerdeskError
            Of the kind in `terms`, when it cannot be started here.
        Cancelled
            At the first checkpoint after a cancel; no process is left then.
        """
        try:
            while not self.ready:
                progress.checkpoint()
                self._await_first(progress)
        except BaseException:
            self._end_all()
            raise

    def run(self, units: Iterable[Any], progress: Progress) -> Generator[Outcome, None, None]:
        """Have units answered; outcomes come as they are ready, in no set order.

        Units are taken one by one when a process has room, so a generator may decide late what comes next. When the
        iteration is left early, by cancel, error or `close` of the generator, all processes end.

        Raises
        ------
        MerdeskError
            Of the kind in `terms`, when processes keep dying.
        Cancelled
            At the first checkpoint after a cancel.
        """
        if self._running:
            raise ValueError("one pool drives one run at a time")
        self._running = True
        roster = Roster(units)
        try:
            if roster.total != 0:
                self.start(progress)
                while roster.open:
                    self._staff(roster)
                    self._feed(roster)
                    yield from self._listen(roster)
                    progress.checkpoint()
        finally:
            self._running = False
            if roster.open:
                self._end_all()

    def close(self) -> None:
        """End the processes; those that are idle leave by themselves."""
        for process in self._processes:
            process.dismiss()
        self._end_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _end_all(self) -> None:
        for process in self._processes:
            process.end()
        self._processes.clear()

    def _await_first(self, progress: Progress) -> None:
        self.begin()
        first = self._processes[0]
        wait([first.connection, first.sentinel], POLL_S)
        alive = first.alive
        for message in first.messages():
            if isinstance(message, Step):
                progress.begin(message.name)
            self._greet(first, message)
        if not alive:
            raise self.terms.problem(
                f"The {self.terms.name} process ended while it was starting ({first.cause}); "
                "close other programs if memory is short, then try again."
            )

    def _greet(self, process: Process, message: Message) -> None:
        if isinstance(message, Ready):
            failure = message.failure
            if isinstance(failure, Failure):
                if failure.expected:
                    raise self.terms.problem(failure.message)
                raise RuntimeError(failure.details)  # noqa: TRY004  (a defect, told as it was)
            process.ready = True

    def _staff(self, roster: Roster) -> None:
        """Start processes until there are as many as the units are worth, or as may be."""
        wanted = self.n_processes
        if roster.total is not None:
            wanted = min(wanted, -(-roster.total // self.terms.worth))
        while len(self._processes) < wanted:
            self._processes.append(Process(self.spec, self.terms.name))

    def _feed(self, roster: Roster) -> None:
        """Give units out, first to those that have least."""
        free = [process for process in self._processes if process.ready]
        given: dict[Process, list[tuple[int, Any]]] = {process: [] for process in free}
        while free:
            process = min(free, key=lambda one: len(one.held) + len(given[one]))
            if len(process.held) + len(given[process]) >= self.terms.held:
                break
            taken = roster.take()
            if taken is None:
                break
            given[process].append(taken)
        for process, units in given.items():
            if units and not process.give(units):
                roster.give_back(number for number, _ in units)

    def _listen(self, roster: Roster) -> list[Outcome]:
        """Wait a moment for what the processes say, and for their death."""
        if not roster.open:
            return []
        wait([handle for p in self._processes for handle in (p.connection, p.sentinel)], POLL_S)
        outcomes: list[Outcome] = []
        for process in list(self._processes):
            alive = process.alive  # asked first: what a dead process has said is then all in the pipe
            for message in process.messages():
                self._greet(process, message)
                if isinstance(message, Done):
                    for number, answer in message.answers:
                        process.held.remove(number)
                        outcomes.append(roster.finish(number, answer))
            if not alive:
                outcomes += self._bury(process, roster)
            elif (late := process.overdue(self.terms.timeout_s)) is not None:
                outcomes += self._time_out(process, late, roster)
        return outcomes

    def _bury(self, process: Process, roster: Roster) -> list[Outcome]:
        self._remove(process)
        current = process.current
        roster.give_back(number for number in process.held if number != current)
        poisoned = roster.killed(current, process.cause)
        if poisoned is None and roster.barren_deaths > MAX_BARREN_DEATHS + self.n_processes:
            raise self.terms.problem(
                f"The {self.terms.name} processes keep dying ({process.cause}); "
                "close other programs or use fewer workers."
            )
        return [] if poisoned is None else [poisoned]

    def _time_out(self, process: Process, late: int, roster: Roster) -> list[Outcome]:
        self._remove(process)
        if process.current != late:  # it was just done, and its answer did not come through: once more
            roster.give_back(process.held)
            return []
        roster.give_back(number for number in process.held if number != late)
        return [roster.timed_out(late, self.terms.timeout_s)]

    def _remove(self, process: Process) -> None:
        process.end()
        self._processes.remove(process)
