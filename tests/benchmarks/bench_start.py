"""From the start of the process to the frame and to the plane: `python tests/benchmarks/bench_start.py [N_CLIPS]`.

Makes a project (PYTHONPATH=tests), then starts merdesk on it in fresh processes; their clock begins before Python does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from figures import note

N_STARTS = 5


def make(path, n_clips):
    from helpers.project_rows import fill

    from merdesk.project import columns
    from merdesk.project.project import Project

    with Project.create(path) as project:
        fill(project, n_clips)
        columns.load(project)  # leaves the cache that every start but the first one finds


def started(path, begun):
    """Run merdesk as `python -m merdesk PATH` does, and say when the frame and the plane were painted."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QGraphicsView

    import merdesk.app
    from merdesk.ui.main_window import MainWindow

    seen = {}

    class Eye(QObject):
        def __init__(self, name, then=None):
            super().__init__()
            self.name, self.then = name, then

        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint and self.name not in seen:
                if self.then is None:
                    self.tell()
                else:
                    QTimer.singleShot(0, self.tell)  # the paint that is beginning is over by then
            return False

        def tell(self):
            seen.setdefault(self.name, time.time() - begun)
            if self.then is not None:
                self.then()

    eyes = []

    def watch(widget, name, then=None):
        eyes.append(Eye(name, then))
        widget.installEventFilter(eyes[-1])

    show, load = MainWindow.show, MainWindow.load

    def watched_show(window):
        watch(window.centralWidget(), "frame")
        show(window)

    def watched_load(window):
        seen["load begins"] = time.time() - begun
        load(window)
        seen["load ends"] = time.time() - begun
        view = window.workspace.explore.plane.findChild(QGraphicsView).viewport()
        watch(view, "plane", QApplication.quit)
        view.update()

    MainWindow.show, MainWindow.load = watched_show, watched_load
    merdesk.app.main([str(path)])
    seen["processor time"] = time.process_time()
    sys.stdout.write(json.dumps(seen) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n_clips", nargs="?", type=int, default=100_000)
    parser.add_argument("--begun", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--project", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.begun:
        started(options.project, options.begun)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"MERDESK_CONFIG": folder, "QT_QPA_PLATFORM": "offscreen"}
        path = Path(folder) / "p.merdesk"
        make(path, options.n_clips)
        frames, planes = [], []
        for _ in range(N_STARTS):
            command = [sys.executable, __file__, "--project", str(path), "--begun", str(time.time())]
            said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
            seen = json.loads(said)
            told = ", ".join(f"{name} {value:.2f} s" for name, value in seen.items())
            sys.stdout.write(f"{options.n_clips:,} clips: {told}   [load {os.getloadavg()[0]:.1f}]\n")
            frames.append(seen["frame"])
            planes.append(seen["plane"])
        note(f"start to the frame, {options.n_clips:,} clips", frames, unit="s")
        note(f"start to the plane, {options.n_clips:,} clips", planes, unit="s")


if __name__ == "__main__":
    main()
