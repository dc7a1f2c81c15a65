"""The workers of a cluster as the client sees them: who may be given units, and what each holds."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from merdesk.cluster import station
from merdesk.cluster.versions import PACKAGES, Versions, check_sets, differences, refusal, summary
from merdesk.domain.words import counted
from merdesk.errors import Failure, FeatureError, MerdeskError, attempt
from merdesk.features.key import FeatureSet
from merdesk.progress import Progress

WAIT_S = 60.0
"""So long a scheduler may be without workers: batch systems and restarts take their time."""
POLL_S = 0.2


@dataclass(slots=True)
class Hand:
    """One worker.

    Attributes
    ----------
    held
        Numbers of the units that it has been given and not answered, in their order.
    sees_files
        False once a file was out of its reach; then the bytes go with the unit.
    """

    address: str
    held: list[int] = field(default_factory=list)
    sees_files: bool = True


class Crew:
    """Workers that have been greeted and found to compute the same as everybody else.

    Parameters
    ----------
    client
        A connected `distributed.Client`.
    extractors
        Names of what will be extracted.
    tell
        Called with sentences about who is there and who is left out.
    """

    def __init__(self, client: Any, extractors: tuple[str, ...], tell: Callable[[str], None]) -> None:
        self.hands: dict[str, Hand] = {}
        self.sets: dict[str, FeatureSet] = {}
        self._client = client
        self._extractors = extractors
        self.tell = tell
        self._left_out: dict[str, str] = {}

    def gather(self, progress: Progress, shown: str) -> None:
        """Wait for the first workers and greet them all.

        Raises
        ------
        FeatureError
            When none comes, or when any has another version: then the cluster has to be seen to.
        """
        ends = time.monotonic() + WAIT_S
        while not (there := self._there()):
            progress.checkpoint()
            if time.monotonic() > ends:
                raise FeatureError(f"{shown} has no workers; start some with dask worker and try again.")
            time.sleep(POLL_S)
        versions = self._client.get_versions(packages=PACKAGES)
        mine, workers = Versions.of(versions["client"]), _of_each(versions["workers"], there)
        words = refusal("The scheduler", Versions.of(versions["scheduler"]), mine)
        if words:
            raise FeatureError(words)
        for line in (*summary(workers.values()), differences(workers.values(), mine)):
            if line:
                self.tell(line)
        self._admit(workers, mine)
        if self._left_out:
            first, *others = self._left_out.values()
            raise FeatureError(first + (f" So for {counted(len(others), 'other worker')}." if others else ""))

    def muster(self) -> list[Hand]:
        """Look who is there: greet who is new, return those who have gone."""
        there = self._there()
        gone = [self.hands.pop(address) for address in list(self.hands) if address not in there]
        self._left_out = {address: why for address, why in self._left_out.items() if address in there}
        new = there - self.hands.keys() - self._left_out.keys()
        if new:
            versions = self._client.get_versions(packages=PACKAGES)
            self._admit(_of_each(versions["workers"], new), Versions.of(versions["client"]))
            for address in new & self._left_out.keys():
                self.tell(f"{self._left_out[address]} It is left out.")
        return gone

    def leave_out(self, hand: Hand, why: str) -> None:
        """Give a worker nothing any more, and say why.

        Raises
        ------
        FeatureError
            When it was the last one.
        """
        self.hands.pop(hand.address, None)
        self._left_out[hand.address] = why
        if not self.hands:
            raise FeatureError(why)
        self.tell(f"{hand.address} is left out: {why}")

    def say_goodbye(self, run: str) -> None:
        """End what a run has started on the workers, without waiting for it."""
        if self.hands and self._client.status == "running":
            attempt(lambda: self._client.run(station.leave, run, workers=list(self.hands), wait=False))

    def _there(self) -> set[str]:
        return set(self._client.nthreads())

    def _admit(self, workers: Mapping[str, Versions], mine: Versions) -> None:
        """Take workers in whose versions and sets are right; the others are left out with the reason."""
        right = [address for address in workers if not self._refused(address, workers[address], mine)]
        greetings = {}
        if right:
            greetings = self._client.run(station.greet, self._extractors, workers=right, on_error="return")
        for address, greeting in greetings.items():
            fits = attempt(partial(self._welcome, address, greeting))
            if isinstance(fits, Failure):
                self._left_out[address] = fits.message

    def _refused(self, address: str, theirs: Versions, mine: Versions) -> bool:
        words = refusal(f"The worker at {address}", theirs, mine)
        if words:
            self._left_out[address] = words
        return bool(words)

    def _welcome(self, address: str, greeting: station.Greeting | Exception) -> None:
        who = f"The worker at {address}"
        if isinstance(greeting, Failure | Exception):
            words = greeting.message if isinstance(greeting, Failure) else str(greeting)
            raise MerdeskError(f"{who} cannot extract: {words}")
        check_sets(who, greeting, self.sets)
        self.sets = dict(greeting)
        self.hands[address] = Hand(address)


def _of_each(told: Mapping[str, Any], addresses: set[str]) -> dict[str, Versions]:
    """Versions of those who answered: a worker that has just died comes or goes at the next muster."""
    return {address: Versions.of(told[address]) for address in sorted(addresses) if address in told}
