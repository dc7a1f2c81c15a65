"""A training in the Models page: its curves while it goes on and later, and two of them compared."""

from pathlib import Path

import pytest
from helpers.study import FEATURES, make_study
from PySide6.QtCore import Qt

from merdesk.evaluation.bootstrap import Interval
from merdesk.project.project import Project
from merdesk.ui.models.comparison_view import ComparisonView
from merdesk.ui.top_bar import MODELS
from merdesk.workflows.compare_runs import Compared, Comparison
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Two small datasets with five copied clips and a ridge model."""
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", n_datasets=2, n_groups=12, n_copied=5)
    with Project.open(path) as project:
        run_here(TrainModel(project, TrainRequest("first", (FEATURES,), ("Ash",))))
    return path


@pytest.fixture
def page(qtbot, open_window, study, tmp_path):
    import shutil

    shutil.copytree(study, tmp_path / "s.merdesk")
    window = open_window(Project.open(tmp_path / "s.merdesk"))
    window.workspace.show_page(MODELS)
    page = window.workspace.models
    qtbot.waitUntil(lambda: FEATURES in page.form.choice.boxes, timeout=10_000)
    for name, box in page.form.choice.boxes.items():
        box.setChecked(name == FEATURES)
    return page


def test_networks_are_drawn_while_they_train_and_afterwards(qtbot, page):
    form, run = page.form, page.list.run
    form.kind.setCurrentIndex(form.kind.findData("mlp"))
    form.options.networks.setValue(1)
    qtbot.mouseClick(form.train, LEFT)
    qtbot.waitUntil(lambda: run.running is not None and bool(run.plot.curves), timeout=30_000)
    assert run.title.text().startswith("Train mlp 1: ")
    qtbot.waitUntil(lambda: run.running is None, timeout=60_000)
    qtbot.waitUntil(lambda: page.list.chosen() is not None, timeout=10_000)
    assert page.list.chosen().name == "mlp 1"
    assert run.title.text() == "How mlp 1 was trained"
    assert {curve.step for curve in run.plot.curves} >= {"Cross-validating", "Fitting on all training clips"}
    assert "Ash 24 clips in 12 groups; Birch 24 clips in 12 groups" in run.facts.text()
    assert "Networks 1" in run.facts.text()


def test_a_chosen_model_shows_its_folds_and_what_went_in(page):
    page.list.table.selectRow(0)
    assert len(page.list.run.plot.folds) == 5
    assert "made, 6 values of a clip" in page.list.run.facts.text()
    assert "6 fits in" in page.list.run.facts.text()


def test_copies_in_the_chosen_datasets_are_warned_of(qtbot, page):
    form = page.form
    qtbot.waitUntil(lambda: "Ash and Birch share 5 clips" in form.warnings.text(), timeout=10_000)
    form.datasets["Birch"].setChecked(False)
    assert not form.warnings.isVisible()


def test_a_comparison_shows_each_difference_with_interval_n_and_corrected_p(qtbot, theme):
    view = ComparisonView(theme)
    qtbot.addWidget(view)
    row = Compared(
        "Ash", "valence", "r2", (0.5, 0.3), Interval(0.2, 0.1, 0.3, 48, 24), 0.004, 0.008, (True, False)
    )
    view.show_comparison(Comparison("a", "b", (row,), 0))
    shown = [view.table.layout().itemAtPosition(1, place).widget().text() for place in range(9)]
    assert shown == [
        "Ash",
        "valence, R²",
        "48",
        "0.50",
        "0.30",
        "+0.20",
        "+0.10 to +0.30",
        ".008",
        "first is better",
    ]
    assert "Ash, valence: a is better" in view.said.text()
    assert view.plot.span == 0.3
    view.show_comparison(None)
    assert not view.isVisible()


def test_a_model_is_dragged_out_as_a_file_that_can_be_dropped_in_again(qtbot, page):
    table, window = page.list.table, page.window()
    (url,) = table.mimeData([table.item(0, place) for place in (0, 1)]).urls()
    file = Path(url.toLocalFile())
    assert file.name == "first.mermodel"
    table.selectRow(0)
    qtbot.mouseClick(page.list.remove, LEFT)
    assert table.rowCount() == 0
    window.workspace.commands.import_paths([file])
    qtbot.waitUntil(lambda: table.rowCount() == 1, timeout=20_000)
    assert "Loaded from a file of merdesk" in page.list.run.facts.text()
    qtbot.waitUntil(lambda: len(window.jobs) == 0)
