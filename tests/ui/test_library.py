"""The left panel: counts, switches, filters, search."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget

from merdesk.domain.affect import Affect
from merdesk.project import saved_filters
from merdesk.ui.clip_table import ClipTable
from merdesk.ui.library.choice_list import ChoiceList
from merdesk.ui.library.panel import LibraryPanel
from merdesk.ui.selection_panel import SelectionPanel
from merdesk.ui.session import NO_GENRE, Filter

LEFT = Qt.MouseButton.LeftButton
SCROLL_BAR_PX = 10


@pytest.fixture
def library(qtbot, theme, session):
    made = LibraryPanel(session, theme)
    qtbot.addWidget(made)
    made.resize(248, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_search_field_leaves_undo_and_redo_to_the_window_while_it_has_none(library):
    def kept(key):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.ControlModifier)
        event.ignore()
        QApplication.sendEvent(library.search, event)
        return event.isAccepted()

    assert not kept(Qt.Key.Key_Z)
    library.search.insert("b")
    library._typing.stop()
    assert kept(Qt.Key.Key_Z)
    assert kept(Qt.Key.Key_A)


def test_datasets_genres_and_filters_are_listed_with_counts(library):
    assert [(row.entry.label, row.entry.count) for row in library._datasets.rows] == [("My music", 6)]
    assert [(row.entry.label, row.entry.count) for row in library._genres.rows] == [(NO_GENRE, 6)]
    assert {name: part.text() for name, part in library.filters.counts.items()} == {
        "has_audio": "6",
        "is_annotated": "5",
        "is_predicted": "0",
    }


def test_a_click_on_a_dataset_hides_it(qtbot, session, library):
    qtbot.mouseClick(library._datasets.rows[0], LEFT)
    assert session.filter.hidden_datasets == {"My music"}
    assert session.visible.sum() == 0
    qtbot.mouseClick(library._datasets.rows[0], LEFT)
    assert session.visible.all()


def test_a_filter_narrows_and_widens(qtbot, session, library):
    library.filters.boxes["is_annotated"].setChecked(True)
    assert session.visible.sum() == 5
    library.filters.boxes["is_annotated"].setChecked(False)
    assert session.visible.all()


def test_a_filter_set_elsewhere_is_shown(session, library):
    session.set_filter(Filter(has_audio=True, hidden_genres=frozenset({NO_GENRE})))
    assert library.filters.boxes["has_audio"].isChecked()
    assert not library._genres.rows[0].isChecked()


def test_counts_follow_edits(session, library):
    session.set_annotator("carla")
    session.rate(int(session.columns.ids[5]), Affect(0.1, 0.1))
    assert library.filters.counts["is_annotated"].text() == "6"


def test_typing_searches_a_little_later(qtbot, session, library):
    with qtbot.waitSignal(session.visible_changed):
        qtbot.keyClicks(library.search, "tune-3")
    assert session.visible.sum() == 1


def test_escape_empties_the_search_first(qtbot, session, library):
    library.activateWindow()
    library.search.setFocus()
    qtbot.waitUntil(library.search.hasFocus)
    library.search.setText("tune-3")
    library._search()
    with qtbot.waitSignal(session.visible_changed):
        qtbot.keyClick(library.search, Qt.Key.Key_Escape)
    assert library.search.text() == ""
    assert session.visible.all()


def test_tab_goes_from_top_to_bottom(qtbot, library):
    library.activateWindow()
    library.search.setFocus()
    qtbot.waitUntil(library.search.hasFocus)
    heights = []
    for _ in range(7):
        widget = QApplication.focusWidget()
        heights.append(widget.mapTo(library, widget.rect().center()).y())
        library.focusNextChild()
    assert heights == sorted(heights)
    assert len(set(heights)) == 7


def test_the_drop_line_asks_for_music(qtbot, library):
    with qtbot.waitSignal(library.import_asked):
        qtbot.mouseClick(library._add, LEFT)


def test_what_narrows_is_a_chip_that_takes_it_away(qtbot, session, library):
    assert not library.active.isVisible()
    session.set_filter(Filter(is_annotated=True, valence=(-0.5, 1.0), hidden_genres=frozenset({NO_GENRE})))
    words = {part: chip.text() for part, chip in library.active.chips.items()}
    assert words == {
        "hidden_genres": "Without No genre",
        "is_annotated": "Has ratings",
        "valence": "Valence \N{MINUS SIGN}0.50 to +1.00",
    }
    qtbot.mouseClick(library.active.chips["hidden_genres"], LEFT)
    assert session.filter == Filter(is_annotated=True, valence=(-0.5, 1.0))
    qtbot.mouseClick(library.active.buttons[-2], LEFT)
    assert session.filter.is_empty
    assert not library.active.isVisible()


def test_counts_react_to_the_other_filters(session, library):
    session.set_filter(Filter(is_annotated=True))
    assert library.filters.counts["has_audio"].text() == "5"
    assert library._datasets.rows[0].entry.count == 5
    session.set_filter(Filter(search="tune-5"))
    assert library.filters.counts["is_annotated"].text() == "0"
    assert library._genres.rows[0].entry.count == 1


def test_a_range_is_typed_stepped_and_dragged(qtbot, session, library):
    library.filters.folds["place"].open()
    field = library.filters.ranges["valence"]
    low, high = field.ends
    low.setValue(-0.25)
    assert session.filter.valence == (-0.25, 1.0)
    qtbot.keyClick(high, Qt.Key.Key_Down)
    assert session.filter.valence == (-0.25, 0.95)
    at = field.track.rect().center()
    at.setX(0)
    qtbot.mouseClick(field.track, LEFT, pos=at)
    assert session.filter.valence == (-1.0, 0.95)
    high.setValue(1.0)
    assert session.filter.valence is None
    low.lineEdit().setText("\N{MINUS SIGN}0,5")
    qtbot.keyClick(low, Qt.Key.Key_Return)
    assert session.filter.valence == (-0.5, 1.0)


def test_names_are_chosen_from_those_that_most_clips_have(qtbot, session, library):
    library.filters.folds["annotators"].open()
    choices = library.filters.lists["annotators"]
    counts = [int(n.text()) for n in choices._numbers if n.isVisible()]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == len(session.rated_by()) > 1
    name = choices.boxes[1].toolTip()
    choices.boxes[1].click()
    assert session.filter.annotators == {name}
    assert session.visible.sum() == counts[1]
    assert choices.boxes[0].toolTip() == name
    library.filters.folds["features"].open()
    assert {box.toolTip() for box in library.filters.lists["features"].boxes if box.isVisible()} == set(
        session.featured()
    )


def test_of_many_names_those_that_are_typed_are_shown(qtbot):
    choices = ChoiceList("artist")
    qtbot.addWidget(choices)
    choices.show()
    names = [f"Artist {n}" for n in range(300)]
    choices.show_choices(names, np.arange(300), frozenset({"Artist 3", "Gone"}))
    assert [box.toolTip() for box in choices.boxes[:3]] == ["Artist 3", "Gone", "Artist 299"]
    assert choices._more.text() == "293 more: type to find"
    choices.finder.setText("artist 12")
    assert [box.toolTip() for box in choices.boxes[:2]] == ["Artist 129", "Artist 128"]
    assert choices._more.text() == "3 more: type to find"


def names_of_focusable(widget):
    """Name for screen readers of each widget that Tab goes to."""
    found = {}
    for each in [widget, *widget.findChildren(QWidget)]:
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(each.parent(), QAbstractSpinBox):
            heard = QAccessible.queryAccessibleInterface(each)
            found[each] = heard.text(QAccessible.Text.Name) if heard is not None else ""
    return found


def test_whatever_has_the_keyboard_has_a_name(session, library, theme):
    session.set_filter(Filter(is_annotated=True, valence=(-0.5, 1.0)))
    session.edit(lambda: saved_filters.save(session.project, "Middle", session.filter.to_json()))
    for fold in library.filters.folds.values():
        fold.open()
    table, selected = ClipTable(session, theme), SelectionPanel(session, theme)
    found = {
        each: name for panel in (library, table, selected) for each, name in names_of_focusable(panel).items()
    }
    shown = {
        each: name
        for each, name in found.items()
        if each.isVisibleTo(library) or each.window() is not library
    }
    assert len(shown) > 20
    assert [type(each).__name__ for each, name in shown.items() if not name.strip()] == []


def test_nothing_is_wider_than_the_panel(session, library):
    session.set_filter(Filter(valence=(-0.5, 1.0), spread=(0.0, 0.1), error=(0.0, 2.5)))
    for fold in library.filters.folds.values():
        fold.setVisible(True)
        fold.open()
    for choices in library.filters.lists.values():
        choices.show_choices(
            ["A name that is longer than the panel is wide"] * 9, np.full(9, 10**6), frozenset()
        )
    inside = library._scroll.widget()
    assert inside.minimumSizeHint().width() <= library._scroll.viewport().width() - SCROLL_BAR_PX


def test_a_row_stays_under_the_mouse_when_its_click_brings_a_chip(qtbot, library):
    row = library._genres.rows[0]
    before = row.mapToGlobal(row.rect().center())
    qtbot.mouseClick(row, LEFT)
    QApplication.processEvents()
    # The lowest rows lie where the chip comes: it waits until no second click can follow.
    assert not library.active.isVisible()
    assert row.mapToGlobal(row.rect().center()) == before
    qtbot.waitUntil(library.active.isVisible)
    assert row.mapToGlobal(row.rect().center()) == before
