"""What went wrong: the banner for what one can act on, the dialog for what is our fault."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton

from merdesk.errors import attempt
from merdesk.ui.banner import Banner, CrashDialog, crash_report

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def banner(qtbot, theme):
    made = Banner(theme)
    qtbot.addWidget(made)
    made.resize(900, 40)
    return made


def test_it_is_not_there_until_it_has_something_to_say(banner):
    assert not banner.isVisible()
    banner.tell("The disk is full; make room.")
    assert banner.isVisible()
    assert banner.text == "The disk is full; make room."
    assert not banner._do.isVisible()


def test_its_action_is_told_by_name(qtbot, banner):
    banner.tell("One file could not be read.", action="show_problems", action_text="Show problems")
    assert banner._do.text() == "Show problems"
    with qtbot.waitSignal(banner.acted) as acted:
        qtbot.mouseClick(banner._do, LEFT)
    assert acted.args == ["show_problems"]


def test_it_is_put_aside_and_comes_back_without_the_old_action(qtbot, banner):
    banner.tell("One.", action="show_problems", action_text="Show problems")
    qtbot.mouseClick(banner._close, LEFT)
    assert not banner.isVisible()
    banner.tell("Two.")
    assert banner.isVisible()
    assert not banner._do.isVisible()


def test_a_sentence_is_withdrawn_when_its_action_has_nothing_left_to_do(banner):
    banner.tell("One.", action="show_problems", action_text="Show problems")
    banner.withdraw("another")
    assert banner.isVisible()
    banner.withdraw("show_problems")
    assert not banner.isVisible()


def test_markup_in_a_sentence_is_shown_as_it_is(banner):
    banner.tell("<b>evil</b>.mp3 cannot be read.")
    assert banner._text.textFormat() == Qt.TextFormat.PlainText


def test_the_dialog_has_the_traceback_to_copy(qtbot, theme):
    failure = attempt(lambda: {}["missing"])
    dialog = CrashDialog(failure, "looking for a key")
    qtbot.addWidget(dialog)
    text = dialog.findChild(QPlainTextEdit).toPlainText()
    assert text == crash_report(failure, "looking for a key")
    for part in ("While: looking for a key", "KeyError: 'missing'", "Traceback", "numpy"):
        assert part in text
    copy = next(part for part in dialog.findChildren(QPushButton) if part.text() == "Copy details")
    qtbot.mouseClick(copy, LEFT)
    assert QApplication.clipboard().text() == text
