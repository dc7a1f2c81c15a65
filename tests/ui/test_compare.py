"""Comparing: which clips, worst first, what to hear, what to do while there is nothing."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from merdesk.domain.prediction import Predictions
from merdesk.project import models, predictions
from merdesk.project.models import ModelRow
from merdesk.ui.compare.page import ComparePage
from merdesk.ui.jobs import Jobs
from merdesk.ui.session import Filter
from merdesk.ui.sound_space import SoundSpace

LEFT = Qt.MouseButton.LeftButton


def predict(session, shift):
    """Predictions of a model for every clip, each `shift` from its annotation."""
    row = ModelRow(
        name="guess", kind="ridge", features="basic", trained_on=("My music",), settings={}, metrics={}
    )
    model_id = models.add(session.project, row)
    affect = np.nan_to_num(session.columns.affect.astype(float)) + np.asarray(shift)
    changes = predictions.replace(session.project, model_id, Predictions(session.columns.ids, affect))
    session.refresh(changes | models.set_current(session.project, model_id))


@pytest.fixture
def page(qtbot, theme, session):
    jobs = Jobs()
    made = ComparePage(session, theme, jobs, SoundSpace(session, jobs))
    qtbot.addWidget(made)
    made.resize(760, 600)
    made.show()
    return made


def test_without_a_model_it_leads_to_training(qtbot, page):
    assert page._stack.currentIndex() == 0
    assert page._empty._title.text() == "Nothing to compare yet"
    with qtbot.waitSignal(page.action_asked) as asked:
        qtbot.mouseClick(page._empty._first, LEFT)
    assert asked.args == ["page_models"]


def test_the_words_of_the_empty_page_are_not_cut(page):
    text = page._empty._text
    assert text.height() >= text.heightForWidth(text.width())


def test_rated_and_predicted_clips_are_listed_worst_first(session, page):
    predict(session, np.linspace(0.0, 0.5, 6)[:, None] * [1.0, 0.0])
    assert page._stack.currentIndex() == 1
    assert page.table.table.ids() == session.columns.ids[[4, 3, 2, 1, 0]].tolist()
    assert page.table.table.text(0, "Error") == "0.40"
    assert page._head.text() == "guess against the annotations"
    assert page._summary.text().startswith("5 clips.")


def test_a_filter_that_leaves_nothing_offers_to_lift_it(qtbot, session, page):
    predict(session, 0.1)
    session.set_filter(Filter(search="tune-5"))
    assert page._stack.currentIndex() == 0
    with qtbot.waitSignal(page.action_asked) as asked:
        qtbot.mouseClick(page._empty._first, LEFT)
    assert asked.args == ["show_all"]


def test_the_worst_are_queued_in_the_order_of_the_table(qtbot, session, page):
    predict(session, np.linspace(0.5, 0.0, 6)[:, None])
    with qtbot.waitSignal(page.queue_asked) as asked:
        qtbot.mouseClick(page._play_worst, LEFT)
    assert asked.args == [session.columns.ids[:5].tolist()]


def test_a_point_that_is_picked_is_selected_and_played(qtbot, session, page):
    predict(session, 0.1)
    clip_id = int(session.columns.ids[2])
    with qtbot.waitSignal(page.play_asked) as asked:
        page.plane.clip_picked.emit(clip_id)
    assert asked.args == [clip_id]
    assert session.current == clip_id


def test_a_page_out_of_sight_waits_until_it_is_seen(session, page):
    page.hide()
    predict(session, 0.1)
    assert page._stack.currentIndex() == 0
    page.show()
    assert page._stack.currentIndex() == 1
