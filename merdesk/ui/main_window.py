"""The window's frame: bars, banner, jobs, dropping, failures, coming and going.

It is shown before the project is read; `workspace.py`, with all pages and panels, is imported and built after the
first paint.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from merdesk.domain.changes import Changes
from merdesk.errors import Failure, attempt
from merdesk.project.project import Project
from merdesk.settings import Settings
from merdesk.ui.banner import Banner, CrashDialog
from merdesk.ui.drop_hint import DropHint
from merdesk.ui.job_bar import JobBar
from merdesk.ui.jobs import Jobs
from merdesk.ui.theme.theme import Theme
from merdesk.ui.top_bar import TopBar
from merdesk.ui.widgets import rule, show_modal

if TYPE_CHECKING:
    from merdesk.ui.workspace import Workspace


LOG = logging.getLogger(__name__)
REFRESH_MS = 250
"""What jobs write is shown at once, and then at most this often: each refresh brings every view up to date."""
LEAST = 640, 360
"""Half of 1280 x 720, which is what a small screen leaves at twice the size; pages scroll, panels fold away."""
TIDY_MS = 5000
"""What nobody can bring back is deleted in slices of 10 ms, this far apart."""


class MainWindow(QMainWindow):
    """One project in one window. The frame shows at once, `load` fills it after the first paint."""

    def __init__(self, project: Project, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.settings, self.theme = settings, theme
        self.project = project
        self.jobs = Jobs(self)
        self.jobs.committed.connect(self.changed)
        self.jobs.failed.connect(lambda job, failure: self._failed(failure, job.title))
        self._pending = Changes()
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refreshed_at = 0.0
        self._refresh_timer.timeout.connect(self.refresh_now)
        self._tidy_timer = QTimer(self)
        self._tidy_timer.setInterval(TIDY_MS)
        self._tidy_timer.timeout.connect(lambda: attempt(project.tidy))
        self.setAcceptDrops(True)
        self._drop_hint = DropHint(self)
        self.setMinimumSize(*LEAST)
        self.resize(1280, 800)
        self.top = TopBar()
        self.banner = Banner(theme)
        self.job_bar = JobBar(self.jobs)
        self._centre = QVBoxLayout()
        self._middle = QHBoxLayout()
        self._build_frame()
        self.workspace: Workspace | None = None
        self._restore_layout()
        self.setWindowTitle(f"{project.title} \N{EN DASH} merdesk")
        self.top.show_project(project.title, "opening")

    def _build_frame(self) -> None:
        self._centre.setContentsMargins(0, 0, 0, 0)
        self._centre.setSpacing(0)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(0)
        for item in (self.top, rule(), self.banner):
            self._centre.addWidget(item)
        self._centre.addLayout(self._middle, 1)
        self._centre.addWidget(rule())
        self._centre.addWidget(self.job_bar)
        body = QWidget()
        body.setProperty("role", "panel")
        body.setLayout(self._centre)
        self.setCentralWidget(body)

    # Filling the frame

    def load(self) -> None:
        """Read the project and build pages, panels and player."""
        loaded = attempt(self._load)
        if isinstance(loaded, Failure):
            self._failed(loaded, "opening the project")

    def begin(self) -> None:
        """`load`, and hints for whoever has not seen them."""
        self.load()
        if self.workspace is not None:
            self.workspace.tour.offer()

    def _load(self) -> None:
        from merdesk.ui.workspace import Workspace

        self.workspace = Workspace(self)
        self._remember_project()
        self._tidy_timer.start()
        if self.project.read_only:
            self.banner.tell(self.project.why_read_only)

    def furnish(self, middle: Sequence[QWidget], wide: QWidget, player: QWidget) -> None:
        """Put panels side by side, one of them wide, and the player below them."""
        for part in middle:
            self._middle.addWidget(part, 1 if part is wide else 0)
        # Above the job bar and its rule.
        self._centre.insertWidget(self._centre.count() - 2, rule())
        self._centre.insertWidget(self._centre.count() - 2, player)

    # What is done

    def do(self, name: str) -> None:
        """Do one of the commands of `ACTIONS`; whatever it raises is told, never swallowed."""
        workspace = self.workspace
        if workspace is not None:
            self.guarded(getattr(workspace.commands, name), name.replace("_", " "))

    def guarded(self, call: Callable[[], Any], doing: str) -> Any:
        """Call, and tell the user of what went wrong."""
        outcome = attempt(call)
        if isinstance(outcome, Failure):
            self._failed(outcome, doing)
            return None
        return outcome

    def changed(self, changes: Changes) -> None:
        """Bring every view up to date soon."""
        self._pending |= changes
        if not self._refresh_timer.isActive():
            since_ms = round(1000 * (time.monotonic() - self._refreshed_at))
            self._refresh_timer.start(max(0, REFRESH_MS - since_ms))

    def refresh_now(self) -> None:
        """Show what jobs have written, without waiting for more."""
        self._refresh_timer.stop()
        self._refreshed_at = time.monotonic()
        changes, self._pending = self._pending, Changes()
        workspace = self.workspace
        if workspace is not None and changes:
            self.guarded(lambda: workspace.session.refresh(changes), "showing changes")

    def _failed(self, failure: Failure, doing: str) -> None:
        if failure.cancelled:
            return
        if failure.expected:
            LOG.warning("%s: %s", doing, failure.message)
            self.banner.tell(failure.message)
        else:
            LOG.error("%s: %s", doing, failure.details or failure.message)
            show_modal(CrashDialog(failure, doing, self))

    def report_crash(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """For `sys.excepthook`: what was raised where nobody asked."""
        if issubclass(kind, KeyboardInterrupt):
            self.close()
            return

        def again() -> None:
            raise error.with_traceback(trace)

        failure = attempt(again)
        if isinstance(failure, Failure):
            self._failed(failure, "using the window")

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not self.project.read_only:
            event.acceptProposedAction()
            self._drop_hint.open()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        workspace = self.workspace
        if paths and workspace is not None:
            doing = partial(self.guarded, partial(workspace.commands.import_paths, paths), "importing")
            # The program that is dropped from waits until this returns.
            QTimer.singleShot(0, doing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.workspace is None or not self.workspace.handle_key(event):
            super().keyPressEvent(event)

    # Coming and going

    def _remember_project(self) -> None:
        recent = [str(self.project.path), *self.settings["recent_projects"]]
        self.settings["recent_projects"] = list(dict.fromkeys(recent))[:10]

    def replace_project(self, project: Project) -> None:
        """Open another project in this window's place."""
        fresh = MainWindow(project, self.settings, self.theme)
        fresh.setGeometry(self.geometry())
        fresh.show()
        fresh.begin()
        application = QApplication.instance()
        assert application is not None
        application.setProperty("main_window", fresh)  # keeps it alive
        self.close()
        if self.workspace is not None:
            session = self.workspace.session
            # No bound method: Qt forgets those of what is destroyed with the window.
            self.destroyed.connect(partial(type(session).let_go, session))
        # Pages and plots of a window that is merely closed stay in memory.
        self.deleteLater()

    def _restore_layout(self) -> None:
        try:
            kept = json.loads(self.settings["window_state"] or "{}")
            self.restoreGeometry(QByteArray.fromBase64(str(kept.get("geometry", "")).encode()))
        except (ValueError, AttributeError):
            return

    def _keep_layout(self) -> None:
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        self.settings["window_state"] = json.dumps({"geometry": geometry})

    def close_project(self) -> None:
        """Stop everything, write the settings, let the project go; calling it twice is no harm."""
        self._refresh_timer.stop()
        self._tidy_timer.stop()
        self.jobs.stop_all()
        if self.workspace is not None:
            self.workspace.close()
        self._keep_layout()
        saved = attempt(self.settings.save)
        if isinstance(saved, Failure):
            self.banner.tell(saved.message)
        self.project.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side panels fold away where the page would be too narrow."""
        super().resizeEvent(event)
        if self.workspace is not None:
            self.workspace.sides.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_project()
        super().closeEvent(event)
