"""The gap in the Models page: bars beside their nulls, with n, and what was not tested said."""

import pytest
from helpers.study import FEATURES, make_study
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from merdesk.project.project import Project
from merdesk.ui.jobs import Jobs
from merdesk.ui.models.gap_view import GapView
from merdesk.ui.models.page import GAP
from merdesk.ui.top_bar import MODELS
from merdesk.workflows.gap import MeasureGap
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Two datasets whose valence differs."""
    path = tmp_path_factory.mktemp("study") / "s.merdesk"
    return make_study(path, n_datasets=2, n_groups=12, shift=0.5)


@pytest.fixture(scope="module")
def found(study):
    """The gap of two datasets whose valence differs."""
    with Project.open(study) as project:
        return run_here(MeasureGap(project, (FEATURES,)))


def test_each_pair_has_a_bar_beside_its_null_with_p_and_n(qtbot, theme, session, found):
    view = GapView(session, theme, Jobs())
    qtbot.addWidget(view)
    view.show_gap(found)
    (bar,) = view.bars.bars
    assert bar.name == "Ash and Birch"
    assert bar.value > bar.null_high
    assert bar.words[0].endswith("one of many")
    assert bar.words[1] == "n 24 and 24, groups 12 and 12"
    view.distance.setCurrentIndex(view.distance.findText("Annotations: Both, energy distance"))
    assert "over all pairs" in view.bars.bars[0].words[0]
    assert "Ash and Birch" in view.bars.accessibleDescription()


def test_it_asks_with_or_without_the_control_of_format(qtbot, theme, session):
    view = GapView(session, theme, Jobs())
    qtbot.addWidget(view)
    view.same_format.setChecked(True)
    with qtbot.waitSignal(view.asked) as asked:
        view.compute.click()
    assert asked.args == [True]


@pytest.mark.usefixtures("found")
def test_the_map_of_the_same_features_stands_below_in_the_datasets_colours(qtbot, open_window, study):
    window = open_window(Project.open(study))
    page = window.workspace.models
    window.workspace.show_page(MODELS)
    page.show_view(GAP)
    shown = page.gap.map
    qtbot.waitUntil(lambda: shown.shown is not None, timeout=20_000)
    assert shown.plane.colouring.kind == "dataset"
    assert [row.entry.label for row in shown.legend.rows] == ["Ash", "Birch"]
    assert shown.plane.n_shown == 48
    assert "48 clips by made: the two axes hold" in shown.caption.text()
    qtbot.mouseClick(shown.legend.rows[0], Qt.MouseButton.LeftButton)
    assert shown.plane.n_shown == 24
    with qtbot.waitSignal(page.play_asked):
        shown.plane.clip_picked.emit(1)
    qtbot.waitUntil(lambda: len(window.jobs) == 0)


def cells(table):
    return [
        [table.item(line, place).text() for place in range(table.columnCount())]
        for line in range(table.rowCount())
    ]


def test_tables_show_columns_the_grid_and_adjusted_effects(qtbot, theme, session, found):
    view = GapView(session, theme, Jobs())
    qtbot.addWidget(view)
    view.show_gap(found)
    tables = view.tables.tables
    assert [row[1] for row in cells(tables["Columns that differ most"])] == [
        one["column"] for one in found["columns"][:3]
    ]
    assert cells(tables["Rated clips by genre and dataset"]) == [["Jazz", "12", "12"], ["Rock", "12", "12"]]
    shares = cells(tables["Genre and dataset, adjusted for one another"])
    assert [row[1] for row in shares] == ["genre beyond dataset", "dataset beyond genre"] * 2
    assert float(shares[1][2]) == pytest.approx(found["effects"][0]["dataset"]["value"], abs=0.0006)
    levels = {(row[0], row[1]): row for row in cells(tables["Levels, adjusted"])}
    assert levels["Valence", "Birch"][2].startswith("+")
    assert levels["Valence", "Ash"][2].startswith("\N{MINUS SIGN}")


def test_effects_that_cannot_be_separated_are_refused_where_their_table_would_stand(
    qtbot, theme, session, found
):
    why = "Genre and dataset are not separable: every genre lies in one dataset."
    refused = [
        one | {"genre": None, "dataset": None, "genres": [], "datasets": [], "note": why}
        for one in found["effects"]
    ]
    view = GapView(session, theme, Jobs())
    qtbot.addWidget(view)
    view.show_gap(found)
    view.show_gap(found | {"effects": refused})
    assert "Genre and dataset, adjusted for one another" not in view.tables.tables
    said = [shown.text() for shown in view.tables.findChildren(QLabel)]
    assert said.count(why) == 1


def test_a_narrow_view_leads_to_the_map_below_and_gives_it_the_keyboard(qtbot, theme, session, found):
    view = GapView(session, theme, Jobs())
    qtbot.addWidget(view)
    view.show_gap(found)
    view.resize(700, 200)
    view.show()
    assert view.to_map.isVisible()
    before = view.map.mapTo(view, QPoint()).y()
    view.to_map.click()
    assert view.map.mapTo(view, QPoint()).y() < before
    assert view.focusWidget() is view.map.plane.canvas
    view.resize(1400, 200)
    assert not view.to_map.isVisible()
