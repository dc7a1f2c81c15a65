"""Jitter of a recorded trace's sample times beside two busy processes, as nice as extraction's workers and not.

Run as `python tests/benchmarks/bench_annotate.py PROJECT [SECONDS]` on a copy of a project with audio; QT_QPA_PLATFORM
decides between a real screen and none. Prints quantiles of the distance between each grid time and the nearest capture.
"""

import multiprocessing
import os
import sys
import time
from pathlib import Path

import numpy as np

from merdesk.workers.serving import NICENESS


def burn(stop, niceness):
    """Keep a core and its memory busy, as extraction does."""
    os.nice(niceness)
    table = np.random.default_rng(0).normal(size=(600, 600))
    while not stop.is_set():
        table = table @ table / 600
        table /= np.abs(table).max()


def record(path, seconds, n_busy, niceness):
    """Record from the running window; the pointer circles. Returns distances in seconds."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from merdesk.project.project import Project
    from merdesk.settings import Settings
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.theme.theme import Theme
    from merdesk.ui.top_bar import ANNOTATE

    application = QApplication.instance() or QApplication([])
    window = MainWindow(Project.open(path), Settings(), Theme(application, "light"))
    window.show()
    window.load()
    space = window.workspace
    application.processEvents()
    space.show_page(ANNOTATE)
    page = space.annotate
    page.annotator.setText("bench")
    space.session.set_annotator("bench")
    page.desk.set_option("rate_hz", 20)
    page.set_mode("trace")
    space.playback.set_loop(False)
    stop = multiprocessing.Event()
    busy = [multiprocessing.Process(target=burn, args=(stop, niceness), daemon=True) for _ in range(n_busy)]
    for process in busy:
        process.start()
    circle = QTimer()
    circle.setInterval(10)
    circle.timeout.connect(lambda: page.trace.pointer.put(np.sin(time.time()), np.cos(time.time())))
    circle.start()
    distances = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        page.trace.start_over()
        page.trace.toggle()
        page.trace.countdown.stop()
        page.trace._begin()
        while page.trace.state in ("waiting", "recording") and time.monotonic() < until:
            application.processEvents()
            time.sleep(0.0005)
        page.trace._stop()
        distances.append(page.trace.jitter_s)
    stop.set()
    for process in busy:
        # One that lives holds the project's lock, which it inherited.
        process.join()
    page.trace.start_over()
    window.close()
    return np.concatenate(distances)


if __name__ == "__main__":
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20
    for n_busy, niceness, name in (
        (0, 0, "0 busy"),
        (2, NICENESS, "2 busy, as extraction"),
        (2, 0, "2 busy"),
    ):
        found = 1000 * record(Path(sys.argv[1]), seconds, n_busy, niceness)
        p50, p95, p99 = np.percentile(found, (50, 95, 99))
        load = os.getloadavg()[0]
        print(
            f"{name}: n {len(found)}, p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, "
            f"max {found.max():.1f} ms, load {load:.1f}"
        )
