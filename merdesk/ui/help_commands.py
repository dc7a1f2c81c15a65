"""Commands that explain the window, and those of coming in: recent projects, the demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from merdesk import log
from merdesk.errors import MerdeskError
from merdesk.features.store import FeatureStore
from merdesk.project.project import DATABASE, Project
from merdesk.ui.about import AboutDialog
from merdesk.ui.help.window import HelpWindow
from merdesk.ui.widgets import show_modal

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.workspace import Workspace

DEMO_NAME = "merdesk demo.merdesk"
TOPICS = ("explore", "annotate", "compare", "models", "report")
"""Help of the pages, in their order."""


class HelpCommands:
    """Commands that `Commands` has beside its own."""

    _window: MainWindow
    _workspace: Workspace
    _help: HelpWindow | None = None

    def help(self) -> None:
        """Explain the page that is shown; in an empty project, how to begin."""
        page = self._workspace.pages.currentIndex()
        self.show_help(TOPICS[page] if len(self._workspace.session.columns) or page else "start")

    def show_help(self, name: str) -> None:
        """Show a page of the help beside the window."""
        if self._help is None:
            self._help = HelpWindow(self._window)
        self._help.show_topic(name)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()

    def shortcuts(self) -> None:
        """Show every command with its keys."""
        from merdesk.ui.help.shortcuts import ShortcutsDialog

        show_modal(ShortcutsDialog(self._window))

    def tour(self) -> None:
        """Show the hints from the first one on."""
        self._workspace.tour.start()

    def open_log(self) -> None:
        """Show the log's folder in the system's file manager."""
        folder = log.log_folder()
        if not folder.is_dir():
            raise MerdeskError("There is no log: its folder could not be made.")
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            raise MerdeskError(f"No file manager answered; the log is in {folder}.")

    def about(self) -> None:
        """Say what this is, in which versions."""
        from merdesk.ui.help.diagnostics import diagnostics

        show_modal(AboutDialog(diagnostics(self._known_here()), self._window))

    def _known_here(self) -> list[tuple[str, str]]:
        """What the diagnostics say of project and player: counts, no names."""
        window, columns = self._window, self._workspace.session.columns
        sound = self._workspace.playback.state
        with FeatureStore.open(window.project.features_dir, read_only=window.project.read_only) as store:
            sets = [f"{one.features.extractor} of {one.n_clips}" for one in store.sets()]
        return [
            ("Colours", f"{window.theme.choice}, font of {window.theme.base_px} px"),
            ("Sound", f"{sound.device} {sound.message}".strip()),
            ("Project", f"{len(columns)} clips, {len(columns.dataset_names)} datasets"),
            ("Features", ", ".join(sets) or "none"),
        ]

    # Coming in

    def open_recent(self, path: str) -> None:
        """Open a project of earlier days in this window's place; one that is gone is listed no more."""
        if not (Path(path) / DATABASE).is_file():
            recent = self._window.settings["recent_projects"]
            self._window.settings["recent_projects"] = [other for other in recent if other != path]
            self._workspace.show_recent()
        self._window.replace_project(Project.open(Path(path)))

    def open_demo(self) -> None:
        """Open the demo in this window's place, built before where it is not there."""
        from merdesk.workflows.demo_beside import BuildDemo

        work = BuildDemo(Path.home() / DEMO_NAME, workers=self._window.settings["workers"])
        if any(job.title == work.title for job in self._window.jobs):
            return
        self._window.job_bar.say("The demo opens as soon as it is built.")
        self._window.jobs.start(
            work,
            done=lambda _: self._window.guarded(lambda: self.open_recent(str(work.path)), "opening the demo"),
        )
