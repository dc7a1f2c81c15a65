"""What the menus do: one short method a command, named as in `actions.py`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from merdesk.domain.columns import ClipFlag
from merdesk.features.executor import LocalExecutor
from merdesk.project.project import Project
from merdesk.ui.about import AboutDialog, ShortcutsDialog
from merdesk.ui.data_commands import DataCommands
from merdesk.ui.evaluation_commands import EvaluationCommands
from merdesk.ui.feature_commands import FeatureCommands
from merdesk.ui.import_dataset import DatasetDialog
from merdesk.ui.problems import ProblemsDialog
from merdesk.ui.session import Filter
from merdesk.ui.settings_dialog import SettingsDialog
from merdesk.workflows.extract import DEFAULT_FEATURES, ExtractFeatures
from merdesk.workflows.import_any import TABLE_ENDINGS, table_and_audio
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.look_at import LookAt, Looked
from merdesk.workflows.report import BuildReport, ReportOptions, write_report
from merdesk.workflows.train import TrainModel, TrainRequest

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow

AUDIO_FILTER = "Audio (*.mp3 *.flac *.ogg *.oga *.opus *.m4a *.aac *.wma *.wav *.aif *.aiff);;All files (*)"


class Commands(DataCommands, FeatureCommands, EvaluationCommands):
    """The commands of one window."""

    def __init__(self, window: MainWindow) -> None:
        assert window.session is not None
        self._window = window
        self._session = window.session
        self._executor: LocalExecutor | None = None
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
            self._replace(Project.create(path))

    def open_project(self) -> None:
        """Open another project in this window's place."""
        name = QFileDialog.getExistingDirectory(
            self._window, "Open project", str(self._window.project.path.parent)
        )
        if name:
            self._replace(Project.open(Path(name)))

    def _replace(self, project: Project) -> None:
        window = self._window
        fresh = type(window)(project, window.settings, window.theme)
        fresh.setGeometry(window.geometry())
        fresh.show()
        fresh.load()
        application = QApplication.instance()
        assert application is not None
        application.setProperty("main_window", fresh)  # keeps it alive
        window.close()

    def import_files(self) -> None:
        """Choose audio files to import."""
        names, _ = QFileDialog.getOpenFileNames(self._window, "Import music", str(Path.home()), AUDIO_FILTER)
        if names:
            self.import_paths([Path(name) for name in names])

    def import_folder(self) -> None:
        """Choose a folder to import."""
        name = QFileDialog.getExistingDirectory(self._window, "Import a folder or dataset", str(Path.home()))
        if name:
            self.import_paths([Path(name)])

    def import_table(self) -> None:
        """Choose a table of ratings."""
        endings = " ".join(f"*{ending}" for ending in sorted(TABLE_ENDINGS))
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Import ratings", str(Path.home()), f"Tables ({endings});;All files (*)"
        )
        if name:
            self._import_table(Path(name))

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import whatever was dropped: projects are opened, tables and datasets shown first, music comes at once."""
        projects = [path for path in paths if (path / "project.sqlite").is_file()]
        if projects:
            self._replace(Project.open(projects[0]))
            return
        tables, rest = table_and_audio(paths)
        if rest:
            self._window.jobs.start(LookAt(rest), done=partial(self._looked, tables=tables))
        else:
            self._import_tables(tables)

    def _looked(self, looked: Looked, *, tables: Sequence[Path]) -> None:
        for sentence in looked.unsupported:
            self._window.banner.tell(sentence)
        for preview in looked.previews:
            dialog = DatasetDialog(self._session, preview, self._window)
            if dialog.exec() == QDialog.DialogCode.Accepted and dialog.workflow is not None:
                self._window.jobs.start(dialog.workflow, done=self._imported)
        if looked.others:
            work = ImportFiles(self._window.project, looked.others, workers=self._window.settings["workers"])
            self._window.jobs.start(work, done=partial(self._imported, tables=tables))
        else:
            self._import_tables(tables)

    def _imported(self, summary: Any, *, tables: Sequence[Path] = ()) -> None:
        self._tell_import(summary)
        self._import_tables(tables)
        if self._session.columns.flagged(ClipFlag.HAS_AUDIO).any():
            self.extract()

    def _import_tables(self, tables: Sequence[Path]) -> None:
        for table in tables:
            self._window.guarded(partial(self._import_table, table), "importing ratings")

    def _import_table(self, path: Path) -> None:
        from merdesk.ui.import_table import TableDialog

        dialog = TableDialog(self._session, path, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.workflow is not None:
            self._window.jobs.start(dialog.workflow, done=self._tell_import)

    def _tell_import(self, summary: Any) -> None:
        self._window.refresh_now()
        self._window.job_bar.say(summary.sentence)
        if summary.left_out:
            self._window.banner.tell(summary.sentence, action="show_problems", action_text="Show problems")

    def extract(self) -> None:
        """Extract what is missing of the usual features, the visible clips first."""
        visible = self._session.columns.ids[self._session.visible].tolist()
        if self._executor is None:
            self._executor = LocalExecutor(DEFAULT_FEATURES, self._window.settings["workers"] or None)
        work = ExtractFeatures(self._window.project, first=visible, executor=self._executor)
        if any(job.title == work.title for job in self._window.jobs):
            return
        self._window.jobs.start(work, done=lambda summary: self._window.job_bar.say(summary.sentence))

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
            self._window.explore.save_picture(path if path.suffix else path.with_suffix(".svg"))
            self._window.job_bar.say(f"Picture saved to {path}.")

    def copy_picture(self) -> None:
        """Copy the plane as a picture."""
        QApplication.clipboard().setMimeData(self._window.explore.copied_picture())
        self._window.job_bar.say("Picture copied.")

    def settings(self) -> None:
        """Show the settings; most hold at once, the number of workers from the next extraction on."""
        dialog = SettingsDialog(self._window.settings, self._window)
        dialog.changed.connect(self._setting_changed)
        dialog.exec()

    def _setting_changed(self, key: str) -> None:
        settings = self._window.settings
        if key == "theme":
            self._choose_theme(settings["theme"])
        elif key == "autoplay":
            self._window.playback.set_autoplay(settings["autoplay"])
        elif key == "workers" and self._executor is not None and not len(self._window.jobs):
            self._executor.close()
            self._executor = None

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    # Models and report

    def train(self, request: TrainRequest) -> None:
        """Train in the background, then show the predictions."""
        work = self._window.guarded(lambda: TrainModel(self._window.project, request), "training")
        if work is not None:
            self._window.jobs.start(work, done=lambda summary: self._window.job_bar.say(summary.sentence))

    def build_report(self, title: str, author: str, notes: str) -> None:
        """Compute the report in the background, then show it."""
        work = BuildReport(self._window.project, ReportOptions(title=title, author=author, notes=notes))
        self._window.report.show_waiting("Computing the report. You can go on working meanwhile.")
        self._window.jobs.start(work, done=self._show_report)

    def _show_report(self, report: dict[str, Any]) -> None:
        self._report = report
        self._window.report.show_report(report)

    def export_report(self) -> None:
        """Write the report that is shown into a folder."""
        if self._report is None:
            self.page_report()
            return
        name = QFileDialog.getExistingDirectory(
            self._window, "Export the report into a folder", str(Path.home())
        )
        if name:
            written = write_report(self._report, Path(name))
            self._window.job_bar.say(f"Report written: {', '.join(path.name for path in written)} in {name}.")

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
        self._window.library.show()
        self._window.library.search.setFocus()
        self._window.library.search.selectAll()

    def select_all(self) -> None:
        """Select every clip that is shown."""
        self._session.select(self._session.columns.ids[self._session.visible].tolist())

    def clear_selection(self) -> None:
        """Select nothing."""
        self._session.select(())

    def show_all(self) -> None:
        """Take every filter away."""
        self._window.library.search.clear()
        self._session.set_filter(Filter())

    def copy(self) -> None:
        """Copy the clips of the table as tab-separated text."""
        table = (
            self._window.compare.table
            if self._window.pages.currentIndex() == 2
            else self._window.explore.table
        )
        self._window.explore.table.show_rows(self._session.visible.nonzero()[0])
        QApplication.clipboard().setText(table.copied())
        self._window.job_bar.say("Copied as a table.")

    # View

    def page_explore(self) -> None:
        """Show Explore."""
        self._window.show_page(0)

    def page_annotate(self) -> None:
        """Show Annotate."""
        self._window.show_page(1)

    def page_compare(self) -> None:
        """Show Compare."""
        self._window.show_page(2)

    def page_models(self) -> None:
        """Show Models."""
        self._window.show_page(3)

    def page_report(self) -> None:
        """Show Report."""
        self._window.show_page(4)

    def fit(self) -> None:
        """Show the whole plane."""
        for page in (self._window.explore, self._window.annotate, self._window.compare):
            page.plane.fit()

    def toggle_library(self) -> None:
        """Show or hide the left panel."""
        self._window.library.setVisible(not self._window.library.isVisible())

    def toggle_inspector(self) -> None:
        """Show or hide the right panel."""
        self._window.inspector.setVisible(not self._window.inspector.isVisible())

    def show_problems(self) -> None:
        """Show what went wrong."""
        ProblemsDialog(self._session, self._window).exec()

    def theme_system(self) -> None:
        """Follow the system's colours."""
        self._choose_theme("system")

    def theme_light(self) -> None:
        """Light colours."""
        self._choose_theme("light")

    def theme_dark(self) -> None:
        """Dark colours."""
        self._choose_theme("dark")

    def _choose_theme(self, choice: Any) -> None:
        self._window.settings["theme"] = choice
        self._window.theme.choose(choice)

    # Play

    def play_pause(self) -> None:
        """Play or pause; begins with the selected clip."""
        self._window.toggle_play()

    def next_clip(self) -> None:
        """Play the next clip."""
        self._window.playback.next()

    def previous_clip(self) -> None:
        """Play the previous clip."""
        self._window.playback.previous()

    def play_selection(self) -> None:
        """Play the selected clips one after the other."""
        columns = self._session.columns
        rows = columns.rows_of(self._session.selection)
        playable = rows[columns.flagged(ClipFlag.HAS_AUDIO)[rows]]
        self._window.play_queue(columns.ids[playable].tolist())

    # Help

    def shortcuts(self) -> None:
        """Show every command with its keys."""
        ShortcutsDialog(self._window).exec()

    def about(self) -> None:
        """Say what this is, in which versions."""
        AboutDialog(self._window).exec()
