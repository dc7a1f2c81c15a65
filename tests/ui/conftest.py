"""A real window on a real small project."""

import gc
import shutil

import pytest
from helpers.music import write_music, write_ratings
from helpers.player import find
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from merdesk.project.project import Project
from merdesk.settings import Settings
from merdesk.ui.annotate.page import AnnotatePage
from merdesk.ui.banner import CrashDialog
from merdesk.ui.collector import Collector
from merdesk.ui.main_window import MainWindow
from merdesk.ui.player.playback import Playback
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.import_any import importer
from merdesk.workflows.workflow import run_here

N_CLIPS = 6


@pytest.fixture(scope="session")
def music(tmp_path_factory):
    """Six tunes and a table of ratings for five of them."""
    folder = tmp_path_factory.mktemp("music")
    write_music(folder / "album", N_CLIPS)
    write_ratings(folder / "ratings.csv", N_CLIPS - 1)
    return folder


@pytest.fixture(scope="session")
def extracted(tmp_path_factory, music):
    """A project with the six tunes, their ratings and features; copied, never opened by tests."""
    path = tmp_path_factory.mktemp("study") / "study.merdesk"
    with Project.create(path) as project:
        run_here(importer(project, music / "album"))
        run_here(importer(project, music / "ratings.csv"))
        run_here(ExtractFeatures(project, workers=1))
    return path


@pytest.fixture(autouse=True)
def no_crash(monkeypatch):
    """A defect that the window would tell in a dialog fails the test instead of waiting for somebody to close it."""
    monkeypatch.setattr(CrashDialog, "exec", lambda self: pytest.fail(self.report))


@pytest.fixture(scope="package", autouse=True)
def collector(qapp):
    """As in the program: garbage is collected on the window's thread alone."""
    made = Collector(qapp)
    yield made
    made.deleteLater()
    gc.enable()


@pytest.fixture(autouse=True)
def collected(collector):
    """What a test leaves goes after it, as a running event loop would have it: first Qt's part, then Python's."""
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    collector.look()


@pytest.fixture
def theme(qapp):
    assert isinstance(qapp, QApplication)
    return Theme(qapp, "light")


@pytest.fixture
def open_window(qtbot, theme):
    """Open a window on a project; closed at the end of the test."""
    opened = []

    def opener(project):
        window = MainWindow(project, Settings(), theme)
        opened.append(window)
        window.show()
        qtbot.waitExposed(window)
        window.load()
        return window

    yield opener
    for window in filter(isValid, opened):
        window.close()
        window.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def extracted_copy(extracted, tmp_path):
    """Path of a copy of the extracted project."""
    path = tmp_path / "study.merdesk"
    shutil.copytree(extracted, path)
    return path


@pytest.fixture
def project(extracted_copy):
    """The extracted project, open, without a window."""
    with Project.open(extracted_copy) as opened:
        yield opened


@pytest.fixture
def session(project):
    """What the views of that project share."""
    return Session(project)


@pytest.fixture
def window(open_window, extracted_copy):
    """A window on a copy of the extracted project."""
    return open_window(Project.open(extracted_copy))


@pytest.fixture
def open_annotate(qtbot, theme, session):
    """Open the Annotate page in a way of rating, on a player of the test's own; closed at the end of the test."""
    opened = []

    def opener(player, mode):
        playback = Playback(player, find)
        playback.set_autoplay(False)
        page = AnnotatePage(session, theme, playback)
        page.edit_asked.connect(lambda write, _: write())
        page.play_asked.connect(playback.play_clip)
        playback.clip_changed.connect(lambda one: session.set_playing(one and one.clip_id))
        page.played = playback
        opened.append(page)
        qtbot.addWidget(page)
        page.resize(1000, 560)
        page.show()
        session.set_annotator("carla")
        page.enter()
        page.set_mode(mode)
        return page

    yield opener
    for page in opened:
        page.mode.leave()
        page.played.stop()
