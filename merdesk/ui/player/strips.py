"""Strips computed beside the window's thread: asked for by stretch and width, kept, delivered by a timer."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from merdesk.audio.playback import RAMP_S, PlayRequest
from merdesk.audio.quiet import libraries_kept_quiet
from merdesk.audio.spectrogram import Listened, Shades, StripKind
from merdesk.errors import Failure, attempt

POLL_MS = 40
REMEMBERED = 64
"""Strips of 72 x 1,000 bytes each."""
HEARD_CLIPS = 3
"""Clips whose samples are kept: 4 MB for 45 s; the one before, this one and the next, or A and B."""
CLOSE_S = 2.0


@dataclass(frozen=True, slots=True)
class StripWish:
    """Which strip of which clip: a stretch of it in so many columns."""

    request: PlayRequest
    kind: StripKind
    start_s: float
    stop_s: float
    n_columns: int


class Strips(QObject):
    """Computes strips, of each kind only the one that was asked for last.

    Signals
    -------
    ready
        A `StripWish` and its shades, or the `Failure` that came instead.
    """

    ready = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._wishes: dict[StripKind, StripWish] = {}
        self._done: list[tuple[StripWish, Shades | Failure]] = []
        self._known: OrderedDict[StripWish, Shades | Failure] = OrderedDict()
        self._heard: OrderedDict[PlayRequest, Listened] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._deliver)

    def ask(self, wish: StripWish) -> None:
        """Want this strip; one that is known is there at once."""
        # How loud it is played makes no other strip of it.
        plain = replace(wish, request=replace(wish.request, gain_db=0.0, fade_s=RAMP_S))
        if plain in self._known:
            self.ready.emit(plain, self._known[plain])
            return
        with self._lock:
            self._wishes[wish.kind] = plain
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="strips", daemon=True)
                self._thread.start()
        self._timer.start()

    def close(self) -> None:
        """Want nothing any more, and wait for what is under way."""
        self._timer.stop()
        with self._lock:
            self._wishes.clear()
            thread = self._thread
        if thread is not None:
            thread.join(CLOSE_S)

    def _deliver(self) -> None:
        with self._lock:
            done, self._done = self._done, []
            at_rest = self._thread is None
        for wish, outcome in done:
            self._known[wish] = outcome
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            self.ready.emit(wish, outcome)
        if at_rest and not done:
            self._timer.stop()

    # On the thread.

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._wishes:
                    self._thread = None
                    return
                wish = self._wishes.pop(next(iter(self._wishes)))
            outcome = attempt(partial(self._strip, wish))
            with self._lock:
                self._done.append((wish, outcome))

    def _strip(self, wish: StripWish) -> Shades:
        heard = self._heard.get(wish.request)
        if heard is None:
            with libraries_kept_quiet():
                heard = self._heard[wish.request] = Listened.to(wish.request)
            while len(self._heard) > HEARD_CLIPS:
                self._heard.popitem(last=False)
        return heard.strip(wish.kind, wish.start_s, wish.stop_s, wish.n_columns)
