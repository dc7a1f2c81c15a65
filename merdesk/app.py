"""The window program: one QApplication, one project, one main window."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from merdesk import __version__
from merdesk.errors import Failure, MerdeskError, attempt
from merdesk.project.project import Project
from merdesk.settings import Settings
from merdesk.ui.theme.theme import Theme


def main(arguments: Sequence[str]) -> int:
    """Open the window on the named project, the last one, or a new one in the user's folder."""
    if len(arguments) > 1:
        print("merdesk opens one project at a time; try merdesk --help for its commands.", file=sys.stderr)  # noqa: T201
        return 2
    application = QApplication([sys.argv[0]])
    application.setApplicationName("merdesk")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("merdesk")
    settings = Settings()
    theme = Theme(application, settings["theme"])
    opened = attempt(lambda: _project(arguments, settings))
    if isinstance(opened, Failure):
        if not opened.expected:
            print(opened.details, file=sys.stderr)  # noqa: T201
        print(opened.message, file=sys.stderr)  # noqa: T201
        return 1
    from merdesk.ui.main_window import MainWindow

    window = MainWindow(opened, settings, theme)
    sys.excepthook = window.report_crash
    window.show()
    QTimer.singleShot(0, window.load)
    try:
        return application.exec()
    finally:
        window.close_project()


def _project(arguments: Sequence[str], settings: Settings) -> Project:
    if arguments:
        return open_or_create(Path(arguments[0]))
    for recent in settings["recent_projects"]:
        try:
            return Project.open(Path(recent))
        except MerdeskError:
            continue
    return open_or_create(Path.home() / "My music.merdesk")


def open_or_create(path: Path) -> Project:
    """The project at a path, made when nothing is there."""
    return Project.open(path) if path.exists() and any(path.iterdir()) else Project.create(path)
