"""Commands that bring music, datasets and tables in, and what follows on an import."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from merdesk.domain.columns import ClipFlag
from merdesk.features.executor import LocalExecutor
from merdesk.project.project import Project
from merdesk.ui.import_dataset import DatasetDialog
from merdesk.ui.session import Session
from merdesk.ui.widgets import show_modal
from merdesk.workflows.extract import DEFAULT_FEATURES, ExtractFeatures
from merdesk.workflows.import_any import TABLE_ENDINGS, table_and_audio
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.import_traces import trace_files
from merdesk.workflows.look_at import LookAt, Looked
from merdesk.workflows.model_files import SUFFIX
from merdesk.workflows.tables import ReadTables, TableFile, TablesRead

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.workspace import Workspace

AUDIO_FILTER = "Audio (*.mp3 *.flac *.ogg *.oga *.opus *.m4a *.aac *.wma *.wav *.aif *.aiff);;All files (*)"


class ImportCommands:
    """Commands that `Commands` has beside its own."""

    _window: MainWindow
    _workspace: Workspace
    _session: Session
    _executor: LocalExecutor | None = None

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
            self.import_paths([Path(name)])

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import whatever was dropped: projects are opened, tables and datasets shown first, music comes at once."""
        projects = [path for path in paths if (path / "project.sqlite").is_file()]
        if projects:
            self._window.replace_project(Project.open(projects[0]))
            return
        for path in (one for one in paths if one.suffix == SUFFIX):
            self._workspace.commands.load_model_file(path)
        paths = [path for path in paths if path.suffix != SUFFIX]
        traces = [file for path in paths for file in trace_files(path)]
        if traces:
            self._window.guarded(partial(self._import_traces, traces), "importing traces")
            paths = [path for path in paths if not trace_files(path)]
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
            if show_modal(dialog) and dialog.workflow is not None:
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

    def _import_traces(self, paths: Sequence[Path]) -> None:
        from merdesk.ui.import_traces import TracesDialog

        dialog = TracesDialog(self._session, paths, self._window)
        if show_modal(dialog) and dialog.workflow is not None:
            self._window.jobs.start(dialog.workflow, done=self._tell_import)

    def _import_tables(self, tables: Sequence[Path]) -> None:
        if tables:
            self._window.jobs.start(ReadTables(self._window.project, tables), done=self._tables_read)

    def _tables_read(self, read: TablesRead) -> None:
        if len(read.refused) == 1:
            self._window.banner.tell(read.refused[0].reason)
        elif read.refused:
            said = f"{len(read.refused)} tables could not be read."
            self._window.banner.tell(said, action="show_problems", action_text="Show problems")
        for table in read.tables:
            self._window.guarded(partial(self._import_table, table), "importing ratings")

    def _import_table(self, table: TableFile) -> None:
        from merdesk.ui.import_table import TableDialog
        from merdesk.workflows.saved_mappings import SavedMappings

        dialog = TableDialog(self._session, table, SavedMappings(self._window.settings), self._window)
        if show_modal(dialog) and dialog.workflow is not None:
            self._window.guarded(dialog.remember, "remembering the columns")
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
        work = ExtractFeatures(
            self._window.project, first=visible, executor=self._executor, keep_earlier=True
        )
        if any(job.title == work.title for job in self._window.jobs):
            return
        say = self._window.job_bar.say
        self._window.jobs.start(
            work, done=lambda summary: say(summary.sentence), stopped=lambda: say(work.stopped)
        )
