"""Pictures of every page of the running program, light and dark; needs no display.

python packaging/screenshots.py --project demo.merdesk --out resources/screenshots
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["MERDESK_CONFIG"] = tempfile.mkdtemp(prefix="merdesk-config-")

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from merdesk.project.project import Project
from merdesk.settings import Settings
from merdesk.ui.main_window import MainWindow
from merdesk.ui.models.page import MATRIX
from merdesk.ui.theme.theme import Theme
from merdesk.ui.top_bar import PAGES

SIZE = (1440, 900)
SETTLE_S = 1.0
JOBS_S = 120.0


def settle(application: QApplication, window: MainWindow) -> None:
    """Let the window's jobs end, and paint what they brought."""
    until = time.monotonic() + JOBS_S
    rest = time.monotonic() + SETTLE_S
    while time.monotonic() < min(rest, until):
        application.processEvents()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.01)
        if len(window.jobs):
            rest = time.monotonic() + SETTLE_S


def largest_error(window: MainWindow) -> int | None:
    """The clip that is worth a look: the first with audio and both points, else the first."""
    session = window.workspace.session
    assert session is not None
    columns = session.columns
    rows = (columns.annotated & columns.predicted).nonzero()[0]
    if len(rows) == 0:
        return int(columns.ids[0]) if len(columns) else None
    sizes = (columns.residual[rows] ** 2).sum(axis=1)
    return int(columns.ids[rows[sizes.argsort()[-max(1, len(rows) // 8)]]])


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, default=Path("demo.merdesk"))
    parser.add_argument("--out", type=Path, default=Path("resources/screenshots"))
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    settings = Settings()
    theme = Theme(application, "light")
    window = MainWindow(Project.open(chosen.project, read_only=False), settings, theme)
    window.resize(*SIZE)
    window.show()
    window.load()
    settle(application, window)
    window.workspace.models.show_view(MATRIX)
    clip_id = largest_error(window)
    if clip_id is not None:
        window.workspace.play(clip_id)
        window.workspace.playback.toggle()
    for choice in ("light", "dark"):
        theme.choose(choice)
        for number, page in enumerate(PAGES):
            window.workspace.show_page(number)
            settle(application, window)
            target = chosen.out / f"{page.lower()}-{choice}.png"
            window.grab().save(str(target))
            print(target)
    window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
