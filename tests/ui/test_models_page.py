"""The form that trains and the list of what was trained."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from merdesk.evaluation.bootstrap import Interval
from merdesk.project import models
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.ui.jobs import Jobs
from merdesk.ui.models.page import MATRIX, PAPER, ModelsPage
from merdesk.ui.models.words import COLUMNS, NO_DATASET
from merdesk.ui.session import Session
from merdesk.workflows.paper import PaperCell, PaperResult
from merdesk.workflows.train import TrainRequest

LEFT = Qt.MouseButton.LeftButton
MINUS = "\N{MINUS SIGN}"


def score(value, low=None, high=None, note=""):
    return {"value": value, "low": low, "high": high, "n": 40, "note": note}


def trained(name, valence_r2=0.4):
    """A row of a model with scores."""
    dimension = {"r2": score(valence_r2, 0.2, 0.5), "ccc": score(0.61), "rmse": score(0.25, 0.2, 0.31)}
    unknown = {"r2": score(None, note="constant"), "ccc": score(-0.1), "rmse": score(0.3)}
    metrics = {"n_clips": 40, "n_clusters": 12, "valence": dimension, "arousal": unknown}
    return ModelRow(name, "ridge", "chroma+basic", ("My music",), metrics=metrics)


def add(session, *rows):
    for row in rows:
        session.edit(lambda row=row: models.set_current(session.project, models.add(session.project, row)))


@pytest.fixture
def page(qtbot, theme, session):
    made = ModelsPage(session, theme, Jobs())
    qtbot.addWidget(made)
    made.resize(1030, 560)
    made.show()
    return made


def cells(page, row):
    return [page.list.table.item(row, place).text() for place in range(len(COLUMNS))]


def test_the_form_asks_for_what_is_ticked(qtbot, page):
    page.form.name.setText("  mine ")
    page.form.choice.boxes["chroma"].setChecked(False)
    with qtbot.waitSignal(page.train_asked) as asked:
        qtbot.mouseClick(page.form.train, LEFT)
    assert asked.args == [TrainRequest("mine", ("basic",), ("My music",))]
    assert page.form.name.text() == ""


def test_a_model_without_a_name_gets_a_free_one(session, page):
    assert page.form.request().name == "ridge 1"
    add(session, trained("ridge 1"))
    assert page.form.request().name == "ridge 2"


def test_a_name_that_is_taken_is_told_while_it_is_typed(session, page):
    add(session, trained("mine"))
    page.form.name.setText("mine ")
    assert not page.form.train.isEnabled()
    assert page.form.why_not.text().startswith("There is a model named mine already")
    page.form.name.setText("mine 2")
    assert page.form.train.isEnabled()


@pytest.mark.parametrize("which", ["features", "datasets"])
def test_what_is_missing_is_said(page, which):
    for box in (page.form.choice.boxes if which == "features" else page.form.datasets).values():
        box.setChecked(False)
    assert not page.form.train.isEnabled()
    assert "Choose at least one" in page.form.why_not.text()
    assert page.form.request() is None


def test_datasets_tell_their_rated_clips(page):
    assert [box.text() for box in page.form.datasets.values()] == ["My music (5 rated clips)"]


def test_models_are_listed_with_their_scores_and_the_one_in_use(session, page):
    add(session, trained("first"), trained("second", -0.2))
    assert cells(page, 0) == [
        "first",
        "ridge",
        "chroma + basic",
        "My music",
        "40",
        "+0.40",
        "n/a",
        "+0.61",
        f"{MINUS}0.10",
    ]
    assert cells(page, 1)[:1] == ["second (in use)"]
    assert cells(page, 1)[5] == f"{MINUS}0.20"


def test_a_chosen_model_is_explained_with_intervals(session, page):
    add(session, trained("first"))
    page.list.table.selectRow(0)
    note = page.list.note.text()
    assert "40 training clips in 12 groups" in note
    assert "R² +0.40 (95 % +0.20 to +0.50)" in note
    assert "RMSE 0.25 (95 % 0.20 to 0.31)" in note
    assert "R² cannot be told (constant)" in note
    assert "too narrow" in note


def test_another_model_can_be_used(qtbot, session, page):
    add(session, trained("first"), trained("second"))
    page.list.table.selectRow(0)
    qtbot.mouseClick(page.list.use, LEFT)
    assert session.model_name() == "first"
    assert cells(page, 0)[0] == "first (in use)"


def test_a_removed_model_comes_back_by_undo(qtbot, session, page):
    add(session, trained("first"))
    page.list.table.selectRow(0)
    qtbot.mouseClick(page.list.remove, LEFT)
    assert page.list.table.rowCount() == 0
    assert "No model yet" in page.list.note.text()
    session.undo()
    assert cells(page, 0)[0] == "first (in use)"


def test_tab_reaches_the_datasets_before_the_button(page):
    box = next(iter(page.form.datasets.values()))
    following, widget = [], page.form.name
    while (widget := widget.nextInFocusChain()) is not page.form.name:
        following.append(widget)
    assert following.index(box) < following.index(page.form.train)


def test_a_read_only_project_trains_nothing(qtbot, theme, extracted_copy):
    with Project.open(extracted_copy, read_only=True) as project:
        page = ModelsPage(Session(project), theme, Jobs())
        qtbot.addWidget(page)
        assert isinstance(page, QWidget)
        assert not page.form.train.isEnabled()
        assert "reading only" in page.form.why_not.text()


def test_options_go_with_the_request_and_a_search_only_with_perceptrons(page):
    page.form.transductive.setChecked(True)
    assert not page.form.search.isVisible()
    assert page.form.request().kind == "ridge, transductive"
    page.form.kind.setCurrentIndex(page.form.kind.findData("mlp"))
    page.form.search.setChecked(True)
    assert page.form.search.isVisible()
    assert page.form.request().search == 12
    page.form.kind.setCurrentIndex(page.form.kind.findData("ridge"))
    assert page.form.request().search == 0


def test_a_mark_stands_beside_the_scores_that_it_marks(session, page):
    add(session, replace(trained("first"), kind="heads, transductive"))
    assert cells(page, 0)[1] == "heads, transductive"
    page.list.table.selectRow(0)
    assert "looked at all clips of a test dataset" in page.list.note.text()
    assert "Experimental" in page.list.note.text()


def test_what_can_be_done_with_a_model_is_asked_by_its_name(qtbot, session, page):
    add(session, trained("first"))
    page.list.table.selectRow(0)
    for asks, signal in ((page.list.follow, page.list.follow_asked), (page.list.save, page.list.save_asked)):
        with qtbot.waitSignal(signal) as asked:
            qtbot.mouseClick(asks, LEFT)
        assert asked.args == ["first"]
    assert not page.list.calibrate.isEnabled()
    assert "Nobody rated 0 clips" in page.list.calibrate.toolTip()


def test_the_papers_experiment_says_what_it_lacks(qtbot, page):
    page.show_view(PAPER)
    qtbot.waitUntil(lambda: page.form.choice.is_counted)
    words = page.paper._state.text()
    assert "0 of its 5 sets are here" in words
    assert "Missing, to be imported: EmoMusic, PMEmo, DEAM, WTC, WCMED" in words
    assert "No clip has jukebox features yet" in words
    assert not page.paper.run.isEnabled()


def test_published_cells_stand_below_ours(page):
    def cell(test, value, published):
        return PaperCell(
            ("EmoMusic",), test, "valence", Interval(value, value - 0.1, value + 0.1, 9, 9), published
        )

    tests = ("EmoMusic", "PMEmo")
    found = (cell("EmoMusic", 0.5, float("nan")), cell("PMEmo", -0.2, -0.09))
    page.paper.show_result(PaperResult("mlp", ("jukebox", "chroma"), 0, tests, found, (), ("A note.",)))
    words = [one.text() for one in page.paper.findChildren(QLabel)]
    assert f"paper {MINUS}0.09" in words
    assert f"{MINUS}0.20" in words
    assert not any("nan" in one for one in words)


def test_return_in_the_name_trains(qtbot, page):
    with qtbot.waitSignal(page.train_asked):
        qtbot.keyClick(page.form.name, Qt.Key.Key_Return)


def test_seed_and_networks_go_with_the_request_where_there_are_networks(page):
    options = page.form.options
    options.seed.setValue(7)
    assert not options.networks.isVisible()
    assert page.form.request().seed == 7
    page.form.kind.setCurrentIndex(page.form.kind.findData("mlp"))
    options.networks.setValue(3)
    assert page.form.request().seeds == (7, 8, 9)


def test_what_a_training_takes_is_told_before_it_starts(qtbot, page):
    qtbot.waitUntil(page.form.estimate.isVisible, timeout=10_000)
    assert "5 clips, 86 values each, 6 fits: 1 s to" in page.form.estimate.text()
    assert "5 folds, and one on all" in page.form.estimate.toolTip()
    page.form.datasets["My music"].setChecked(False)
    assert not page.form.estimate.isVisible()


def test_two_selected_models_can_be_compared_and_one_cannot(qtbot, session, page):
    add(session, trained("first"), trained("second"))
    page.list.table.selectRow(0)
    assert not page.list.compare.isEnabled()
    page.list.table.selectAll()
    assert page.list.chosen() is None
    assert not page.list.use.isEnabled()
    with qtbot.waitSignal(page.list.compare_asked) as asked:
        qtbot.mouseClick(page.list.compare, LEFT)
    assert asked.args == ["first", "second"]


def test_a_model_that_was_just_added_is_selected(session, page):
    add(session, trained("first"))
    assert page.list.chosen().name == "first"
    add(session, trained("second"))
    assert page.list.chosen().name == "second"


def test_two_selected_models_stay_selected_when_a_training_ends(session, page):
    add(session, trained("first"), trained("second"))
    page.list.table.selectAll()
    add(session, trained("third"))
    assert page.list.chosen() is None
    assert page.list.compare.isEnabled()


def test_empty_views_say_what_to_do(page):
    page.show_view(MATRIX)
    assert page.matrix._empty.text().startswith(
        "My music is the only dataset with ratings: import another one"
    )
    assert "how far they lie apart" in page.gap._empty.text()


def test_a_project_without_ratings_says_where_they_come_from(qtbot, theme, tmp_path):
    with Project.create(tmp_path / "new.merdesk") as project:
        page = ModelsPage(Session(project), theme, Jobs())
        qtbot.addWidget(page)
        assert not page.form.train.isEnabled()
        assert page.form.why_not.text() == NO_DATASET
        assert page.matrix._empty.text() == NO_DATASET
