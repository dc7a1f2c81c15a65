"""Clips as a table: what the cells show, sorting, selection, playing, copying, dragging."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from merdesk.domain.affect import Affect
from merdesk.ui.clip_columns import TABLE_COLUMNS
from merdesk.ui.clip_table import ClipTable, ClipTableModel
from merdesk.ui.column_choice import TITLE_LEAST

COLUMN = ClipTableModel.COLUMNS.index
PADDING_PX = 8


@pytest.fixture
def table(qtbot, theme, session):
    made = ClipTable(session, theme)
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show_rows(np.arange(len(session.columns)))
    made.show()
    return made


def titles(table):
    return [table.table.text(place, "Title") for place in range(table.table.rowCount())]


def test_cells_show_values_with_signs_and_leave_out_what_is_not_known(session, table):
    session.set_annotator("carla")
    session.rate(int(session.columns.ids[5]), Affect(0.5, -0.25))
    table.show_rows(np.arange(6))
    place = table.table.place_of(int(session.columns.ids[5]))
    shown = {name: table.table.text(place, name) for name in ClipTableModel.COLUMNS}
    assert {name: text for name, text in shown.items() if text} == {
        "Title": "tune-5",
        "Dataset": "My music",
        "Annotators": "1",
        "Valence": "+0.50",
        "Arousal": "\N{MINUS SIGN}0.25",
    }


def test_rows_begin_in_the_order_of_titles(table):
    assert titles(table) == [f"tune-{n}" for n in range(6)]


def test_numbers_are_sorted_as_numbers_with_the_unknown_last(session, table):
    for descending in (False, True):
        table.sort_by("Valence", descending=descending)
        rows = session.columns.rows_of(table.table.ids())
        values = session.columns.affect[rows, 0]
        assert np.isnan(values[-1])
        known = values[:-1].tolist()
        assert known == sorted(known, reverse=descending)


def test_a_click_on_a_heading_sorts(qtbot, session, table):
    table.sort_by("Title", descending=True)
    assert titles(table) == [f"tune-{n}" for n in reversed(range(6))]


def test_only_the_rows_asked_for_are_shown_and_found(session, table):
    table.show_rows(np.array([1, 4]))
    assert sorted(table.table.ids()) == sorted(session.columns.ids[[1, 4]].tolist())
    assert table.table.place_of(int(session.columns.ids[0])) is None
    assert table.table.clip_at(table.table.place_of(int(session.columns.ids[4]))) == session.columns.ids[4]


def test_a_selected_row_is_the_selection_of_every_view(qtbot, session, table):
    table.selectRow(2)
    assert session.selection == (table.table.clip_at(2),)


def test_the_selection_of_other_views_is_shown(session, table):
    session.select([int(session.columns.ids[3])])
    rows = [index.row() for index in table.selectionModel().selectedRows()]
    assert [table.table.clip_at(row) for row in rows] == [session.columns.ids[3]]
    session.select(())
    assert not table.selectionModel().hasSelection()


def test_the_selection_follows_its_clips_through_sorting(session, table):
    session.select([int(session.columns.ids[3])])
    table.sort_by("Title", descending=True)
    rows = [index.row() for index in table.selectionModel().selectedRows()]
    assert [table.table.clip_at(row) for row in rows] == [session.columns.ids[3]]


def test_return_and_a_double_click_play(qtbot, session, table):
    table.selectRow(1)
    with qtbot.waitSignal(table.play_asked) as played:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert played.args == [table.table.clip_at(1)]
    with qtbot.waitSignal(table.play_asked) as played:
        table.doubleClicked.emit(table.table.index(3, 0))
    assert played.args == [table.table.clip_at(3)]


def test_copy_takes_the_selected_rows_or_all(qtbot, table):
    assert len(table.copied().splitlines()) == 7
    table.selectRow(4)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, line = QApplication.clipboard().text().splitlines()
    assert head.split("\t") == list(ClipTableModel.COLUMNS)
    assert line.startswith("tune-4\t")


def test_rows_are_dragged_as_their_audio_files(music, table):
    indexes = [table.table.index(2, place) for place in range(3)]
    urls = table.table.mimeData(indexes).urls()
    assert [url.toLocalFile() for url in urls] == [str(music / "album" / "tune-2.wav")]


def test_numbers_stand_at_the_right_and_headings_explain_themselves(table):
    model, right = table.table, Qt.AlignmentFlag.AlignRight
    assert model.data(model.index(0, COLUMN("Valence")), Qt.ItemDataRole.TextAlignmentRole) & right
    tip = model.headerData(COLUMN("Error"), Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "Distance" in tip


def test_every_heading_has_room(table):
    header = table.horizontalHeader()
    for place, column in enumerate(TABLE_COLUMNS[1:], 1):
        table.setColumnHidden(place, False)
        needed = header.fontMetrics().horizontalAdvance(column.heading) + 2 * PADDING_PX
        assert header.sectionSize(place) >= needed


def test_all_clips_of_a_lasso_are_marked_and_the_first_is_current(session, table):
    chosen = session.columns.ids[[4, 1, 3]].tolist()
    session.select(chosen)
    assert sorted(index.row() for index in table.selectionModel().selectedRows()) == [1, 3, 4]
    assert table.currentIndex().row() == 4
    assert session.selection == tuple(chosen)


def test_no_number_is_cut(table):
    for name in ("Valence", "Arousal"):
        assert table.columnWidth(COLUMN(name)) >= table.sizeHintForColumn(COLUMN(name))


def test_columns_that_say_nothing_leave_their_room_to_the_titles(table):
    hidden = [name for name in ClipTableModel.COLUMNS if table.isColumnHidden(COLUMN(name))]
    assert hidden == [
        "Dataset",
        "Genre",
        "Split",
        "Annotators",
        "Valence spread",
        "Arousal spread",
        "Predicted valence",
        "Predicted arousal",
        "Error",
    ]
    assert table.copied().splitlines()[0].split("\t") == list(ClipTableModel.COLUMNS)


def test_columns_are_chosen_told_and_brought_back(qtbot, table):
    split = next(each for each in table.columns.menu().actions() if each.text() == "Split")
    with qtbot.waitSignal(table.columns.chosen_by_hand) as told:
        split.trigger()
    assert told.args == [["Title", "Artist", "Split", "Valence", "Arousal"]]
    assert not table.isColumnHidden(COLUMN("Split"))
    table.show_rows(np.arange(3))
    assert table.columns.shown() == tuple(told.args[0])
    next(each for each in table.columns.menu().actions() if each.text() == "As it was").trigger()
    assert table.isColumnHidden(COLUMN("Split"))


def test_a_click_on_the_play_sign_plays_and_beside_it_selects_only(qtbot, session, table):
    played = []
    table.play_asked.connect(played.append)
    box = table.visualRect(table.table.index(2, 0))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert (played, session.selection) == ([], (table.table.clip_at(2),))
    box = table.visualRect(table.table.index(3, 0))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box.topLeft() + QPoint(12, 12))
    assert played == [table.table.clip_at(3)]


def test_the_menu_plays_queues_and_copies(qtbot, session, table):
    session.select(session.columns.ids[[1, 3]].tolist())
    actions = {each.text(): each for each in table.menu().actions()}
    with qtbot.waitSignal(table.queue_asked) as queued:
        actions["Play these 2"].trigger()
    assert queued.args == [session.columns.ids[[1, 3]].tolist()]
    actions["Copy selected rows as CSV"].trigger()
    head, first, second = csv.reader(QApplication.clipboard().text().splitlines())
    assert head == list(ClipTableModel.COLUMNS)
    assert [first[0], second[0]] == ["tune-1", "tune-3"]


def test_typing_goes_to_the_title(qtbot, session, table):
    table.setCurrentIndex(table.table.index(0, 0))
    qtbot.keyClicks(table, "tune-4")
    assert session.selection == (table.table.clip_at(4),)
    qtbot.keyClicks(table, "%")
    assert session.selection == (table.table.clip_at(4),)


def test_what_has_no_value_comes_last_in_both_directions(session, table):
    for descending in (False, True):
        table.sort_by("Artist", descending=descending)
        assert sorted(table.table.ids()) == session.columns.ids.tolist()
        table.sort_by("Annotators", descending=descending)
        raters = [table.table.text(place, "Annotators") for place in range(6)]
        assert raters == sorted(raters, reverse=descending)


def test_headings_sort_from_the_start_and_the_menu_does_so_by_keys(qtbot, table):
    header = table.horizontalHeader()
    places = range(table.table.rowCount())
    at = QPoint(header.sectionViewportPosition(COLUMN("Valence")) + 5, 5)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert header.sortIndicatorSection() == COLUMN("Valence")
    by_heading = [table.table.text(place, "Valence") for place in places]
    for turned in (True, False):
        valence = next(each for each in table.sort_menu().actions() if each.text() == "Valence")
        assert valence.isChecked()
        valence.trigger()
        assert ([table.table.text(place, "Valence") for place in places] != by_heading) == turned


def test_where_many_columns_are_ticked_titles_keep_their_room(table):
    table.resize(500, 300)
    table.columns.choose(table.table.names)
    assert table.columnWidth(0) == TITLE_LEAST
    table.columns.choose(["Title", "Artist"])
    assert table.columnWidth(0) > 2 * TITLE_LEAST
