"""Comparing pairs in the window: by keys and mouse, joined clips, scores beside ratings."""

import pytest
from helpers.player import FakePlayer
from PySide6.QtCore import Qt

from merdesk.project import annotators, comparisons
from merdesk.workflows.pair_design import design

Key = Qt.Key


@pytest.fixture
def player():
    return FakePlayer()


@pytest.fixture
def page(open_annotate, player):
    return open_annotate(player, "pairs")


def said(session):
    return [one.comparison for one in comparisons.all(session.project)]


def test_two_keys_answer_both_questions_and_the_next_pair_comes(qtbot, session, page):
    first, second = page.pairs.pair
    qtbot.keyClick(page.pairs.pair_view, Key.Key_Left)
    assert page.pairs.pair == (first, second)
    qtbot.keyClick(page.pairs.pair_view, Key.Key_Down)
    assert [(one.first, one.second, one.dimension, one.outcome) for one in said(session)] == [
        (first, second, "valence", 1),
        (first, second, "arousal", 0),
    ]
    assert page.pairs.pair != (first, second)
    assert page.pairs.answers == {}
    assert page.pairs._amount.text() == "1 pair compared by you"


def test_undo_takes_a_comparison_back(session, page):
    page.pairs.answer("valence", 1)
    page.pairs.answer("arousal", -1)
    session.undo()
    assert said(session) == []
    assert page.pairs._amount.text() == "0 pairs compared by you"
    session.redo()
    assert len(said(session)) == 2


def test_an_answer_can_be_clicked_and_taken_back(qtbot, page):
    group = page.pairs.pair_view.groups["arousal"]
    qtbot.mouseClick(group.button(2), Qt.MouseButton.LeftButton)
    assert page.pairs.answers == {"arousal": -1}
    assert group.button(2).isChecked()
    qtbot.keyClick(page.pairs.pair_view, Key.Key_Backspace)
    assert page.pairs.answers == {}
    assert not group.button(2).isChecked()


def test_five_answers_join_six_clips(session, page):
    for left in (5, 4, 3, 2, 1):
        assert f"{left} more pair" in page.pairs._words.text()
        page.pairs.answer("valence", 1)
        page.pairs.answer("arousal", -1)
    assert "all joined" in page.pairs._words.text()


def test_the_second_clip_follows_the_first(page, player):
    first, second = page.pairs.pair
    page.pairs.begin()
    assert player.names("load") == [f"{first}.wav"]
    player.become("ended", 30.0)
    page.played._poll()
    assert player.names("load") == [f"{first}.wav", f"{second}.wav"]
    player.become("ended", 30.0)
    page.played._poll()
    assert len(player.names("load")) == 2


def test_a_pair_that_is_passed_over_is_not_asked_again(qtbot, page):
    passed = set(page.pairs.pair)
    qtbot.keyClick(page.pairs.pair_view, Key.Key_N)
    for _ in range(5):
        assert set(page.pairs.pair) != passed
        page.pairs.answer("valence", 0)
        page.pairs.answer("arousal", 0)


def test_least_listening_goes_for_both(session, page):
    page.desk.set_option("least_s", 5)
    page.pairs.answer("valence", 1)
    page.pairs.answer("arousal", 1)
    assert said(session) == []
    assert "both clips" in page.pairs._words.text()


def test_scores_stand_beside_ratings(session, page):
    for _ in range(6):
        first, second = page.pairs.pair
        page.pairs.answer("valence", 1 if first > second else -1)
        page.pairs.answer("arousal", 0)
    page.pairs.show_scores.setChecked(True)
    assert page._views.currentWidget() is page.pairs.scores
    table = page.pairs.scores
    assert table.rowCount() == 6
    tops = [float(table.item(row, 1).text().split()[0].replace("\u2212", "-")) for row in range(6)]
    assert tops == sorted(tops, reverse=True)
    assert "\u00b1" in table.item(0, 1).text()


def test_two_annotators_have_clips_and_pairs_of_their_own(session, page):
    project, rateable = session.project, page.desk.rateable()
    ann, bea = annotators.named(project, "ann"), annotators.named(project, "bea")
    assert design(project, ann, rateable, 4).clip_ids == design(project, ann, rateable, 4).clip_ids
    assert design(project, ann, rateable, 4).clip_ids != design(project, bea, rateable, 4).clip_ids


def test_without_a_name_or_clips_it_says_what_is_missing(session, page):
    session.set_annotator("")
    assert page.pairs.pair is None
    assert "Enter your name" in page.pairs._words.text()
