"""The sheet of keys: complete, searchable, copied and printed."""

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel

from merdesk.ui.actions import ACTIONS
from merdesk.ui.commands import Commands
from merdesk.ui.help.keys import native, sections
from merdesk.ui.help.shortcuts import ShortcutsDialog


@pytest.fixture
def sheet(qtbot):
    made = ShortcutsDialog()
    qtbot.addWidget(made)
    return made


def test_every_command_with_keys_is_there(sheet):
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    for action in ACTIONS:
        if action.shortcut:
            assert {action.text.removesuffix("..."), native(action.shortcut)} <= shown


def test_every_command_is_done_by_a_method_and_no_keys_are_given_twice():
    assert all(callable(getattr(Commands, action.name)) for action in ACTIONS)
    given = Counter(action.shortcut for action in ACTIONS if action.shortcut)
    assert max(given.values()) == 1
    assert all(QKeySequence(keys).count() == 1 for keys in given)


def test_typed_words_leave_what_they_name(sheet):
    sheet.finder.setText("lasso")
    assert [head for head, _ in sheet.shown] == ["In the plane"]
    sheet.finder.setText("ctrl+shift+z")
    assert [keyed for _, keyed in sheet.shown] == [(("Redo", native("Ctrl+Shift+Z")),)]
    sheet.finder.setText("no such command")
    assert sheet.shown == ()


def test_what_is_shown_is_copied_as_a_table(sheet):
    sheet.copy()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0] == "Where\tCommand\tKeys"
    assert len(lines) == 1 + sum(len(keyed) for _, keyed in sections())


def test_what_is_printed_holds_every_key(sheet):
    text = sheet.document().toPlainText()
    assert all(keys in text for _, keyed in sections() for _, keys in keyed)
