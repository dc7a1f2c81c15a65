"""What the menus do: one short method a command, named as in `actions.py`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QFileDialog

from merdesk.project.project import Project
from merdesk.ui.clip_filter import NO_GENRE, Filter
from merdesk.ui.data_commands import DataCommands
from merdesk.ui.evaluation_commands import EvaluationCommands
from merdesk.ui.feature_commands import FeatureCommands
from merdesk.ui.help_commands import HelpCommands
from merdesk.ui.import_commands import ImportCommands
from merdesk.ui.model_commands import ModelCommands
from merdesk.ui.play_commands import PlayCommands
from merdesk.ui.report.export_dialog import ReportExportDialog
from merdesk.ui.settings_dialog import SettingsDialog
from merdesk.ui.view_commands import ViewCommands
from merdesk.ui.widgets import show_modal
from merdesk.workflows.report import BuildReport, ReportOptions
from merdesk.workflows.write_report import DrawPictures, WriteReport

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.workspace import Workspace


class Commands(
    ImportCommands,
    DataCommands,
    FeatureCommands,
    EvaluationCommands,
    ModelCommands,
    ViewCommands,
    PlayCommands,
    HelpCommands,
):
    """The commands of one window."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        self._window = window
        self._workspace = workspace
        self._session = workspace.session
        self._report: dict[str, Any] | None = None
        self._start_checkup()

    def close(self) -> None:
        """Let the workers go."""
        self.checkup.stop()
        if self._executor is not None:
            self._executor.close()

    # File

    def new_project(self) -> None:
        """Make a project and open it in this window's place."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, "New project", str(Path.home() / "Untitled.merdesk")
        )
        if name:
            path = Path(name if name.endswith(".merdesk") else f"{name}.merdesk")
            self._window.replace_project(Project.create(path))

    def open_project(self) -> None:
        """Open another project in this window's place."""
        name = QFileDialog.getExistingDirectory(
            self._window, "Open project", str(self._window.project.path.parent)
        )
        if name:
            self._window.replace_project(Project.open(Path(name)))

    def save_picture(self) -> None:
        """Save the plane as a picture."""
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            "Save picture",
            str(Path.home() / f"{self._window.project.title}.svg"),
            "SVG (*.svg);;PDF (*.pdf);;PNG (*.png)",
        )
        if name:
            path = Path(name)
            self._workspace.explore.save_picture(path if path.suffix else path.with_suffix(".svg"))
            self._window.job_bar.say(f"Picture saved to {path}.")

    def copy_picture(self) -> None:
        """Copy the plane as a picture."""
        QApplication.clipboard().setMimeData(self._workspace.explore.copied_picture())
        self._window.job_bar.say("Picture copied.")

    def settings(self) -> None:
        """Show the settings; most hold at once, the number of workers from the next extraction on."""
        devices = self._workspace.player.options.device_names()
        dialog = SettingsDialog(self._window.settings, self._window, offered={"output_device": devices})
        dialog.changed.connect(self._setting_changed)
        show_modal(dialog)

    def _setting_changed(self, key: str) -> None:
        settings = self._window.settings
        if key == "theme":
            self._choose_theme(settings["theme"])
        elif key == "autoplay":
            self._workspace.playback.set_autoplay(settings["autoplay"])
        elif key == "output_device":
            self._workspace.player.options.choose(settings["output_device"])
        elif key == "workers" and self._executor is not None and not len(self._window.jobs):
            self._executor.close()
            self._executor = None

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    # Report

    def build_report(self, options: ReportOptions) -> None:
        """Compute the report in the background, then show it."""
        work = BuildReport(self._window.project, options)
        self._workspace.report.show_waiting("Computing the report. You can go on working meanwhile.")
        self._window.jobs.start(work, done=self._show_report)

    def _show_report(self, report: dict[str, Any]) -> None:
        self._report = report
        page = self._workspace.report
        page.show_report(report)
        # Another report may be there by the time these are drawn.
        self._window.jobs.start(
            DrawPictures(report),
            done=lambda drawn: page.show_pictures(drawn) if self._report is report else None,
        )

    def forget_report(self) -> None:
        """Export no report until another one is computed."""
        self._report = None

    def export_report(self) -> None:
        """Write the report that is shown into a folder."""
        if self._report is None:
            self.page_report()
            return
        dialog = ReportExportDialog(self._window.project.title, self._window)
        if show_modal(dialog):
            excerpts = dialog.excerpts.isChecked()
            work = WriteReport(
                self._window.project, self._report, dialog.folder, dialog.formats(), excerpts=excerpts
            )
            self._window.jobs.start(work, done=self._say_written)

    def _say_written(self, written: list[Path]) -> None:
        names = ", ".join(path.name for path in written[:3]) + (" and more" if len(written) > 3 else "")
        self._window.job_bar.say(f"Report written: {names} in {written[0].parent}.")

    def open_clips(self, dataset: str, genre: str) -> None:
        """Show a dataset's and a genre's clips in Compare, those of all where a name is empty."""
        columns = self._session.columns
        datasets = frozenset(columns.dataset_names) - {dataset} if dataset else frozenset()
        genres = frozenset((*columns.genre_names, NO_GENRE)) - {genre} if genre else frozenset()
        self._session.set_filter(Filter(hidden_datasets=datasets, hidden_genres=genres))
        self.page_compare()

    def open_report_cell(self, train: list[str], test: str) -> None:
        """Show what models trained on these datasets say of one, from the evaluation that the report tells of."""
        from merdesk.workflows.evaluate import latest

        evaluation = latest(self._window.project, self._session.columns)
        judged = None if evaluation is None else evaluation.find(train, test)
        if judged is None:
            self._window.job_bar.say("The evaluation is another one by now: compute the report again.")
        else:
            self.open_cell(judged)

    # Edit

    def undo(self) -> None:
        """Take the last edit back."""
        label = self._session.undo_label()
        self._session.undo()
        if label:
            self._window.job_bar.say(f"Undone: {label}.")

    def redo(self) -> None:
        """Do again what was taken back."""
        label = self._session.redo_label()
        self._session.redo()
        if label:
            self._window.job_bar.say(f"Done again: {label}.")

    def find(self) -> None:
        """Put the cursor into the search field."""
        self._workspace.library.show()
        self._workspace.library.search.setFocus()
        self._workspace.library.search.selectAll()

    def select_all(self) -> None:
        """Select every clip that is shown."""
        self._session.select(self._session.columns.ids[self._session.visible].tolist())

    def clear_selection(self) -> None:
        """Select nothing."""
        self._session.select(())

    def show_all(self) -> None:
        """Take every filter away."""
        self._workspace.library.show_all()

    def copy(self) -> None:
        """Copy the clips of the table as tab-separated text."""
        table = (
            self._workspace.compare.table
            if self._workspace.pages.currentIndex() == 2
            else self._workspace.explore.table
        )
        self._workspace.explore.table.show_rows(self._session.visible.nonzero()[0])
        QApplication.clipboard().setText(table.copied())
        self._window.job_bar.say("Copied as a table.")
