"""The thread that decodes: what plays before what comes next before what may be wanted, a few milliseconds at a time."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count

from merdesk.audio.diagnosis import reason
from merdesk.audio.long_sound import LongSound
from merdesk.audio.opening import open_reader
from merdesk.audio.playback import PlayRequest
from merdesk.audio.sounds import LONG_S, Sound, WholeSound
from merdesk.errors import Failure, attempt

NOW, NEXT, PERHAPS, SPARE = 0, 1, 2, 3
"""How urgent: it plays; it comes next; the mouse is over it; there is nothing better to do."""
MEMORY = 256 << 20
"""Bytes of decoded sound kept: 16 clips of 45 s."""
PERHAPS_MOST = 8
"""Guesses that wait; a mouse that sweeps over a thousand points wants the last ones."""
STOP_S = 1.0
"""A step takes milliseconds; one that hangs in a broken file does not keep the process alive."""
IDLE_S = 0.1
"""How often a long sound looks whether it has to go on."""

Key = tuple[PlayRequest, int, int]
"""Request, rate, and when the file was changed last."""


_ORDER = count()


@dataclass(slots=True)
class _Job:
    sound: Sound
    steps: Iterator[bool]
    urgency: int
    order: int


class Decoder:
    """Gives sounds at once and fills them in the background; keeps them for the next time."""

    def __init__(self) -> None:
        self._sounds: OrderedDict[Key, Sound] = OrderedDict()
        self._jobs: dict[Key, _Job] = {}
        self._changed = threading.Condition()
        self._idle: set[Key] = set()
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="decoder", daemon=True)
        self._thread.start()

    def want(self, request: PlayRequest, rate_hz: int, urgency: int) -> Sound:
        """Sound of a request, perhaps still empty.

        Raises
        ------
        AudioError
            When the file cannot be opened.
        """
        # How loud it will be played makes no other sound of it.
        plain = PlayRequest(request.path, request.onset_s, request.duration_s)
        key = (plain, rate_hz, request.path.stat().st_mtime_ns if request.path.exists() else 0)
        with self._changed:
            if urgency == NOW:
                self._relax()
            sound = self._sounds.get(key)
            if sound is None or sound.problem:
                sound = self._begin(key, urgency)
            elif key in self._jobs:
                job = self._jobs[key]
                job.urgency, job.order = min(urgency, job.urgency), next(_ORDER)
            self._sounds.move_to_end(key)
            self._make_room()
            self._changed.notify()
        return sound

    def nudge(self) -> None:
        """Something plays elsewhere now: look at once whether it is there."""
        with self._changed:
            self._idle.clear()
            self._changed.notify()

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join(STOP_S)
        # The resampler complains on the terminal when it outlives the interpreter.
        self._jobs.clear()
        self._sounds.clear()

    def _relax(self) -> None:
        """Something else plays now: what was urgent is a guess, and long sounds leave their files."""
        for key, job in list(self._jobs.items()):
            job.urgency = PERHAPS
            if isinstance(job.sound, LongSound):
                del self._jobs[key], self._sounds[key]

    def _begin(self, key: Key, urgency: int) -> Sound:
        request, rate_hz, _ = key
        sound = sound_of(request, rate_hz)
        self._sounds[key] = sound
        self._jobs[key] = _Job(sound, sound.fill(), urgency, next(_ORDER))
        return sound

    def _make_room(self) -> None:
        guesses = [key for key, job in self._jobs.items() if job.urgency == PERHAPS]
        for key in guesses[: max(0, len(guesses) - PERHAPS_MOST)]:
            del self._jobs[key], self._sounds[key]
        total = sum(sound.n_bytes for sound in self._sounds.values())
        for key in list(self._sounds)[:-2]:
            job = self._jobs.get(key)
            if total <= MEMORY:
                return
            if job is None or job.urgency == PERHAPS:
                total -= self._sounds.pop(key).n_bytes
                self._jobs.pop(key, None)

    def _work(self) -> None:
        attempt(_import_libraries)
        while True:
            with self._changed:
                if self._stopped:
                    return
                waiting = [key for key in self._jobs if key not in self._idle]
                if not waiting:
                    self._changed.wait(IDLE_S if self._jobs else None)
                    self._idle.clear()
                    continue
                key = min(waiting, key=self._rank)
                job = self._jobs[key]
            more = attempt(partial(next, job.steps, None))
            if more is False:
                self._idle.add(key)
            elif more is not True:
                self._finish(key, job, more)

    def _rank(self, key: Key) -> tuple[int, int]:
        job = self._jobs[key]
        # The newest guess first: the mouse is there now.
        return job.urgency if job.sound.is_urgent else SPARE, -job.order

    def _finish(self, key: Key, job: _Job, outcome: "Failure | None") -> None:
        if isinstance(outcome, Failure):
            path = key[0].path
            job.sound.give_up(outcome.message if outcome.expected else f"{reason(path)} ({outcome.message})")
        with self._changed:
            if self._jobs.get(key) is job:
                del self._jobs[key]
            self._make_room()


def _import_libraries() -> None:
    """Load what decodes before the first click needs it: together 60 ms."""
    import av  # noqa: F401  (loaded before the first file is asked for)
    import soundfile  # noqa: F401  (as above)
    import soxr  # noqa: F401  (as above)


def sound_of(request: PlayRequest, rate_hz: int) -> Sound:
    """The kind of sound that fits a request; opens the file when it has to ask how long it is."""
    if request.duration_s is not None and request.duration_s <= LONG_S:
        return WholeSound(request, rate_hz)
    with open_reader(request.path) as reader:
        length_s = max(0.0, reader.duration_s - request.onset_s)
    if request.duration_s is not None:
        length_s = min(length_s, request.duration_s)
    return LongSound(request, rate_hz, length_s) if length_s > LONG_S else WholeSound(request, rate_hz)
