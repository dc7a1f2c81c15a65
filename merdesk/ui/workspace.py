"""What fills the window's frame: pages, panels, player and commands of one open project, and who listens to whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget

from merdesk.audio.player import Player
from merdesk.domain.changes import Changes
from merdesk.log import without_home
from merdesk.project import problems
from merdesk.ui.actions import ACTIONS, MENUS
from merdesk.ui.annotate.page import AnnotatePage
from merdesk.ui.commands import Commands
from merdesk.ui.compare.heard_models import HeardModels
from merdesk.ui.compare.page import ComparePage
from merdesk.ui.doctor.filed_notice import FiledNotice
from merdesk.ui.explore.page import ExplorePage
from merdesk.ui.explore.sweep import Sweep
from merdesk.ui.help.tour import Tour
from merdesk.ui.inspector import Inspector
from merdesk.ui.library.panel import LibraryPanel
from merdesk.ui.listening import Listening
from merdesk.ui.models.page import ModelsPage
from merdesk.ui.page_area import PageArea
from merdesk.ui.player.bar import PlayerBar
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.report.page import ReportPage
from merdesk.ui.selection_panel import SelectionPanel
from merdesk.ui.session import Session
from merdesk.ui.side_panels import SidePanels
from merdesk.ui.similar import SimilarClips
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.store_watch import StoreWatch
from merdesk.ui.text_search import TextSearch
from merdesk.ui.title_order import TitleOrder
from merdesk.ui.top_bar import ANNOTATE, COMPARE, EXPLORE, REPORT
from merdesk.ui.view_history import ViewHistory
from merdesk.ui.widgets import column, counted, framed, rule, turn_to
from merdesk.workflows.prepare_drawing import PrepareDrawing, is_needed

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow


class Workspace(QObject):
    """One project's session with all its views."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._project = window.project
        self.session = Session(window.project, self)
        self._build_pages()
        self._build_sides()
        self.commands = Commands(window, self)
        self.actions_by_name: dict[str, QAction] = {}
        self._build_menus()
        self._store_watch = StoreWatch(window.project, self)
        self._connect_pages()
        self._connect_sides()
        self._connect_session()
        self.show_recent()
        self.tour = Tour(window, self)
        self.explore.restore(window.settings["explore_look"])
        self.show_page(EXPLORE)
        self.views = self._view_history()
        QTimer.singleShot(0, lambda: self.focus_page(self.pages.currentIndex()))
        self._show_counts()
        self._prepare_drawing()
        self._show_history()
        self._show_problems(Changes.of("problem"))

    def _build_pages(self) -> None:
        session, theme = self.session, self._window.theme
        self.space = SoundSpace(session, self._window.jobs, self)
        self.listening = Listening(session, self._window.settings, Player(), self)
        self.playback = self.listening.playback
        self.sweep = Sweep(self.listening, self)
        self.pages = QStackedWidget()
        self.explore = ExplorePage(session, self.space, theme)
        self.annotate = AnnotatePage(session, theme, self.playback)
        self.compare = ComparePage(session, theme, self._window.jobs, self.space)
        self.models = ModelsPage(session, theme, self._window.jobs)
        self.report = ReportPage(session, theme)
        for page in (self.explore, self.annotate, self.compare, self.models, self.report):
            self.pages.addWidget(page)
        titles = TitleOrder(session, self._window.jobs, self)
        search = TextSearch(session, self._window.jobs, self)
        session.find = search.find
        search.changed.connect(session.search_again)
        for table in (self.explore.table, self.compare.table):
            table.table.follow_titles(titles)
            table.columns.choose(self._window.settings["table_columns"])
            table.columns.chosen_by_hand.connect(self._choose_columns)

    def _choose_columns(self, names: list[str]) -> None:
        """Both tables show the same columns, also the next time."""
        self._window.settings["table_columns"] = names
        for table in (self.explore.table, self.compare.table):
            table.columns.choose(names)

    def _build_sides(self) -> None:
        session, theme, settings = self.session, self._window.theme, self._window.settings
        self.library = LibraryPanel(session, theme)
        self.similar = SimilarClips(session, self.space, theme)
        self.selected = SelectionPanel(session, theme)
        self.inspector = Inspector(session, self.similar, self.selected)
        self.player = PlayerBar(theme, self.playback, volume=settings["volume"])
        self.player.strips.set_shown(settings["strips"])
        if settings["output_device"]:
            self.player.options.choose(settings["output_device"])
        self.filed_notice = FiledNotice(session, theme)
        centre = framed(column(self.filed_notice, PageArea(self.pages), spacing=0), "plane")
        middle = (self.library, rule(upright=True), centre, rule(upright=True), self.inspector)
        self._window.furnish(middle, centre, self.player)
        self.sides = SidePanels(self._window, (self.library, self.inspector), theme.base_px)

    def _build_menus(self) -> None:
        menus = {name: self._window.top.menu_bar.addMenu(f"&{name}") for name in MENUS}
        for action in ACTIONS:
            if action.separated:
                menus[action.menu].addSeparator()
            made = menus[action.menu].addAction(action.text)
            if action.shortcut:
                made.setShortcut(QKeySequence(action.shortcut))
            made.setEnabled(not (action.writes and self._project.read_only))
            made.triggered.connect(lambda _=False, name=action.name: self._window.do(name))
            self._window.addAction(made)
            self.actions_by_name[action.name] = made
        self._recent_menu = QMenu("Open recent", menus["File"])
        menus["File"].insertMenu(self.actions_by_name["open_demo"], self._recent_menu)
        for name in ("View", "Play"):
            menus[name].aboutToShow.connect(self._tick)
        self._window.top.fit_menus()

    def show_recent(self) -> None:
        """Offer the projects of earlier days in the menu and in an empty project."""
        here = str(self._project.path)
        others = [path for path in self._window.settings["recent_projects"] if path != here]
        self._recent_menu.clear()
        for path in others:
            self._recent_menu.addAction(without_home(path), partial(self._open_recent, path))
        self._recent_menu.setEnabled(bool(others))
        self.explore.welcome.show_project(self._project.path, others)

    def _open_recent(self, path: str) -> None:
        self._window.guarded(lambda: self.commands.open_recent(path), "opening a project")

    def _tick(self) -> None:
        """Tick what is in force now."""
        chosen = self._window.theme.choice
        states = {f"theme_{choice}": choice == chosen for choice in ("system", "light", "dark")}
        states["toggle_library"] = self.library.isVisible()
        states["toggle_inspector"] = self.inspector.isVisible()
        states["as_filed"] = self._project.as_filed
        states |= {"shuffle": self.playback.shuffling, "loop": self.playback.looping}
        states["compare_clips"] = self.player.comparison.clips is not None
        states |= {f"strip_{kind}": kind in self.player.strips.shown for kind in self.player.strips.views}
        for name, on in states.items():
            self.actions_by_name[name].setCheckable(True)
            self.actions_by_name[name].setChecked(on)

    def _connect_pages(self) -> None:
        do = self._window.do
        for page in (self.explore, self.annotate, self.compare):
            page.play_asked.connect(self.play)
            page.play_toggled.connect(self.toggle_play)
        for page in (self.explore, self.compare):
            page.queue_asked.connect(self.play_queue)
            page.action_asked.connect(do)
            self.listening.path_changed.connect(page.plane.set_trace)
            self.listening.moved.connect(page.plane.set_moving_point)
            page.plane.clip_hovered.connect(self.listening.prefetch)
        self.explore.welcome.action_asked.connect(do)
        self.explore.welcome.project_asked.connect(self._open_recent)
        self.explore.map.plane.clip_hovered.connect(self.listening.prefetch)
        self.explore.sweep_changed.connect(self.sweep.set_on)
        for plane in (self.explore.plane, self.explore.map.plane):
            plane.clip_hovered.connect(self.sweep.pass_over)
        self.annotate.edit_asked.connect(self._window.guarded)
        self.compare.edit_asked.connect(self._window.guarded)
        self.annotate.trace_changed.connect(lambda trace: self.player.set_traces(trace, None))
        self.commands.connect_models(self.models)
        self.models.evaluate_asked.connect(self.commands.evaluate)
        self.models.gap_asked.connect(self.commands.measure_gap)
        self.models.cell_opened.connect(self.commands.open_cell)
        self.models.play_asked.connect(self.play)
        self.models.union_opened.connect(self.commands.open_union)
        self.models.features_asked.connect(lambda: do("features"))
        self.report.build_asked.connect(self.commands.build_report)
        self.report.export_asked.connect(self.commands.export_report)
        self.report.clips_asked.connect(self.commands.open_clips)
        self.report.cell_asked.connect(self.commands.open_report_cell)
        self.report.play_asked.connect(self.play)

    def _connect_sides(self) -> None:
        do, top = self._window.do, self._window.top
        top.page_picked.connect(self.show_page)
        top.undo_asked.connect(lambda: do("undo"))
        self._window.job_bar.problems_asked.connect(lambda: do("show_problems"))
        self.library.import_asked.connect(lambda: do("import_files"))
        self.inspector.play_asked.connect(self.play)
        self.inspector.rate_asked.connect(lambda _: self.show_page(ANNOTATE))
        self.similar.play_asked.connect(self.play)
        self.similar.extract_asked.connect(lambda: do("extract"))
        self.selected.play_asked.connect(lambda: do("play_selection"))
        self.playback.clip_changed.connect(self.listening.enter)
        self.playback.nothing_to_play.connect(self._begin)
        self.player.volume_changed.connect(partial(self._window.settings.__setitem__, "volume"))
        keep = self._window.settings.__setitem__
        self.player.strips.changed.connect(partial(keep, "strips"))
        self.explore.look_changed.connect(lambda: keep("explore_look", self.explore.look))
        self.player.autoplay_changed.connect(partial(keep, "autoplay"))
        self.player.options.device_chosen.connect(partial(keep, "output_device"))
        self.player.queue_panel.line_asked.connect(lambda: do("play_line"))
        self.listening.traces_changed.connect(self.player.set_traces)
        heard = HeardModels(self.session, self.compare.others, self.listening, self.compare.field)
        heard.traces_changed.connect(self.player.set_others)

    def _connect_session(self) -> None:
        session = self.session
        for page in (self.explore, self.compare):
            for signal in (session.selection_changed, session.playing_changed, session.columns_changed):
                signal.connect(partial(self._show_interval, page.plane))
        session.selection_changed.connect(lambda: self.listening.prefetch(session.current))
        session.columns_changed.connect(self._show_counts)
        session.columns_changed.connect(self._prepare_drawing)
        session.visible_changed.connect(self._show_counts)
        session.visible_changed.connect(self.commands.prefer_visible)
        session.history_changed.connect(self._show_history)
        session.changed.connect(self._show_problems)
        session.as_filed_changed.connect(self._forget_report)
        self._store_watch.noticed.connect(self._window.changed)

    def _view_history(self) -> ViewHistory:
        views = ViewHistory(self.session, self.pages.currentIndex, self)
        self.pages.currentChanged.connect(views.note)
        views.page_asked.connect(self.show_page)
        views.changed.connect(self._show_ways)
        planes = (self.explore.plane, self.explore.map.plane, self.compare.plane)
        tables = (self.explore.table, self.compare.table)
        views.watch(
            self._window, *(each.canvas.viewport() for each in planes), *(t.viewport() for t in tables)
        )
        for name in ("go_back", "go_forward"):
            self.actions_by_name[name].setEnabled(False)
        return views

    def _show_ways(self) -> None:
        """Offer back and forward where they lead somewhere."""
        self.actions_by_name["go_back"].setEnabled(self.views.can_go_back)
        self.actions_by_name["go_forward"].setEnabled(self.views.can_go_forward)

    # What is shown

    def show_page(self, number: int) -> None:
        """Show a page."""
        turn_to(self.pages, (self.explore, self.annotate, self.compare, self.models, self.report)[number])
        self._window.top.show_page(number)
        self.sides.forget(self.inspector)
        self.inspector.setVisible(number in (EXPLORE, COMPARE))
        self.sides.fit(afresh=True)
        self.listening.set_blind(number == ANNOTATE)
        if number == ANNOTATE:
            self.annotate.enter()
        elif number == REPORT:
            self.report.enter()
        # Who goes from tab to tab with the arrow keys stays there.
        if not self._window.top.isAncestorOf(QApplication.focusWidget() or self._window):
            self.focus_page(number)

    def focus_page(self, number: int) -> None:
        """Put the keyboard where a page's work is done."""
        (self.explore, self.annotate, self.compare, self.models, self.report)[number].take_focus()

    def _show_interval(self, plane: AffectPlane) -> None:
        """Draw the interval around the prediction of the selected clip."""
        plane.set_prediction_interval(self.session.interval())

    def _show_counts(self) -> None:
        columns = self.session.columns
        shown, n = int(self.session.visible.sum()), len(columns)
        if not n:
            self._window.top.show_project(self._project.title, "empty")
            return
        clips = counted(n, "clip") if shown == n else f"{shown:,} of {counted(n, 'clip')}"
        datasets = counted(len(columns.dataset_names), "dataset")
        self._window.top.show_project(self._project.title, f"{clips} · {datasets}")

    def _prepare_drawing(self) -> None:
        if is_needed(len(self.session.columns)):
            work = PrepareDrawing()
            if all(job.title != work.title for job in self._window.jobs):
                self._window.jobs.start(work)

    def _show_history(self) -> None:
        undo, redo = self.session.undo_label(), self.session.redo_label()
        self._window.top.show_undo(undo)
        for name, text, step in (("undo", "Undo", undo), ("redo", "Redo", redo)):
            self.actions_by_name[name].setText(f"{text} {step[0].lower() + step[1:]}" if step else text)
            self.actions_by_name[name].setEnabled(step is not None and not self._project.read_only)

    def _forget_report(self) -> None:
        """The report that is shown says what no view says any more."""
        self.commands.forget_report()
        self.report.show_waiting("")
        if self.pages.currentIndex() == REPORT:
            self.report.enter()

    def _show_problems(self, changes: Changes) -> None:
        if "problem" in changes or "import_batch" in changes:
            n_problems = len(problems.all(self._project))
            self._window.job_bar.set_problems(n_problems)
            if not n_problems:
                self._window.banner.withdraw("show_problems")

    # What is done

    def play(self, clip_id: int) -> None:
        """Play one clip; what comes after it follows the page's order, and while annotating nothing does."""
        number = self.pages.currentIndex()
        if number == ANNOTATE:
            queue: Callable[[], list[int]] = list
        elif number == COMPARE:
            queue = self.compare.table.table.ids
        else:
            queue = self.explore.shown_ids
        self._window.guarded(lambda: self.listening.play(clip_id, queue), "playing a clip")

    def play_queue(self, clip_ids: list[int]) -> None:
        """Play these clips one after the other."""
        self._window.guarded(lambda: self.listening.play_queue(clip_ids), "playing clips")

    def toggle_play(self) -> None:
        """Play or pause; begins with the selected clip when nothing is loaded, else with the first that is shown."""
        if self.session.playing is None and self.session.current is not None:
            self.play(self.session.current)
        else:
            self.playback.toggle()

    def _begin(self) -> None:
        """Play where nobody has said what: the selected clip, else all that are shown."""
        if self.session.current is not None:
            self.play(self.session.current)
        else:
            self.play_queue(self.explore.shown_ids())

    def handle_key(self, event: QKeyEvent) -> bool:
        """Whether a key that no view wanted meant something here."""
        if self.player.handle_key(event):
            return True
        plain = not event.modifiers() and self.pages.currentIndex() != ANNOTATE
        if event.key() == Qt.Key.Key_R and plain and self.session.current is not None:
            self.show_page(ANNOTATE)
        elif event.key() == Qt.Key.Key_Escape:
            if not self.tour.end():
                self.focus_page(self.pages.currentIndex())
        else:
            return False
        return True

    def close(self) -> None:
        """Stop listening, watching and working."""
        self.listening.close()
        self.player.strips.close()
        self._store_watch.close()
        self.commands.close()
