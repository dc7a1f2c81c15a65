"""Playing from a queue: what it holds, and everything that changes its order."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QObject, Signal

from merdesk.ui.player.queue import Queue


class Queued(QObject):
    """Has a queue and a place in it; whoever plays says which clip is the current one and joins the next.

    `queue_changed`: the queue or the place in it is another.
    """

    queue_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = Queue()
        self._shuffling = False

    def _current_id(self) -> int | None:
        raise NotImplementedError

    def _join_next(self) -> None:
        raise NotImplementedError

    @property
    def queue(self) -> tuple[int, ...]:
        """Clips in the order in which they are played."""
        return self._queue.ids

    @property
    def after(self) -> tuple[int, ...]:
        """Clips of the queue after the current one; the whole queue when it is not in it."""
        return self._queue.after(self._current_id())

    @property
    def shuffling(self) -> bool:
        """True while the queue is in any order."""
        return self._shuffling

    def set_queue(self, clip_ids: Sequence[int], first: int | None = None) -> None:
        """Play these one after another; the clip that plays goes on. `first` is about to be played."""
        queue = Queue.of(clip_ids)
        self._requeue(
            queue.shuffled(self._current_id() if first is None else first) if self._shuffling else queue
        )

    def move(self, from_place: int, to_place: int) -> None:
        """Put a clip that comes later at another place of those to come."""
        self._requeue(self._queue.moved(self._current_id(), from_place, to_place))

    def remove(self, places: Collection[int]) -> None:
        """Leave clips that come later out, by their places."""
        self._requeue(self._queue.without(self._current_id(), places))

    def set_shuffle(self, shuffling: bool) -> None:
        """Play the queue in any order, or as it was given."""
        self._shuffling = shuffling
        self._requeue(self._queue.shuffled(self._current_id()) if shuffling else self._queue.in_order())

    def _requeue(self, queue: Queue) -> None:
        self._queue = queue
        self._join_next()
        self.queue_changed.emit()
