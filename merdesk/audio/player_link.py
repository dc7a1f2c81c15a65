"""The wire to the player process: starts it, carries commands and news, starts another one when it dies."""

import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from merdesk.audio import player_process
from merdesk.workers.ending import see_off

Command = tuple[int, str, tuple[Any, ...]]

QUIT: Command = (0, "quit", ())
CLOSE_S = 2.0
"""The process needs 50 ms to leave; after this long it is killed."""
STARTS_MOST = 6


class PlayerLink:
    """Sends commands to the process and gives its news to a listener, on a thread of its own.

    Parameters
    ----------
    memory
        The clock's shared memory.
    silent
        Leave the sound card alone.
    on_news
        Called with the kind and the content of each message.
    on_death
        Called when the process died and another one is about to start; True when the way to the sound card killed it,
        so that the next one leaves the card alone.
    """

    def __init__(
        self,
        memory: Any,
        *,
        silent: bool,
        on_news: Callable[..., None],
        on_death: Callable[[bool], None],
    ) -> None:
        self._memory = memory
        self._silent = silent
        self._on_news = on_news
        self._on_death = on_death
        self._outbox: SimpleQueue[Command] = SimpleQueue()
        self._has_device = False
        self._closing = False
        self._process: Any = None
        self._thread = threading.Thread(target=self._live, name="player", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Number of the process, None while there is none."""
        process = self._process
        return None if process is None else process.pid

    def send(self, command: Command) -> None:
        """Leave a command; returns at once, whatever the process does."""
        self._outbox.put(command)

    def close(self) -> None:
        """End process and threads; kills a process that does not go by itself."""
        if self._closing:
            return
        self._closing = True
        self.send(QUIT)
        self._thread.join(CLOSE_S)
        process = self._process
        if self._thread.is_alive() and process is not None:
            # It may leave at this very moment.
            with suppress(ValueError):
                process.kill()
            self._thread.join(CLOSE_S)

    def _live(self) -> None:
        """Keep a process alive until the player is closed."""
        context = multiprocessing.get_context("spawn")
        for _ in range(STARTS_MOST):
            pipe, theirs = context.Pipe()
            process = context.Process(
                target=player_process.run,
                args=(theirs, self._memory),
                kwargs={"silent": self._silent},
                name="merdesk-player",
                daemon=True,
            )
            self._has_device = False
            process.start()
            theirs.close()
            self._process = process
            self._serve(pipe)
            self._process = None
            see_off(process, CLOSE_S)
            if self._closing:
                return
            by_the_card = not self._has_device and not self._silent
            self._silent = self._silent or by_the_card
            self._on_death(by_the_card)
        self._on_news("given up")

    def _serve(self, pipe: Connection) -> None:
        """Carry commands and news until the process is gone."""
        sender = threading.Thread(target=self._pass_on, args=(pipe,), name="player-commands", daemon=True)
        sender.start()
        try:
            while True:
                kind, *news = pipe.recv()
                self._has_device = self._has_device or kind == "device"
                self._on_news(kind, *news)
        except (EOFError, OSError):
            self.send(QUIT)  # ends the sender, whatever it waits for
        sender.join()
        pipe.close()

    def _pass_on(self, pipe: Connection) -> None:
        command = None
        while command is not QUIT:
            command = self._outbox.get()
            try:
                pipe.send(command)
            except (OSError, ValueError):
                continue  # the process is gone: what was meant for it goes with it
