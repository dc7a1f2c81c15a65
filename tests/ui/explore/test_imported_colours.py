"""Columns of imported tables colour the clips and stand in the table; groups with a colour are remembered."""

import numpy as np
import pytest

from merdesk.domain.changes import Changes
from merdesk.ui.clip_table import ClipTable
from merdesk.ui.session import Session
from merdesk.workflows.import_any import importer
from merdesk.workflows.workflow import run_here

TABLE = "file,Weather,BPM\ntune-1.wav,calm,90\ntune-2.wav,wild,120.5\ntune-3.wav,calm,-3\n"


def bring(session, tmp_path, text=TABLE):
    path = tmp_path / "said.csv"
    path.write_text(text, encoding="utf-8")
    run_here(importer(session.project, path, kind="table"))
    session.refresh(Changes.of("import_batch"))


@pytest.fixture
def page(window, tmp_path):
    bring(window.workspace.session, tmp_path)
    return window.workspace.explore


def test_texts_colour_as_groups_and_numbers_as_a_scale(page):
    page._colour._pick("column:Weather")
    assert (page._colour.text(), page._key.isVisible()) == ("Colour  Weather", True)
    assert page.plane.colouring.names[:2] == ("calm", "wild")
    page._colour._pick("column:BPM")
    assert page._foot.scale_title.text() == "BPM"
    assert not page._key.isVisible()


def test_the_colouring_by_a_column_is_kept_and_goes_when_the_import_is_undone(page):
    page._colour._pick("column:BPM")
    kept = page.look
    page._colour._pick("genre")
    page.restore(kept)
    assert page._colour.chosen == "column:BPM"
    page._session.undo()
    assert (page._colour.chosen, page._session.colouring) == ("genre", "genre")
    page.restore(kept)
    assert page._session.colouring == "genre"


def test_columns_of_tables_are_shown_and_sorted_where_somebody_ticks_them(qtbot, theme, session, tmp_path):
    bring(session, tmp_path)
    table = ClipTable(session, theme)
    qtbot.addWidget(table)
    table.show_rows(np.arange(len(session.columns)))
    assert "BPM" not in table.columns.shown()
    for name in ("BPM", "Weather"):
        next(each for each in table.columns.menu().actions() if each.text() == name).trigger()
    assert table.columns.shown()[-2:] == ("Weather", "BPM")
    table.sort_by("BPM", descending=True)
    assert [table.table.text(place, "BPM") for place in range(4)] == ["120.5", "90", "\N{MINUS SIGN}3", ""]
    table.sort_by("Weather", descending=False)
    assert [table.table.text(place, "Weather") for place in range(4)] == ["calm", "calm", "wild", ""]
    session.undo()
    table.show_rows(np.arange(len(session.columns)))
    assert "BPM" not in table.table.names


def test_a_column_named_like_one_of_the_table_says_that_it_was_imported(qtbot, theme, session, tmp_path):
    bring(session, tmp_path, TABLE.replace("BPM", "Error"))
    table = ClipTable(session, theme)
    qtbot.addWidget(table)
    table.show_rows(np.arange(len(session.columns)))
    assert table.table.names[-1] == "Error (imported)"


def test_which_groups_have_a_colour_is_remembered_by_the_project(session):
    session.set_colouring("artist")
    session.choose_coloured(("Anna", "Ben"))
    again = Session(session.project)
    again.set_colouring("artist")
    assert again.coloured == ("Anna", "Ben")
    again.set_colouring("split")
    assert again.coloured == ()
