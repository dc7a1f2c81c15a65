"""The right panel: what it says of the selected clip."""

import pytest
from helpers.project_rows import dataset_info, source_clip
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from merdesk.domain.affect import Affect
from merdesk.project import provenance, repairs
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.ui.inspector import Inspector, breakable
from merdesk.ui.session import Session

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


@pytest.fixture
def filed(tmp_path, qtbot, theme):
    """One clip as a published set describes it, with a repair, in a session and an inspector."""
    with Project.create(tmp_path / "filed.merdesk") as project:
        batch = Batch.begin(project, "Import", keep_partial=False)
        dataset_id = batch.dataset(dataset_info(), loader="emomusic")
        clip = source_clip(1, audio=None, segment_s=(65.0, 110.5), file_name="one.mp3")
        batch.add(dataset_id, [clip])
        batch.finish()
        provenance.add(project, title="Exchange", kind=repairs.EXCHANGE, dataset_id=dataset_id, clip_ids=[1])
        session = Session(project)
        session.select([1])
        inspector = Inspector(session)
        qtbot.addWidget(inspector)
        inspector.show()
        yield session, inspector


def test_where_a_clip_was_cut_out_and_what_its_file_was_called_is_shown(filed):
    assert "1:05.0 to 1:50.5" in said(filed[1])
    assert "one.mp3" in said(filed[1])


def test_the_switch_shows_values_as_filed_and_back(qtbot, filed):
    session, inspector = filed
    values = [inspector._tiles[name]._value.text() for name in ("valence", "arousal")]
    assert "repaired: Exchange" in said(inspector)
    session.set_as_filed(True)
    assert [inspector._tiles[name]._value.text() for name in ("valence", "arousal")] == values[::-1]
    assert values[0] != values[1]
    qtbot.waitUntil(lambda: "as filed, set aside: Exchange" in said(inspector))
    session.set_as_filed(False)
    assert [inspector._tiles[name]._value.text() for name in ("valence", "arousal")] == values


def test_long_names_may_break_but_stay_the_same_words():
    name = "147793__setuniman__sweet-waltz-0i-22mi.hq"
    assert breakable(name).replace("\u200b", "") == name
    assert "\u200b" in breakable(name)


def test_each_annotation_has_its_raters_and_their_spread(qtbot, filed):
    session, inspector = filed
    plus = "\N{PLUS-MINUS SIGN}"
    session.set_as_filed(True)
    apart = f"10 annotators, {plus} 0.25 valence, {plus} 0.50 arousal"
    qtbot.waitUntil(lambda: apart in said(inspector))
