"""Sounds like: rows for the selected clip, a sentence where there are none."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from merdesk.project.project import Project
from merdesk.workflows.import_any import importer
from merdesk.workflows.sound_space import SoundFeatures
from merdesk.workflows.workflow import run_here


def shown(window):
    return [each for each in window.workspace.similar.rows if each.isVisible()]


@pytest.fixture
def compared(qtbot, window):
    """A window in which the first clip is selected and its list is there."""
    window.workspace.session.select([int(window.workspace.session.columns.ids[0])])
    qtbot.waitUntil(lambda: len(shown(window)) == 5, timeout=20_000)
    return window


def test_the_most_similar_clip_comes_first_and_the_clip_itself_is_not_listed(compared):
    rows = shown(compared)
    shares = [float(each.words[1].replace("\N{MINUS SIGN}", "-")) for each in rows]
    assert shares == sorted(shares, reverse=True)
    assert compared.workspace.session.current not in {each.clip_id for each in rows}
    assert compared.workspace.similar._by.text() == "chroma + basic"
    assert f"similarity {rows[0].words[1]}" in rows[0].accessibleName()


def test_a_click_selects_and_the_second_plays_the_clip_that_was_clicked(qtbot, compared):
    wanted = shown(compared)[1].clip_id
    with qtbot.waitSignal(compared.workspace.similar.play_asked) as played:
        qtbot.mouseClick(shown(compared)[1], Qt.MouseButton.LeftButton)
        assert compared.workspace.session.selection == (wanted,)
        qtbot.mouseDClick(shown(compared)[1], Qt.MouseButton.LeftButton)
    assert played.args == [wanted]
    assert compared.workspace.session.current == wanted


def test_return_plays_the_row_that_has_the_keyboard(qtbot, compared):
    first = shown(compared)[0]
    wanted = first.clip_id
    with qtbot.waitSignal(compared.workspace.similar.play_asked) as played:
        qtbot.keyClick(first, Qt.Key.Key_Return)
    assert played.args == [wanted]


def test_other_features_give_another_list(qtbot, compared):
    before = compared.workspace.space.sounds
    compared.workspace.space.choose("basic")
    qtbot.waitUntil(lambda: compared.workspace.space.sounds not in (None, before), timeout=20_000)
    assert compared.workspace.similar._by.text() == "basic"
    assert compared.workspace.space.sounds.features == SoundFeatures(("basic",), 6)


def test_without_features_it_says_how_to_get_them(qtbot, open_window, music, tmp_path):
    with Project.create(tmp_path / "raw.merdesk") as project:
        run_here(importer(project, music / "album"))
    window = open_window(Project.open(tmp_path / "raw.merdesk"))
    window.workspace.session.select([int(window.workspace.session.columns.ids[0])])
    assert "no features yet" in window.workspace.similar._says.text()
    assert window.workspace.similar._extract.isVisible()
    window.workspace.similar._extract.click()
    qtbot.waitUntil(lambda: len(shown(window)) == 5, timeout=60_000)
    assert not window.workspace.similar._extract.isVisible()


def test_a_clip_without_audio_says_so(open_window, tmp_path):
    (tmp_path / "ratings.csv").write_text("id,valence,arousal\nghost,0.1,0.2\n", encoding="utf-8")
    with Project.create(tmp_path / "table.merdesk") as project:
        run_here(importer(project, tmp_path / "ratings.csv", kind="table"))
    window = open_window(Project.open(tmp_path / "table.merdesk"))
    window.workspace.session.select([int(window.workspace.session.columns.ids[0])])
    assert "audio is not located" in window.workspace.similar._says.text()
    assert not window.workspace.similar._extract.isVisible()


def test_folded_lists_show_where_sound_and_place_disagree(qtbot, compared):
    similar, session = compared.workspace.similar, compared.workspace.session
    own = session.columns.row_of(session.current)
    assert similar.same_place.n_shown == 0
    for fold in similar.folds:
        qtbot.keyClick(fold.head, Qt.Key.Key_Space)
    assert similar.same_place.n_shown == similar.same_sound.n_shown == 4
    far = [float(each.words[1]) for each in similar.same_sound.rows[:4]]
    assert far == sorted(far, reverse=True)
    first = similar.same_sound.rows[0]
    place = session.columns.affect[session.columns.row_of(first.clip_id)]
    assert far[0] == pytest.approx(float(np.hypot(*(place - session.columns.affect[own]))), abs=0.006)
    assert f"distance {first.words[1]}" in first.accessibleName()
    wanted = first.clip_id
    with qtbot.waitSignal(similar.play_asked) as played:
        qtbot.keyClick(first, Qt.Key.Key_Return)
    assert played.args == [wanted]


def test_lists_can_keep_to_other_datasets(qtbot, compared):
    similar = compared.workspace.similar
    similar.among.picked.emit("others")
    assert shown(compared) == []
    assert "of another dataset" in similar._says.text()
    similar.among.picked.emit("own")
    assert len(shown(compared)) == 5
