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
    assert dialog.text().splitlines() == [
        "File\tWhat is wrong\tFolder",
        "broken.wav\tThis is no audio file.\t/music",
        "ratings.csv, line 7\tvalence is empty\t",
    ]


def test_copy_takes_all_or_what_is_selected(qtbot, dialog):
    press(qtbot, dialog, "Copy")
    assert QApplication.clipboard().text() == dialog.text()
    dialog.table.selectRow(1)
    press(qtbot, dialog, "Copy")
    assert QApplication.clipboard().text().splitlines()[1:] == ["ratings.csv, line 7\tvalence is empty\t"]


def test_clear_empties_the_list_and_tells(qtbot, session, dialog):
    with qtbot.waitSignal(session.changed) as told:
        press(qtbot, dialog, "Clear list")
    assert "problem" in told.args[0]
    assert dialog._head.text() == "No problems"
    assert dialog.model.rowCount() == 0
    assert not dialog._copy.isEnabled()
    assert not dialog._clear.isEnabled()
    assert problems.all(session.project) == []
