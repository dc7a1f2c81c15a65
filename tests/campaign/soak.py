"""A soak: looping use of one window for some minutes, and whether memory and handles stay flat.

`PYTHONPATH=tests python tests/campaign/soak.py PROJECT [MINUTES]` on a copy of a project with audio; ten minutes when
left out. Every round walks through the pages, selects, recolours, filters, plays a clip, rates it and undoes that. The
first third warms up; the report compares the last third with the middle one.
"""

import itertools
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import psutil
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from merdesk.domain.affect import Affect
from merdesk.project.project import Project
from merdesk.settings import Settings
from merdesk.ui.main_window import MainWindow
from merdesk.ui.theme.theme import Theme
from merdesk.ui.top_bar import PAGES

MB = 2**20


def rest(seconds):
    """Let the window do its work, in an event loop: processEvents would leave what is to be deleted for ever."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def round_of_use(window, number):
    """What a person does within some seconds."""
    space = window.workspace
    session = space.session
    ids = session.columns.ids
    space.show_page(number % len(PAGES))
    chosen = ids[(number * 7) % len(ids)].item()
    session.select([chosen])
    rest(0.1)
    session.select(ids[number % 50 :: 50].tolist())
    space.playback.play_clip(chosen)
    rest(0.3)
    session.rate(chosen, Affect(np.sin(number), np.cos(number)))
    session.undo()
    rest(0.1)


def weigh(process):
    """Memory of the window and its processes in MB, handles of the window, threads."""
    family = [process, *process.children(recursive=True)]
    return sum(one.memory_full_info().uss for one in family) / MB, process.num_fds(), process.num_threads()


def main(path, minutes=10.0):
    application = QApplication([])
    window = MainWindow(Project.open(Path(path)), Settings(), Theme(application, "light"))
    window.show()
    window.load()
    rest(3)
    window.workspace.session.set_annotator("Soak")
    process, seen = psutil.Process(), []
    ends = time.monotonic() + 60 * minutes
    for number in itertools.count():
        round_of_use(window, number)
        seen.append(weigh(process))
        if time.monotonic() > ends:
            break
    window.close()
    weights = np.array(seen)
    middle, last = np.array_split(weights, 3)[1:]
    for name, before, after in zip(("memory, MB", "handles", "threads"), middle.T, last.T, strict=True):
        grown = np.median(after) / np.median(before) - 1
        print(f"{name}: {np.median(before):.1f} then {np.median(after):.1f} ({grown:+.1%})")
    print(f"{len(seen)} rounds in {minutes:g} minutes")
    return int(
        np.median(last[:, 0]) > 1.05 * np.median(middle[:, 0])
        or np.median(last[:, 1]) > np.median(middle[:, 1]) + 2
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(float, sys.argv[2:])))
