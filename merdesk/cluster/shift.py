"""One run on a cluster: units out, results in, what was lost on the way out again."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed import KilledWorker, as_completed

from merdesk.audio.files import quick_key
from merdesk.cluster import station
from merdesk.cluster.crew import WAIT_S, Crew, Hand
from merdesk.cluster.jobs import Job, Order, OutOfReach
from merdesk.errors import Failure, FeatureError, MerdeskError, attempt
from merdesk.features.units import Unit
from merdesk.workers.pool import MAX_BARREN_DEATHS
from merdesk.workers.roster import Outcome, Roster

HELD = 2
"""Units that a worker may hold: one at work and one waiting, so that it never idles. They and their results are all
that is in memory at a time."""
WAKE_S = 0.1
MUSTER_S = 1.0
SEND_S = 60.0


RUNNING = "running"
GOES_ON = "What was computed is kept, and the same command goes on with what is missing."


@dataclass(frozen=True, slots=True)
class _Flight:
    """A unit that is with a worker."""

    number: int
    unit: Unit
    hand: Hand
    future: Any


class Shift:
    """Hands out the units of one run and takes in what became of them; not for several threads."""

    def __init__(self, client: Any, crew: Crew, order: Order, units: Iterable[Unit]) -> None:
        self._client = client
        self._crew = crew
        self._order = order
        self._roster = Roster(units)
        self._flights: dict[str, _Flight] = {}
        self._landed = as_completed(loop=client.loop, with_results=True, raise_errors=False)
        self._alone_since_s = time.monotonic()
        self._muster_at_s = self._alone_since_s + MUSTER_S

    @property
    def open(self) -> bool:
        """False once every unit has its outcome."""
        return self._roster.open

    def feed(self) -> None:
        """Give units out, first to those that have least."""
        while self._crew.hands:
            hand = min(self._crew.hands.values(), key=lambda one: len(one.held))
            if len(hand.held) >= HELD:
                return
            taken = self._roster.take()
            if taken is None:
                return
            self._send(hand, *taken)

    def listen(self) -> list[Outcome]:
        """Wait a moment for what the workers answer, and look now and then who is still there.

        Raises
        ------
        FeatureError
            When the scheduler or all workers are gone, or workers keep dying.
        """
        with self._landed.thread_condition:
            if not self._landed.has_ready():
                self._landed.thread_condition.wait(WAKE_S)
        self._check_connection()
        outcomes = []
        for future, result in self._landed.next_batch(block=False):
            flight = self._flights.pop(future.key, None)
            if flight is not None:
                outcomes += self._land(flight, result)
        if time.monotonic() >= self._muster_at_s:
            outcomes += self._muster()
        return outcomes

    def end(self) -> None:
        """Take back what is still out."""
        self._cancel(list(self._flights.values()))
        self._flights.clear()

    def _send(self, hand: Hand, number: int, unit: Unit) -> None:
        """Hand a unit to a worker; one that has no reach of our files gets the bytes with it."""
        path = Path(os.fsdecode(unit.path))
        key = attempt(lambda: quick_key(path))
        audio = None if hand.sees_files else attempt(lambda: self._shipped(path, hand))
        if isinstance(audio, Failure):
            self._roster.give_back([number])
            self._bury(
                self._crew.hands.pop(hand.address), blame=False
            )  # greeted again if it is there after all
            return
        job = Job(self._order, unit, None if isinstance(key, Failure) else key)
        future = self._client.submit(
            station.extract, job, audio, workers=[hand.address], allow_other_workers=False, pure=False
        )
        hand.held.append(number)
        self._flights[future.key] = _Flight(number, unit, hand, future)
        self._landed.add(future)

    def _shipped(self, path: Path, hand: Hand) -> Any:
        """A file's bytes on their way to a worker; None when the file has gone, which the worker will say."""
        if not path.is_file():
            return None
        return self._client.scatter(path.read_bytes(), workers=[hand.address], hash=False, timeout=SEND_S)

    def _land(self, flight: _Flight, result: Any) -> list[Outcome]:
        number, hand = flight.number, flight.hand
        hand.held.remove(number)
        if flight.future.status == "finished" and not isinstance(result, OutOfReach):
            return [self._roster.finish(number, result)]
        if isinstance(result, OutOfReach):
            hand.sees_files = False
            read = attempt(lambda: quick_key(Path(os.fsdecode(flight.unit.path))))
            if isinstance(read, Failure):
                return [self._roster.finish(number, read)]
        elif flight.future.status == "error":
            error = result[1]
            if isinstance(error, KilledWorker):
                return self._killed(number, hand)
            if hand.address in self._crew.hands:
                self._crew.leave_out(hand, _words(error))
        self._roster.give_back([number])
        return []

    def _muster(self) -> list[Outcome]:
        now_s = time.monotonic()
        self._muster_at_s = now_s + MUSTER_S
        gone = attempt(self._crew.muster)
        if isinstance(gone, Failure):
            raise self._lost(gone.message)
        if self._crew.hands:
            self._alone_since_s = now_s
        elif now_s - self._alone_since_s > WAIT_S:
            raise FeatureError(f"All workers have left the cluster; start them again. {GOES_ON}")
        return [outcome for hand in gone for outcome in self._bury(hand)]

    def _bury(self, hand: Hand, *, blame: bool = True) -> list[Outcome]:
        """Take back what a worker held that has left; the unit that it worked on may be the reason."""
        current = hand.held[0] if hand.held else None
        flights = [flight for flight in self._flights.values() if flight.hand is hand]
        for flight in flights:
            del self._flights[flight.future.key]
        self._cancel(flights)
        self._crew.tell(f"The worker at {hand.address} has left; others go on with what it had.")
        self._roster.give_back(hand.held[1:])
        if blame:
            return self._killed(current, hand)
        self._roster.give_back([] if current is None else [current])
        return []

    def _killed(self, number: int | None, hand: Hand) -> list[Outcome]:
        poisoned = self._roster.killed(number, f"the worker at {hand.address} was the last")
        if poisoned is None and self._roster.barren_deaths > MAX_BARREN_DEATHS + len(self._crew.hands):
            raise FeatureError(f"The workers of the cluster keep dying; look into their logs. {GOES_ON}")
        return [] if poisoned is None else [poisoned]

    def _cancel(self, flights: list[_Flight]) -> None:
        if flights and self._client.status == RUNNING:
            attempt(lambda: self._client.cancel([flight.future for flight in flights], force=True))

    def _check_connection(self) -> None:
        if self._client.status != RUNNING:
            raise self._lost("it was closed at the other end")

    def _lost(self, why: str) -> FeatureError:
        return FeatureError(f"The connection to the scheduler was lost ({why.splitlines()[0]}). {GOES_ON}")


def _words(error: BaseException) -> str:
    return str(error) if isinstance(error, MerdeskError) else f"{type(error).__name__}: {error}"
