"""Python's garbage collector on the window's thread alone."""

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 1000


class Collector(QObject):
    """Turns the automatic collector off and collects by a timer, each generation at Python's own thresholds.

    The automatic one runs on whichever thread makes the next object. What a closed window leaves holds timers, which
    only their own thread can stop: destroyed by another one, they go off afterwards and the program crashes.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the generations that are due, as the automatic collector would have."""
        due = -1
        for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
            if count <= most:
                break
            due = generation
        if due >= 0:
            gc.collect(due)
