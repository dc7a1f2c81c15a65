"""Ten thousand small files dropped into a window: `python tests/benchmarks/bench_import.py [N_FILES]` (PYTHONPATH=tests).

An event-loop watchdog runs in the window's thread: a timer that should fire each 5 ms. What lies between two of its
ticks is told as time on the clock and as processor time of the window's thread, which a busy machine does not stretch.
With --trace it is said where the window's thread was whenever a tick came late.
"""

import argparse
import collections
import os
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if __name__ == "__main__":  # a probing process reads this file, too, and shall not load a window for it
    import numpy as np
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from merdesk.app import settle
    from merdesk.project.project import Project
    from merdesk.settings import Settings
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.theme.theme import Theme

TICK_MS = 5
RATE_HZ = 8000
LATE_S = 0.05


def write_files(folder, n_files, seed):
    """Small files of .3 s, all different, a hundred to a folder."""
    import soundfile

    rng = np.random.default_rng(seed)
    for number in range(n_files):
        path = folder / f"{number // 100:03d}" / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, rng.normal(0, 0.1, int(0.3 * RATE_HZ)), RATE_HZ)


class Watchdog:
    """How long the event loop does not come round."""

    def __init__(self, *, trace):
        self.timer = QTimer()
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self._tick)
        self.gaps, self.used, self._seen = [], [], []
        self.stacks = collections.Counter()
        self._main = threading.get_ident()
        self._over = threading.Event()
        self._tracer = threading.Thread(target=self._trace, daemon=True) if trace else None

    def __enter__(self):
        self._last, self._cpu = time.perf_counter(), time.thread_time()
        self.timer.start()
        if self._tracer:
            self._tracer.start()
        return self

    def __exit__(self, *_):
        self.timer.stop()
        self._over.set()

    def _tick(self):
        now, cpu = time.perf_counter(), time.thread_time()
        gap = now - self._last
        self.gaps.append(gap)
        self.used.append(cpu - self._cpu)
        if gap > LATE_S:
            self.stacks.update(self._seen)
        self._seen = []
        self._last, self._cpu = now, cpu

    def _trace(self):
        while not self._over.wait(0.004):
            if time.perf_counter() - self._last > 0.01:
                frames = traceback.extract_stack(sys._current_frames()[self._main])
                names = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames]
                self._seen.append(" > ".join(names[-5:]))

    def tell(self, what):
        gaps, used = np.array(self.gaps) * 1e3, np.array(self.used) * 1e3
        say(
            f"{what}: window's thread blocked at most {gaps.max():.0f} ms on the clock, {used.max():.0f} ms of its own "
            f"processor time; {int((gaps > 50).sum())} and {int((used > 50).sum())} of {len(gaps)} ticks above 50 ms"
        )
        for stack, n in self.stacks.most_common(25):
            say(f"    {n:4d} {stack}")


def say(text):
    sys.stdout.write(f"{text}   [load {os.getloadavg()[0]:.1f}]\n")
    sys.stdout.flush()


def until(application, over, most_s=900):
    ends = time.perf_counter() + most_s
    while not over():
        application.processEvents()
        time.sleep(0.001)
        assert time.perf_counter() < ends, "too slow"


def wait_s(application, seconds):
    ends = time.perf_counter() + seconds
    until(application, lambda: time.perf_counter() > ends)


def dropped(application, window, folder, what, *, trace):
    """Drop a folder and wait until the last row is shown."""
    said = []
    window.workspace.commands._tell_import = lambda summary: (
        window.refresh_now(),
        said.append(summary.sentence),
    )
    with Watchdog(trace=trace) as watchdog:
        started = time.perf_counter()
        first = []
        window.workspace.session.columns_changed.connect(lambda: first.append(time.perf_counter() - started))
        window.workspace.commands.import_paths([folder])
        until(application, lambda: said and not len(window.jobs))
        took = time.perf_counter() - started
        wait_s(application, 0.3)
    shown = f", first rows after {first[0]:.2f} s" if first else ""
    say(f"{what}: {took:.2f} s{shown}; {said[0]}")
    watchdog.tell(what)


def once(application, what, call, *, trace=False):
    with Watchdog(trace=trace) as watchdog:
        until(application, lambda: len(watchdog.gaps) > 5)
        started, cpu = time.perf_counter(), time.thread_time()
        call()
        say(
            f"{what}: {1e3 * (time.perf_counter() - started):.0f} ms on the clock, "
            f"{1e3 * (time.thread_time() - cpu):.0f} ms of processor time"
        )
        n = len(watchdog.gaps)
        until(application, lambda: len(watchdog.gaps) > n + 40)
    watchdog.tell(f"{what}, and its repaint")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n_files", nargs="?", type=int, default=10_000)
    parser.add_argument("--trace", action="store_true")
    options = parser.parse_args()
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MERDESK_CONFIG"] = folder
        few, many = Path(folder) / "few", Path(folder) / "many"
        write_files(few, 8, 1)
        write_files(many, options.n_files, 2)
        window = MainWindow(
            Project.create(Path(folder) / "p.merdesk"), Settings(), Theme(application, "light")
        )
        window.show()
        window.load()
        window.workspace.commands.extract = lambda: None
        wait_s(application, 0.5)
        settle()
        dropped(application, window, few, "8 files", trace=options.trace)
        dropped(application, window, many, f"{options.n_files:,} files", trace=options.trace)
        dropped(application, window, many, f"{options.n_files:,} files again", trace=options.trace)
        for name in ("undo", "redo", "undo", "redo"):
            once(application, name, getattr(window.workspace.commands, name), trace=options.trace)
        window.close()


if __name__ == "__main__":
    main()
