"""The list of what could not be read."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from merdesk.domain.source import LeftOut
from merdesk.project import problems
from merdesk.ui.problems import ProblemsDialog


@pytest.fixture
def dialog(qtbot, theme, session):
    problems.add(
        session.project,
        None,
        [
            LeftOut("/music/broken.wav", None, "This is no audio file."),
            LeftOut("ratings.csv", 7, "valence is empty"),
        ],
    )
    made = ProblemsDialog(session)
    qtbot.addWidget(made)
    made.show()
    return made


def press(qtbot, dialog, words):
    button = next(part for part in dialog.findChildren(QPushButton) if part.text() == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_each_problem_has_its_file_line_and_reason(dialog):
    assert dialog._head.text() == "2 problems"
    assert set(dialog.text().splitlines()) == {
        "/music/broken.wav\tThis is no audio file.",
        "ratings.csv, line 7\tvalence is empty",
    }
    shown = {dialog._table.item(row, 1).text() for row in range(dialog._table.rowCount())}
    assert shown == {"This is no audio file.", "valence is empty"}


def test_copy_takes_all(qtbot, dialog):
    press(qtbot, dialog, "Copy all")
    assert QApplication.clipboard().text() == dialog.text()


def test_clear_empties_the_list_and_tells(qtbot, session, dialog):
    with qtbot.waitSignal(session.changed) as told:
        press(qtbot, dialog, "Clear list")
    assert "problem" in told.args[0]
    assert dialog._head.text() == "No problems"
    assert dialog._table.rowCount() == 0
    assert problems.all(session.project) == []
