"""Choosing which groups have a colour of their own."""

import pytest
from PySide6.QtCore import Qt

from merdesk.ui.explore.groups_dialog import GroupsDialog

GROUPS = [("Bach", 9), ("Abba", 5), ("Can", 3), ("Dylan", 1)]
ON, OFF, ROLE = Qt.CheckState.Checked, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole


@pytest.fixture
def dialog(qtbot):
    dialog = GroupsDialog("Artist", GROUPS, (), 2)
    qtbot.addWidget(dialog)
    return dialog


def test_the_largest_are_ticked_and_say_that_nothing_was_chosen(dialog):
    assert dialog.names.ticked == ["Bach", "Abba"]
    assert dialog.chosen == ()


def test_what_is_ticked_is_chosen_up_to_as_many_as_there_are_colours(dialog):
    names = dialog.names
    assert not names.setData(names.index(3), ON, ROLE)
    assert names.setData(names.index(0), OFF, ROLE)
    assert names.setData(names.index(3), ON, ROLE)
    assert dialog.chosen == ("Abba", "Dylan")
    assert "2 of at most 2" in dialog._about.text()


def test_a_search_narrows_and_keeps_what_is_ticked(dialog):
    dialog.search.setText("dyl")
    assert dialog._shown.rowCount() == 1
    assert dialog.names.ticked == ["Bach", "Abba"]


def test_without_a_tick_there_is_nothing_to_colour(dialog):
    dialog.names.tick(())
    assert not dialog.go.isEnabled()
