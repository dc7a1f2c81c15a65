"""Ctrl+C in tables takes whole rows with headings."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableWidget, QTableWidgetItem

from merdesk.ui.copying import copies, tab_separated


@pytest.fixture
def table(qtbot, theme):
    made = QTableWidget(3, 2)
    made.setHorizontalHeaderLabels(["Genre", "Clips"])
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    for place, texts in enumerate((("Folk", "3"), ("Pop", "4"), ("Rock", "5"))):
        for column, text in enumerate(texts):
            made.setItem(place, column, QTableWidgetItem(text))
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.setFocus()
    return made


def copied(qtbot, table):
    QApplication.clipboard().clear()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QApplication.clipboard().text().splitlines()


def test_all_rows_are_copied_when_none_is_selected_but_hidden_ones_are_not(qtbot, table):
    copies(table)
    assert copied(qtbot, table) == ["Genre\tClips", "Folk\t3", "Pop\t4", "Rock\t5"]
    table.setRowHidden(1, True)
    table.setColumnHidden(1, True)
    assert copied(qtbot, table) == ["Genre", "Folk", "Rock"]


def test_selected_rows_are_copied_where_several_can_be(qtbot, table):
    copies(table)
    table.selectRow(2)
    assert copied(qtbot, table) == ["Genre\tClips", "Rock\t5"]
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    assert len(copied(qtbot, table)) == 4


def test_cells_with_widgets_bring_their_own_text(qtbot, table):
    copies(table, lambda row, column: f"{row},{column}")
    assert copied(qtbot, table)[1:] == ["0,0\t0,1", "1,0\t1,1", "2,0\t2,1"]


def test_a_cell_stays_one_cell():
    assert tab_separated(["a"], [["x\ty\nz\nw"]]) == "a\nx y (z w)"
