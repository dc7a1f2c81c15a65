"""The right panel: what it says of the selected clip."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from merdesk.domain.affect import Affect
from merdesk.ui.inspector import Inspector, breakable

MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def inspector(qtbot, theme, session):
    made = Inspector(session)
    qtbot.addWidget(made)
    made.resize(292, 700)
    made.show()
    return made


@pytest.fixture
def says(qtbot, inspector):
    """Wait until these words are shown."""
    return lambda *words: qtbot.waitUntil(lambda: all(word in said(inspector) for word in words))


def said(inspector):
    """All words that are shown."""
    shown = [part.text() for part in inspector.findChildren(QLabel) if part.isVisible()]
    return "\n".join(shown).replace("\u200b", "")


def test_without_a_selection_it_says_how_to_choose(inspector):
    assert "Select a clip" in said(inspector)


def test_a_selected_clip_is_shown_with_its_values_and_raters(session, says):
    session.select([int(session.columns.ids[0])])
    says("tune-0", "anna", "ben", "\N{PLUS-MINUS SIGN}", "22.05 kHz, mono", "album/tune-0.wav")


def test_missing_values_are_words_and_no_numbers(session, inspector, says):
    session.select([int(session.columns.ids[5])])
    assert inspector._tiles["valence"]._value.text() == "none"
    says("Nobody has rated this clip yet.")
    assert not inspector._residual.isVisible()


def test_a_new_rating_is_shown_at_once(session, inspector, says):
    clip_id = int(session.columns.ids[5])
    session.select([clip_id])
    session.set_annotator("carla")
    session.rate(clip_id, Affect(0.5, -0.25))
    assert inspector._tiles["valence"]._value.text() == "+0.50"
    assert inspector._tiles["arousal"]._value.text() == f"{MINUS}0.25"
    says("carla")


def test_play_and_rate_ask_for_the_selected_clip(qtbot, session, inspector):
    clip_id = int(session.columns.ids[2])
    session.select([clip_id])
    for button, signal in ((inspector._play, inspector.play_asked), (inspector._rate, inspector.rate_asked)):
        with qtbot.waitSignal(signal) as asked:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert asked.args == [clip_id]


def test_a_clip_that_goes_leaves_the_empty_panel(session, inspector):
    session.select([int(session.columns.ids[0])])
    while session.undo_label() is not None:
        session.undo()
    assert "Select a clip" in said(inspector)


def test_long_names_may_break_but_stay_the_same_words():
    name = "147793__setuniman__sweet-waltz-0i-22mi.hq"
    assert breakable(name).replace("\u200b", "") == name
    assert "\u200b" in breakable(name)
