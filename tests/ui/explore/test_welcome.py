"""An empty project: three ways in, and the projects of earlier days."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from merdesk.project.project import Project
from merdesk.ui.explore.welcome import WAYS
from merdesk.ui.help_commands import HelpCommands


@pytest.fixture
def empty(open_window, tmp_path):
    return open_window(Project.create(tmp_path / "empty.merdesk"))


def test_an_empty_project_offers_three_ways_in(empty, monkeypatch):
    done = []
    monkeypatch.setattr(empty, "do", done.append)
    welcome = empty.workspace.explore.welcome
    assert empty.workspace.explore._views.currentWidget() is welcome
    asked = []
    welcome.action_asked.connect(asked.append)
    for way in welcome.ways:
        way.click()
    assert asked == [name for name, *_ in WAYS]


def test_the_ways_are_reached_by_tab_and_pressed_by_enter(qtbot, empty):
    welcome = empty.workspace.explore.welcome
    pressed = []
    welcome.action_asked.disconnect()
    welcome.action_asked.connect(pressed.append)
    for way in welcome.ways:
        assert way.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert way.accessibleName()
        qtbot.keyClick(way, Qt.Key.Key_Return)
    assert len(pressed) == 3


def test_a_recent_project_opens_in_this_windows_place(empty, extracted_copy, monkeypatch):
    opened = []
    monkeypatch.setattr(
        empty, "replace_project", lambda project: (opened.append(project.path), project.close())
    )
    empty.settings["recent_projects"] = [str(empty.project.path), str(extracted_copy)]
    empty.workspace.show_recent()
    welcome = empty.workspace.explore.welcome
    (entry,) = [b for b in welcome.findChildren(QPushButton) if b.text() == "study"]
    entry.click()
    assert opened == [extracted_copy]


def test_a_recent_project_that_is_gone_is_said_and_listed_no_more(empty, tmp_path):
    gone = str(tmp_path / "gone.merdesk")
    empty.settings["recent_projects"] = [gone]
    empty.workspace.show_recent()
    empty.workspace._open_recent(gone)
    assert "gone.merdesk" in empty.banner.text
    assert empty.settings["recent_projects"] == []
    assert not empty.workspace._recent_menu.isEnabled()


def test_the_ways_stand_below_one_another_where_it_is_narrow(empty, qtbot):
    welcome = empty.workspace.explore.welcome
    welcome.resize(800, 600)
    assert welcome.ways[1].x() > welcome.ways[0].x()
    welcome.resize(400, 600)
    welcome._inside.layout().activate()
    qtbot.waitUntil(lambda: welcome.ways[1].y() > welcome.ways[0].y())


def test_the_demo_is_built_beside_the_window_and_then_opened(qtbot, empty, monkeypatch, tmp_path):
    from merdesk.workflows import demo_beside

    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    made, opened = [], []

    def build(path, *, run, workers, settings):
        made.append(path)
        return Project.create(path).close()

    monkeypatch.setattr(demo_beside, "build_demo", build)
    monkeypatch.setattr(HelpCommands, "open_recent", lambda self, path: opened.append(Path(path)))
    empty.do("open_demo")
    qtbot.waitUntil(lambda: bool(opened))
    assert made == opened == [tmp_path / "merdesk demo.merdesk"]
