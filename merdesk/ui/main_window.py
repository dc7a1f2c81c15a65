"""The window: library, page, inspector, player, jobs. Commands live in `commands.py`."""

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from merdesk.audio.player import Player
from merdesk.domain.affect import Affect
from merdesk.domain.changes import Changes
from merdesk.errors import Failure, attempt
from merdesk.project import problems
from merdesk.project.project import Project
from merdesk.settings import Settings
from merdesk.ui.actions import ACTIONS, MENUS
from merdesk.ui.annotate.page import AnnotatePage
from merdesk.ui.banner import Banner, CrashDialog
from merdesk.ui.commands import Commands
from merdesk.ui.compare.page import ComparePage
from merdesk.ui.drop_hint import DropHint
from merdesk.ui.explore.page import ExplorePage
from merdesk.ui.inspector import Inspector
from merdesk.ui.job_bar import JobBar
from merdesk.ui.jobs import Jobs
from merdesk.ui.library.panel import LibraryPanel
from merdesk.ui.listening import Listening
from merdesk.ui.models.page import ModelsPage
from merdesk.ui.player.bar import PlayerBar
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.report.page import ReportPage
from merdesk.ui.selection_panel import SelectionPanel
from merdesk.ui.session import Session
from merdesk.ui.similar import SimilarClips
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.store_watch import StoreWatch
from merdesk.ui.theme.theme import Theme
from merdesk.ui.top_bar import PAGES, TopBar
from merdesk.ui.widgets import counted, rule
from merdesk.workflows.prepare_drawing import PrepareDrawing, is_needed

REFRESH_MS = 250
"""What jobs write is shown at once, and then at most this often: each refresh brings every view up to date."""
TIDY_MS = 5000
"""What nobody can bring back is deleted in slices of 10 ms, this far apart."""
EXPLORE, ANNOTATE, COMPARE, MODELS, REPORT = range(5)


class MainWindow(QMainWindow):
    """One project in one window. The frame shows at once, `load` fills it after the first paint."""

    def __init__(self, project: Project, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.settings, self.theme = settings, theme
        self.project = project
        self.jobs = Jobs(self)
        self.jobs.committed.connect(self._changed)
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
        self.setMinimumSize(980, 640)
        self.resize(1280, 800)
        self.top = TopBar()
        self.banner = Banner(theme)
        self.job_bar = JobBar(self.jobs)
        self._centre = QVBoxLayout()
        self._middle = QHBoxLayout()
        self._build_frame()
        self.session: Session | None = None
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

    def _load(self) -> None:
        self.session = Session(self.project, self)
        self._build_pages(self.session)
        self._build_sides(self.session)
        self.commands = Commands(self)
        self._build_menus()
        self._connect(self.session)
        self.show_page(EXPLORE)
        QTimer.singleShot(0, lambda: self._focus_page(self.pages.currentIndex()))
        self._show_counts()
        self._prepare_drawing()
        self._show_history()
        self._show_problems(Changes.of("problem"))
        self._remember_project()
        self._tidy_timer.start()
        self._store_watch = StoreWatch(self.project, self)
        self._store_watch.noticed.connect(self._changed)
        if self.project.read_only:
            self.banner.tell(self.project.why_read_only)

    def _build_pages(self, session: Session) -> None:
        self.space = SoundSpace(session, self.jobs, self)
        self.pages = QStackedWidget()
        self.explore = ExplorePage(session, self.space, self.theme)
        self.annotate = AnnotatePage(session, self.theme)
        self.compare = ComparePage(session, self.theme)
        self.models = ModelsPage(session, self.theme)
        self.report = ReportPage(session)
        for page in (self.explore, self.annotate, self.compare, self.models, self.report):
            self.pages.addWidget(page)

    def _build_sides(self, session: Session) -> None:
        self.library = LibraryPanel(session, self.theme)
        self.similar = SimilarClips(session, self.space, self.theme)
        self.selected = SelectionPanel(session, self.theme)
        self.inspector = Inspector(session, self.similar, self.selected)
        self.listening = Listening(session, self.settings, Player(), self)
        self.playback = self.listening.playback
        self.player = PlayerBar(self.theme, self.playback, volume=self.settings["volume"])
        for part in (self.library, rule(upright=True), self.pages, rule(upright=True), self.inspector):
            self._middle.addWidget(part, 1 if part is self.pages else 0)
        # Above the job bar and its rule.
        self._centre.insertWidget(self._centre.count() - 2, rule())
        self._centre.insertWidget(self._centre.count() - 2, self.player)

    def _build_menus(self) -> None:
        self.actions_by_name: dict[str, QAction] = {}
        menus = {name: self.top.menu_bar.addMenu(f"&{name}") for name in MENUS}
        for action in ACTIONS:
            if action.separated:
                menus[action.menu].addSeparator()
            made = menus[action.menu].addAction(action.text)
            if action.shortcut:
                made.setShortcut(QKeySequence(action.shortcut))
            made.setEnabled(not (action.writes and self.project.read_only))
            made.triggered.connect(lambda _=False, name=action.name: self.do(name))
            self.addAction(made)
            self.actions_by_name[action.name] = made
        menus["View"].aboutToShow.connect(self._tick_view)

    def _tick_view(self) -> None:
        """Tick what is in force now."""
        states = {f"theme_{choice}": choice == self.theme.choice for choice in ("system", "light", "dark")}
        states["toggle_library"] = self.library.isVisible()
        states["toggle_inspector"] = self.inspector.isVisible()
        for name, on in states.items():
            self.actions_by_name[name].setCheckable(True)
            self.actions_by_name[name].setChecked(on)

    def _connect(self, session: Session) -> None:
        self.top.page_picked.connect(self.show_page)
        self.top.undo_asked.connect(lambda: self.do("undo"))
        self.job_bar.problems_asked.connect(lambda: self.do("show_problems"))
        self.banner.acted.connect(self.do)
        for page in (self.explore, self.annotate, self.compare):
            page.play_asked.connect(self.play)
            page.play_toggled.connect(self.toggle_play)
        for page in (self.explore, self.compare):
            page.queue_asked.connect(self.play_queue)
            page.action_asked.connect(self.do)
        self.annotate.rated.connect(self._rate)
        self.models.train_asked.connect(self.commands.train)
        self.models.evaluate_asked.connect(self.commands.evaluate)
        self.models.cell_opened.connect(self.commands.open_cell)
        self.models.features_asked.connect(lambda: self.do("features"))
        self.report.build_asked.connect(self.commands.build_report)
        self.report.export_asked.connect(self.commands.export_report)
        self.library.import_asked.connect(lambda: self.do("import_files"))
        self.inspector.play_asked.connect(self.play)
        self.similar.play_asked.connect(self.play)
        self.selected.play_asked.connect(lambda: self.do("play_selection"))
        self.similar.extract_asked.connect(lambda: self.do("extract"))
        self.inspector.rate_asked.connect(lambda _: self.show_page(ANNOTATE))
        self.playback.clip_changed.connect(self.listening.enter)
        self.player.volume_changed.connect(lambda volume: self.settings.__setitem__("volume", volume))
        self.listening.traces_changed.connect(self.player.set_traces)
        for page in (self.explore, self.compare):
            self.listening.path_changed.connect(page.plane.set_trace)
            self.listening.moved.connect(page.plane.set_moving_point)
            page.plane.clip_hovered.connect(self.listening.prefetch)
            for signal in (session.selection_changed, session.playing_changed, session.columns_changed):
                signal.connect(partial(self._show_interval, page.plane))
        self.explore.map.plane.clip_hovered.connect(self.listening.prefetch)
        session.selection_changed.connect(lambda: self.listening.prefetch(session.current))
        session.columns_changed.connect(self._show_counts)
        session.columns_changed.connect(self._prepare_drawing)
        session.visible_changed.connect(self._show_counts)
        session.history_changed.connect(self._show_history)
        session.changed.connect(self._show_problems)

    # What is shown

    def show_page(self, number: int) -> None:
        """Show a page."""
        self.pages.setCurrentIndex(number)
        self.top.show_page(number)
        self.inspector.setVisible(number in (EXPLORE, COMPARE))
        self.listening.set_blind(number == ANNOTATE)
        if number == ANNOTATE:
            self.annotate.enter()
        elif number == REPORT:
            self.report.enter()
        # Who goes from tab to tab with the arrow keys stays there.
        if not self.top.isAncestorOf(QApplication.focusWidget() or self):
            self._focus_page(number)

    def _focus_page(self, number: int) -> None:
        """Put the keyboard where a page's work is done."""
        (self.explore, self.annotate, self.compare, self.models, self.report)[number].take_focus()

    def _show_interval(self, plane: AffectPlane) -> None:
        """Draw the interval around the prediction of the selected clip."""
        if self.session is not None:
            plane.set_prediction_interval(self.session.interval())

    def _show_counts(self) -> None:
        if self.session is None:
            return
        columns = self.session.columns
        shown, n = int(self.session.visible.sum()), len(columns)
        clips = counted(n, "clip") if shown == n else f"{shown:,} of {counted(n, 'clip')}"
        self.top.show_project(
            self.project.title, f"{clips} · {counted(len(columns.dataset_names), 'dataset')}"
        )

    def _prepare_drawing(self) -> None:
        if self.session is not None and is_needed(len(self.session.columns)):
            work = PrepareDrawing()
            if all(job.title != work.title for job in self.jobs):
                self.jobs.start(work)

    def _show_history(self) -> None:
        if self.session is None:
            return
        undo, redo = self.session.undo_label(), self.session.redo_label()
        self.top.show_undo(undo)
        for name, text, step in (("undo", "Undo", undo), ("redo", "Redo", redo)):
            self.actions_by_name[name].setText(f"{text} {step[0].lower() + step[1:]}" if step else text)
            self.actions_by_name[name].setEnabled(step is not None and not self.project.read_only)

    def _show_problems(self, changes: Changes) -> None:
        if "problem" in changes:
            self.job_bar.set_problems(len(problems.all(self.project)))

    # What is done

    def do(self, name: str) -> None:
        """Do one of the commands of `ACTIONS`; whatever it raises is told, never swallowed."""
        self.guarded(getattr(self.commands, name), name.replace("_", " "))

    def guarded(self, call: Callable[[], Any], doing: str) -> Any:
        """Call, and tell the user of what went wrong."""
        outcome = attempt(call)
        if isinstance(outcome, Failure):
            self._failed(outcome, doing)
            return None
        return outcome

    def play(self, clip_id: int) -> None:
        """Play one clip; what comes after it follows the page's order, and while annotating nothing does."""
        number = self.pages.currentIndex()
        if number == ANNOTATE:
            queue: Callable[[], list[int]] = list
        elif number == COMPARE:
            queue = self.compare.table.table.ids
        else:
            queue = self.explore.shown_ids
        self.guarded(lambda: self.listening.play(clip_id, queue), "playing a clip")

    def play_queue(self, clip_ids: list[int]) -> None:
        """Play these clips one after the other."""
        self.guarded(lambda: self.listening.play_queue(clip_ids), "playing clips")

    def toggle_play(self) -> None:
        """Play or pause; begins with the selected clip when nothing is loaded."""
        session = self.session
        if session is not None and session.playing is None and session.current is not None:
            self.play(session.current)
        else:
            self.playback.toggle()

    def _rate(self, clip_id: int, affect: Affect) -> None:
        session = self.session
        if session is not None:
            self.guarded(lambda: session.rate(clip_id, affect), "rating a clip")

    def _changed(self, changes: Changes) -> None:
        self._pending |= changes
        if not self._refresh_timer.isActive():
            since_ms = round(1000 * (time.monotonic() - self._refreshed_at))
            self._refresh_timer.start(max(0, REFRESH_MS - since_ms))

    def refresh_now(self) -> None:
        """Show what jobs have written, without waiting for more."""
        self._refresh_timer.stop()
        self._refreshed_at = time.monotonic()
        changes, self._pending = self._pending, Changes()
        session = self.session
        if session is not None and changes:
            self.guarded(lambda: session.refresh(changes), "showing changes")

    def _failed(self, failure: Failure, doing: str) -> None:
        if failure.cancelled:
            return
        if failure.expected:
            self.banner.tell(failure.message)
        else:
            CrashDialog(failure, doing, self).exec()

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
        if paths and self.session is not None:
            # The program that is dropped from waits until this returns.
            QTimer.singleShot(0, lambda: self.guarded(lambda: self.commands.import_paths(paths), "importing"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        session = self.session
        if session is None or self.player.handle_key(event):
            return
        plain = not event.modifiers() and self.pages.currentIndex() != ANNOTATE
        if event.key() == Qt.Key.Key_R and plain and session.current is not None:
            self.show_page(ANNOTATE)
        elif event.key() == Qt.Key.Key_Escape:
            self._focus_page(self.pages.currentIndex())
        else:
            super().keyPressEvent(event)

    # Coming and going

    def _remember_project(self) -> None:
        recent = [str(self.project.path), *self.settings["recent_projects"]]
        self.settings["recent_projects"] = list(dict.fromkeys(recent))[:10]

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
        if self.session is not None:
            self.listening.close()
            self._store_watch.close()
            self.commands.close()
        self._keep_layout()
        saved = attempt(self.settings.save)
        if isinstance(saved, Failure):
            self.banner.tell(saved.message)
        self.project.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_project()
        super().closeEvent(event)


assert len(PAGES) == REPORT + 1
