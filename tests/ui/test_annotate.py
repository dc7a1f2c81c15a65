"""Rating: by mouse and keys, one clip after the other, blind to what others said."""

import numpy as np
import pytest
from helpers.project_rows import dataset_info, source_clip
from PySide6.QtCore import Qt

from merdesk.domain.affect import Affect
from merdesk.domain.changes import Changes
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.ui.annotate.page import AnnotatePage
from merdesk.ui.session import Session

Key, Shift = Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(qtbot, theme, session):
    made = AnnotatePage(session, theme)
    made.rated.connect(session.rate)
    qtbot.addWidget(made)
    made.resize(1000, 560)
    made.show()
    session.set_annotator("carla")
    made.enter()
    return made


def ids(session):
    return session.columns.ids.tolist()


def test_it_begins_with_the_first_clip_that_wants_a_rating(session, page):
    assert session.current == ids(session)[0]
    assert "tune-0" in page._title.text().replace("\u200b", "")
    assert page._progress.text() == "0 of 6 clips rated by you"
    assert not page.confirm.isEnabled()


def test_it_stays_with_the_selected_clip(session, page):
    session.select([ids(session)[3]])
    page.enter()
    assert session.current == ids(session)[3]


def test_arrow_keys_move_the_proposal_and_shift_makes_small_steps(qtbot, page):
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Up):
        qtbot.keyClick(page.plane.canvas, key)
    qtbot.keyClick(page.plane.canvas, Key.Key_Left, Shift)
    assert (page._proposal.valence, page._proposal.arousal) == pytest.approx((0.18, 0.1))
    assert page.confirm.isEnabled()
    assert page._hint.text() == "slightly positive, slightly energetic"


def test_a_proposal_stays_inside_the_plane(page):
    page.propose(Affect(1.7, -3.0))
    assert (page._proposal.valence, page._proposal.arousal) == (1.0, -1.0)
    assert page._hint.text() == "very positive, very calm"


def test_a_click_in_the_plane_proposes(qtbot, page):
    at = page.plane.canvas.to_px(0.5, -0.5).toPoint()
    qtbot.mouseClick(page.plane.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert (page._proposal.valence, page._proposal.arousal) == pytest.approx((0.5, -0.5), abs=0.02)


def test_enter_files_the_rating_and_goes_on(qtbot, session, page):
    first, second = ids(session)[:2]
    page.propose(Affect(0.5, 0.5))
    with qtbot.waitSignal(page.rated) as rated, qtbot.waitSignal(page.play_asked) as asked:
        qtbot.keyClick(page.plane.canvas, Key.Key_Return)
    assert rated.args == [first, Affect(0.5, 0.5)]
    assert asked.args == [second]
    assert session.current == second
    assert page._proposal is None
    assert page._progress.text() == "1 of 6 clips rated by you"


def test_without_autoplay_the_next_clip_waits(qtbot, page):
    page._autoplay.setChecked(False)
    with qtbot.assertNotEmitted(page.play_asked):
        page.step(1)


def test_rated_clips_are_passed_over_on_wish(session, page):
    first, second, third = ids(session)[:3]
    session.rate(second, Affect(0.1, 0.1))
    page.step(1)
    assert session.current == third
    session.select([first])
    page._only_unrated.setChecked(False)
    page.step(1)
    assert session.current == second


def test_back_goes_to_the_clip_before_and_shows_what_was_said(qtbot, session, page):
    page.propose(Affect(0.5, 0.5))
    page.file()
    qtbot.keyClick(page.plane.canvas, Key.Key_PageUp)
    assert session.current == ids(session)[0]
    assert page._values.text() == "V +0.50   A +0.50"


def test_after_the_last_clip_it_goes_on_with_those_left_out(session, page):
    session.select([ids(session)[-1]])
    page.step(1)
    assert session.current == ids(session)[0]


def test_no_point_of_others_is_in_the_plane(session, page):
    assert session.columns.annotated.any()
    assert page.plane.n_shown == 0


def test_a_name_is_asked_for_before_anything_is_filed(qtbot, session, page):
    session.set_annotator("")
    page.propose(Affect(0.5, 0.5))
    with qtbot.assertNotEmitted(page.rated):
        page.file()
    assert "Enter your name" in page._hint.text()


def test_space_plays_the_clip_that_is_rated(qtbot, session, page):
    with qtbot.waitSignal(page.play_asked) as asked:
        qtbot.keyClick(page.plane.canvas, Key.Key_Space)
    assert asked.args == [session.current]
    session.set_playing(session.current)
    with qtbot.waitSignal(page.play_toggled):
        qtbot.keyClick(page.plane.canvas, Key.Key_Space)


def test_an_edit_elsewhere_keeps_an_unfiled_proposal(session, page):
    page.propose(Affect(0.5, 0.5))
    session.rate(ids(session)[4], Affect(0.0, 0.0))
    assert page._proposal == Affect(0.5, 0.5)


def test_an_empty_project_says_what_to_do(qtbot, theme, tmp_path):
    with Project.create(tmp_path / "new.merdesk") as project:
        page = AnnotatePage(Session(project), theme)
        qtbot.addWidget(page)
        page.show()
        page.enter()
        assert page._title.text() == "Nothing to rate"
        assert "Drop music" in page._artist.text()
        assert not page._play.isEnabled()
        assert np.array_equal(page.rateable(), [])


def test_clips_without_audio_are_not_rated(qtbot, theme, tmp_path):
    with Project.create(tmp_path / "new.merdesk") as project:
        batch = Batch.begin(project, "Import", keep_partial=False)
        rows = [source_clip(n, audio=None) for n in range(2)]
        batch.add(batch.dataset(dataset_info(), loader="table"), rows)
        batch.finish()
        session = Session(project)
        page = AnnotatePage(session, theme)
        qtbot.addWidget(page)
        page.show()
        session.select(ids(session)[:1])
        page.enter()
        assert page._title.text() == "Nothing to rate"
        assert "import the folder" in page._artist.text()
        page.propose(Affect(0.5, 0.5))
        assert page._proposal is None
        assert not page.confirm.isEnabled()


def test_a_name_that_is_typed_is_left_alone_by_what_jobs_write(qtbot, session, page):
    page.activateWindow()
    page.annotator.setFocus()
    qtbot.waitUntil(page.annotator.hasFocus)
    page.annotator.selectAll()
    qtbot.keyClicks(page.annotator, "dan")
    session.refresh(Changes.of("clip"))
    assert page.annotator.text() == "dan"
