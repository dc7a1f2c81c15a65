"""The matrix in the Models page: measured in the background, read cell by cell, opened in Compare."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.study import FEATURES, make_study
from PySide6.QtCore import Qt

from merdesk.evaluation.recommender import Union
from merdesk.project.project import Project
from merdesk.ui.models.matrix_cells import BEST, METRICS, OTHERS, grid_of
from merdesk.ui.models.matrix_view import MatrixView
from merdesk.ui.models.page import MATRIX
from merdesk.ui.top_bar import COMPARE, MODELS
from merdesk.workflows.evaluate import EvaluateModels, EvaluateRequest, Evaluation, latest
from merdesk.workflows.workflow import run_here

LEFT = Qt.MouseButton.LeftButton
BY_NAME = {metric.name: metric for metric in METRICS}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A study with a shift in its last dataset and ten copied clips, measured once."""
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", n_groups=20, shift=0.4, n_copied=10)
    with Project.open(path) as project:
        return path, run_here(EvaluateModels(project, EvaluateRequest((FEATURES,))))


@pytest.fixture
def window(open_window, measured, tmp_path):
    import shutil

    path = tmp_path / "s.merdesk"
    shutil.copytree(measured[0], path)
    made = open_window(Project.open(path))
    made.workspace.show_page(MODELS)
    return made


def test_each_dataset_is_a_row_and_the_others_together_the_last(measured):
    grid = grid_of(measured[1], BY_NAME["r2"])
    assert grid.rows == ("Ash", "Birch", "Cedar", OTHERS)
    assert grid.columns == ("Ash", "Birch", "Cedar")
    assert grid.split == 3
    assert len(grid.cells) == 24


def test_a_cell_says_its_number_interval_clips_ceiling_and_duplicates(measured):
    cell = grid_of(measured[1], BY_NAME["r2"]).cells[0, 1]
    assert cell.marked
    assert not cell.home
    for words in (
        "Ash on Birch, valence",
        "R² 0.",
        "95 %",
        "20 groups",
        "Ceiling 0.",
        "10 duplicates left out of",
    ):
        assert words in cell.words, cell.words


def test_the_diagonal_is_at_home_and_errors_have_no_sign(measured):
    grid = grid_of(measured[1], BY_NAME["rmse"])
    assert grid.cells[0, 0].home
    assert "+" not in grid.cells[0, 0].text
    assert grid.cells[0, 2].share < grid.cells[0, 0].share


def test_ranked_datasets_show_order_only(measured):
    found = measured[1]
    sets = tuple(
        type(one)(one.name, one.n_clips, one.n_groups, one.name == "Cedar", one.ceilings)
        for one in found.datasets
    )
    ranked = Evaluation(found.request, sets, found.cells, found.warnings, 0)
    assert grid_of(ranked, BY_NAME["r2"]).cells[0, 2].text == "ranks"
    assert grid_of(ranked, BY_NAME["spearman"]).cells[0, 2].share is not None


def test_the_matrix_of_last_time_is_there_at_once(window):
    window.workspace.models.show_view(MATRIX)
    view = window.workspace.models.matrix
    assert view.plot.isVisible()
    view.plot.pick((0, 2))
    assert view._title.text() == "Ash on Cedar, valence"
    assert "shifted (offset)" in view._why.text()
    assert view.picture.isVisible()
    view.plot.pick((0, 0))
    assert not view.picture.isVisible()


def test_a_button_measures_in_the_background(qtbot, window):
    for path in (window.project.cache_dir / "evaluation").iterdir():
        path.unlink()
    window.workspace.models.show_view(MATRIX)
    view = window.workspace.models.matrix
    assert not view.plot.isVisible()
    for name, box in window.workspace.models.form.choice.boxes.items():
        box.setChecked(name == FEATURES)
    qtbot.mouseClick(view.compute, LEFT)
    qtbot.waitUntil(view.plot.isVisible, timeout=30_000)
    qtbot.waitUntil(lambda: len(window.jobs) == 0)
    assert len(latest(window.project).cells) == 12


def test_opening_a_cell_shows_its_clips_worst_first_and_gives_the_model_back(qtbot, window, measured):
    window.workspace.models.show_view(MATRIX)
    view, session = window.workspace.models.matrix, window.workspace.session
    view.plot.pick((1, 2))
    view.plot.setFocus()
    qtbot.keyClick(view.plot, Qt.Key.Key_Return)
    assert window.workspace.pages.currentIndex() == COMPARE
    assert session.model_name() == "Birch on Cedar"
    shown = session.columns.ids[window.workspace.compare.compared()]
    cell = measured[1].find(("Birch",), "Cedar").cell
    assert shown.tolist() == session.columns.ids[cell.rows].tolist()
    errors = np.linalg.norm(
        session.columns.residual[session.columns.rows_of(window.workspace.compare.table.table.ids())], axis=1
    )
    assert (np.diff(errors) <= 1e-6).all()
    qtbot.mouseClick(window.workspace.compare._give_back, LEFT)
    assert session.borrowed is None
    assert session.visible.all()
    assert not session.columns.predicted.any()


def test_a_stale_matrix_is_not_shown(window):
    from merdesk.project import datasets

    window.workspace.session.edit(lambda: datasets.remove(window.project, datasets.all(window.project)[0].id))
    window.workspace.models.show_view(MATRIX)
    assert not window.workspace.models.matrix.plot.isVisible()


def test_what_was_changed_in_the_labels_stands_beside_their_numbers(window, measured):
    view = window.workspace.models.matrix
    view.show_evaluation(measured[1], ("Valence and arousal of A exchanged",))
    assert view._doubts.text().endswith("Labels: Valence and arousal of A exchanged.")


def test_the_switch_shows_scores_with_duplicates(window, measured):
    view = window.workspace.models.matrix
    view.show_evaluation(measured[1])
    cell = measured[1].find(("Ash",), "Birch").cell
    without = view.plot.cells[0, 1]
    assert without.text == f"{cell.scores['valence']['r2'].value:.2f}"
    view.duplicates.setChecked(True)
    both = view.plot.cells[0, 1]
    assert both.text == f"{cell.with_duplicates['valence']['r2'].value:.2f}"
    assert "10 duplicates between training and test set counted; without them" in both.words
    assert view.plot.cells[0, 2].words == grid_of(measured[1], BY_NAME["r2"]).cells[0, 2].words


def test_the_mouse_resting_on_a_cell_picks_it_and_a_click_opens_it(qtbot, window, measured):
    window.workspace.models.show_view(MATRIX)
    view = window.workspace.models.matrix
    at = view.plot.rect_of((0, 2)).center().toPoint()
    with qtbot.waitSignal(view.plot.cell_picked) as picked:
        qtbot.mouseMove(view.plot, at)
    assert picked.args == [0, 2]
    assert window.workspace.pages.currentIndex() == MODELS
    qtbot.mouseClick(view.plot, LEFT, pos=at)
    assert window.workspace.pages.currentIndex() == COMPARE
    assert window.workspace.session.model_name() == "Ash on Cedar"


@pytest.fixture(scope="module")
def advised(tmp_path_factory):
    """Four datasets with the best union of each tried, measured once."""
    path = make_study(tmp_path_factory.mktemp("study") / "u.merdesk", n_datasets=4, n_groups=12)
    with Project.open(path) as project:
        return path, run_here(EvaluateModels(project, EvaluateRequest((FEATURES,), recommend=True)))


def test_the_best_union_for_each_test_set_is_the_last_row(advised):
    found = advised[1]
    grid = grid_of(found, BY_NAME["r2"])
    assert grid.rows[-1] == BEST
    for column, one in enumerate(found.recommended):
        cell = grid.cells[len(grid.rows) - 1, column]
        assert cell.text == f"{one.unions[0].scores['valence'].value:.2f}"
        assert cell.words.startswith(f"Best of 7 unions for {one.target}: {' + '.join(one.unions[0].train)}")


def test_what_speaks_against_the_best_unions_is_said_once(qtbot, theme, advised):
    view = MatrixView(theme)
    qtbot.addWidget(view)
    view.show_evaluation(advised[1])
    note = advised[1].recommended[0].note
    assert view._advice.text().count(note[1:]) == 1
    assert view._advice.text().count("The first is the best of 7") == 4


def test_a_best_union_of_two_is_measured_when_it_is_opened(qtbot, open_window, advised, tmp_path):
    import shutil

    shutil.copytree(advised[0], tmp_path / "u.merdesk")
    window = open_window(Project.open(tmp_path / "u.merdesk"))
    view = window.workspace.models.matrix
    union = Union(("Birch", "Cedar"), 48, advised[1].recommended[0].unions[0].scores)
    tried = advised[1].recommended[0]
    best = replace(tried, unions=(union, *tried.unions))
    view.show_evaluation(replace(advised[1], recommended=(best,)))
    view.plot.pick((5, 0))
    assert view._title.text().startswith("Best of 8 unions for Ash: Birch + Cedar")
    view.measure.setCurrentIndex(1)
    assert view.plot.cells[5, 0].text == "?"
    qtbot.mouseClick(view.open, LEFT)
    qtbot.waitUntil(lambda: window.workspace.pages.currentIndex() == COMPARE, timeout=30_000)
    assert window.workspace.session.model_name() == "Birch + Cedar on Ash"
    qtbot.waitUntil(lambda: len(window.jobs) == 0, timeout=30_000)
