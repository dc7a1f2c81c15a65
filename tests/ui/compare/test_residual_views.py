"""Looks at residuals in the window: cells and bins show their clips, models are put beside one another."""

import numpy as np
import pytest
from helpers.study import FEATURES, make_study
from PySide6.QtCore import Qt

from merdesk.domain.prediction import Predictions
from merdesk.project import doubts, history, models, predictions
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.ui.compare.page import BIAS, CALIBRATION, ERROR, LABEL
from merdesk.ui.top_bar import COMPARE

SHIFTS = {"tame": 0.1, "bold": 0.3}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Two datasets of two genres, and two models that are off by so much."""
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", n_datasets=2, n_groups=40, per_group=1)
    with Project.open(path) as project:
        from merdesk.project import columns

        shown = columns.load(project)
        for name, shift in SHIFTS.items():
            row = ModelRow(name=name, kind="ridge", features=FEATURES, trained_on=("Ash",))
            affect = shown.affect.astype(float) + np.array([shift, 0.0])
            predictions.replace(project, models.add(project, row), Predictions(shown.ids, affect))
    return path


@pytest.fixture
def window(open_window, study, tmp_path):
    import shutil

    shutil.copytree(study, tmp_path / "s.merdesk")
    made = open_window(Project.open(tmp_path / "s.merdesk"))
    made.workspace.show_page(COMPARE)
    return made


@pytest.fixture
def page(window):
    return window.workspace.compare


def look(qtbot, page, number):
    """Show a look at residuals and wait for its numbers."""
    with qtbot.waitSignal(page._work.found):
        page.show_view(number)


def test_a_cell_of_the_heat_map_says_bias_interval_and_n_and_shows_its_clips(qtbot, page):
    look(qtbot, page, BIAS)
    plot = page.bias.plot
    cell = plot._cells[0, 0]
    assert (cell.text, cell.n) == ("+0.30", "n 20")
    assert "95 %" in cell.words
    plot.pick((1, 1))
    assert page.table.table.rowCount() == 20
    genres = {page.table.table.text(place, "Genre") for place in range(20)}
    assert genres == {"Rock"}
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert page.table.table.rowCount() == 80


def test_arrow_keys_go_through_bins_and_show_their_clips(qtbot, page):
    look(qtbot, page, CALIBRATION)
    plot = page.calibration.plots["valence"]
    assert len(plot.shown.points) == 4
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.picked == 0
    assert page.table.table.rowCount() == 20
    assert "20 clips" in plot.accessibleDescription()
    assert "Valence predicted from" in page._all.text()
    qtbot.mouseClick(page._all, Qt.MouseButton.LeftButton)
    assert plot.picked is None
    assert page.table.table.rowCount() == 80


def test_what_no_number_is_known_of_says_why(qtbot, page):
    look(qtbot, page, ERROR)
    shown = page.error.plots["loudness"].shown
    assert shown.points == ()
    assert "has not been measured" in shown.nothing


def test_other_models_have_a_point_each_for_the_clip_in_focus(page):
    session = page._session
    tame = models.find(session.project, "tame")
    page.others.choose(tame.id, shown=True)
    session.select([int(session.columns.ids[7])])
    (points,) = page.field.others
    assert points.pairs[0, 1, 0] - points.pairs[0, 0, 0] == pytest.approx(0.1, abs=1e-5)
    assert "tame: +0.10 valence" in page._models.text()


def test_swapping_puts_the_other_model_in_use_and_keeps_the_first_in_sight(qtbot, page):
    session = page._session
    page.others.choose(models.find(session.project, "tame").id, shown=True)
    qtbot.keyClick(page, Qt.Key.Key_X)
    assert session.model_name() == "tame"
    assert [one.name for one in page.others.shown] == ["bold"]
    assert float(np.nanmean(session.columns.residual[:, 0])) == pytest.approx(0.1, abs=1e-5)
    qtbot.keyClick(page, Qt.Key.Key_X)
    assert session.model_name() == "bold"


def test_a_label_is_marked_with_its_reason_and_undone(qtbot, page):
    session = page._session
    clip_id = int(session.columns.ids[3])
    session.select([clip_id])
    page.show_view(LABEL)
    page.label.reason.setText("wrong file")
    qtbot.keyClick(page.label.reason, Qt.Key.Key_Return)
    assert doubts.of_clip(session.project, clip_id).reason == "wrong file"
    assert page.label.mark.text() == "Doubt it no more"
    assert "1 label is marked" in page.label._marked.text()
    session.undo()
    assert page.label.mark.text() == "Mark label doubtful"


def test_a_clip_is_rated_again_in_the_plane_and_undone(qtbot, page):
    session = page._session
    session.set_annotator("Ada")
    clip_id = int(session.columns.ids[3])
    session.select([clip_id])
    page.show_view(LABEL)
    qtbot.mouseClick(page.label.rate, Qt.MouseButton.LeftButton)
    assert "Click where you hear it" in page._summary.text()
    page.plane.rating_picked.emit(0.25, -0.5)
    assert history.undo_label(session.project).startswith("Rate")
    assert page.plane.pointer._rating is False
    session.undo()
    assert not history.undo_label(session.project).startswith("Rate")
