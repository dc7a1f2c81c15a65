"""The window program: one QApplication, one project, one main window."""

import gc
import logging
import platform
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from merdesk import __version__
from merdesk.errors import Failure, MerdeskError, attempt
from merdesk.project.project import Project
from merdesk.settings import Settings
from merdesk.ui.theme.theme import Theme

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow

PAINT_WAIT_MS = 500
"""A window that starts minimised is never painted; it is filled after so long all the same."""
SETTLE_MS = 3000
"""After so long everything that starting makes is there."""


def main(arguments: Sequence[str]) -> int:
    """Open the window on the named project, the last one, or a new one in the user's folder."""
    if len(arguments) > 1:
        print("merdesk opens one project at a time; try merdesk --help for its commands.", file=sys.stderr)
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
            print(opened.details, file=sys.stderr)
        print(opened.message, file=sys.stderr)
        return 1
    from merdesk.ui.collector import Collector
    from merdesk.ui.main_window import MainWindow

    Collector(application)
    window = MainWindow(opened, settings, theme)
    application.setProperty("main_window", window)  # another one once another project is opened in its place
    sys.excepthook = lambda *raised: _current(application).report_crash(*raised)
    first_paint = FirstPaint(window, partial(_fill, window))
    first_paint.begin()
    QTimer.singleShot(SETTLE_MS, settle)
    try:
        return application.exec()
    finally:
        _current(application).close_project()


def _current(application: QApplication) -> "MainWindow":
    window: MainWindow = application.property("main_window")
    return window


def _fill(window: "MainWindow") -> None:
    from merdesk import log

    log.start()
    logging.getLogger(__name__).info("merdesk %s on %s", __version__, platform.platform())
    window.begin()


class FirstPaint(QObject):
    """Shows a window and calls once when it has been painted: the frame is there while the project is read."""

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._then: Callable[[], None] | None = then

    def begin(self) -> None:
        """Show the window."""
        self._window.installEventFilter(self)
        self._window.show()
        QTimer.singleShot(PAINT_WAIT_MS, self._call)

    def _call(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            self._window.removeEventFilter(self)
            then()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102  (Qt's)
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._call)  # the paint that begins here is over by then
        return super().eventFilter(watched, event)


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


def settle() -> None:
    """Take modules and widgets out of the garbage collector's sight: a full pass over them held the window for 47 ms."""
    gc.collect()
    gc.freeze()
