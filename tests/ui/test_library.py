"""The left panel: counts, switches, filters, search."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from merdesk.domain.affect import Affect
from merdesk.ui.library.panel import LibraryPanel
from merdesk.ui.session import NO_GENRE, Filter

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def library(qtbot, theme, session):
    made = LibraryPanel(session, theme)
    qtbot.addWidget(made)
    made.resize(248, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


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
