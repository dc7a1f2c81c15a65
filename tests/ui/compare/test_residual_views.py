"""Looks at residuals in the window: cells and bins show their clips, models are put beside one another."""

import numpy as np
import pytest
from helpers.study import FEATURES, make_study
from PySide6.QtCore import Qt

from merdesk.domain.prediction import Predictions
from merdesk.project import (
    datasets,
    doubts,
    history,
    models,
    predicted_traces,
    predictions,
    provenance,
    repairs,
)
from merdesk.project.models import ModelRow
from merdesk.project.predicted_traces import PredictedTrace
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
            interval = {"interval": {"valence": shift, "arousal": 0.2, "level": 0.9, "over": "clips"}}
            row = ModelRow(name=name, kind="ridge", features=FEATURES, trained_on=("Ash",), metrics=interval)
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
    assert "tame: +0.10 valence" in page.beside.caption.text()


def test_swapping_puts_the_other_model_in_use_and_keeps_the_first_in_sight(qtbot, page):
    session = page._session
    page.others.choose(models.find(session.project, "tame").id, shown=True)
    qtbot.keyClick(page, Qt.Key.Key_X)
    assert session.model_name() == "tame"
    assert [one.name for one in page.others.shown] == ["bold"]
    assert float(np.nanmean(session.columns.residual[:, 0])) == pytest.approx(0.1, abs=1e-5)
    qtbot.keyClick(page, Qt.Key.Key_X)
    assert session.model_name() == "bold"


def test_a_swap_with_nothing_chosen_takes_the_newest_other_model_and_the_view_goes_back(qtbot, window, page):
    session = page._session
    qtbot.keyClick(page, Qt.Key.Key_X)
    assert session.model_name() == "tame"
    assert [one.name for one in page.others.shown] == ["bold"]
    window.workspace.views.back()
    assert session.model_name() == "bold"
    assert window.workspace.pages.currentIndex() == COMPARE
    window.workspace.views.forward()
    assert session.model_name() == "tame"


def test_other_models_have_the_ellipse_of_their_own_interval(page):
    page.others.choose(models.find(page._session.project, "tame").id, shown=True)
    page._session.select([int(page._session.columns.ids[7])])
    assert page.field.others[0].interval == (0.1, 0.2)


def test_what_plays_moves_along_the_traces_of_every_model_that_is_compared(window, page):
    session, workspace = page._session, window.workspace
    clip_id, tame = int(session.columns.ids[7]), models.find(session.project, "tame")
    affect = np.stack([np.linspace(-0.5, 0.5, 21), np.full(21, 0.2)], axis=1)
    followed = PredictedTrace(clip_id, np.arange(21) / 2, affect, held_out=True)
    session.refresh(predicted_traces.put(session.project, tame.id, [followed]))
    page.others.choose(tame.id, shown=True)
    session.set_playing(clip_id)
    workspace.listening._show_traces()
    workspace.playback.position_changed.emit(5.0)
    (way,) = page.field.ways
    assert way.now == pytest.approx((0.0, 0.2), abs=1e-6)
    (under,) = workspace.player.traces.others
    assert len(under.time_s) == 21
    assert "tame" in workspace.player._other_names.whole_text
    workspace.listening.set_blind(True)
    assert page.field.ways == ()
    assert workspace.player.traces.others == ()


def test_a_model_that_followed_no_clip_has_one_value_under_the_waveform(window, page):
    session = page._session
    page.others.choose(models.find(session.project, "tame").id, shown=True)
    session.set_playing(int(session.columns.ids[7]))
    window.workspace.listening._show_traces()
    (under,) = window.workspace.player.traces.others
    assert len(under.time_s) == 1
    assert page.field.ways == (None,)


def test_a_bias_of_ranks_is_marked_and_not_told(qtbot, page):
    session = page._session
    ash = next(row for row in datasets.all(session.project) if row.info.name == "Ash")
    session.edit(lambda: provenance.add(session.project, title="Ranks", kind=repairs.RANK, dataset_id=ash.id))
    look(qtbot, page, BIAS)
    column = page.bias._names[1].index("Ash")
    assert page.bias.plot._cells[0, column].text == "ranks"
    assert page.bias.plot._cells[0, 1 - column].text == "+0.30"
    assert "Annotations of 40 clips are ranks" in page.calibration._key.text()
    assert "Ash are ranks" in page._summary.text()


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
