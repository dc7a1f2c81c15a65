"""Rating one value a clip: by mouse, keys, sliders and figures, blind to what others said."""

import numpy as np
import pytest
from helpers.player import FakePlayer, find
from helpers.project_rows import dataset_info, source_clip
from PySide6.QtCore import QEvent, Qt

from merdesk.domain.affect import Affect
from merdesk.domain.changes import Changes
from merdesk.project import annotators, ratings, said
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.ui.annotate.page import AnnotatePage
from merdesk.ui.annotate.rating_keys import RatingKeys, rating_plane
from merdesk.ui.player.playback import Playback
from merdesk.ui.session import Session

Key, Shift = Qt.Key, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def player():
    return FakePlayer()


@pytest.fixture
def playback(qapp, player):
    made = Playback(player, find)
    yield made
    made.stop()


@pytest.fixture
def page(qtbot, theme, session, playback):
    made = AnnotatePage(session, theme, playback)
    made.edit_asked.connect(lambda write, _: write())
    qtbot.addWidget(made)
    made.resize(1000, 560)
    made.show()
    session.set_annotator("carla")
    made.enter()
    return made


def ids(session):
    return session.columns.ids.tolist()


def given(session, clip_id):
    return ratings.of_clip(session.project, clip_id, annotators.named(session.project, "carla"))


def test_it_begins_with_the_first_clip_that_wants_a_rating(session, page):
    assert session.current == ids(session)[0]
    assert "tune-0" in page._title.text().replace("\u200b", "")
    assert page._progress.text() == "0 of 6 clips done by you"
    assert not page.point.confirm.isEnabled()


def test_it_stays_with_the_selected_clip(session, page):
    session.select([ids(session)[3]])
    page.enter()
    assert session.current == ids(session)[3]


def test_arrow_keys_make_small_steps_and_shift_large_ones(qtbot, page):
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Up):
        qtbot.keyClick(page.plane.canvas, key)
    qtbot.keyClick(page.plane.canvas, Key.Key_Right, Shift)
    proposal = page.point.proposal
    assert (proposal.valence, proposal.arousal) == pytest.approx((0.35, 0.05))
    assert page.point.confirm.isEnabled()
    assert page.point.words.text() == "Rather positive, neither calm nor energetic"


def test_a_proposal_stays_inside_the_plane(page):
    page.point.propose(Affect(1.7, -3.0))
    assert page.point.proposal == Affect(1.0, -1.0)
    assert page.point.words.text() == "Very positive, very calm"


def test_a_click_in_the_plane_proposes(qtbot, page):
    at = page.plane.canvas.to_px(0.5, -0.5).toPoint()
    qtbot.mouseClick(page.plane.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    proposal = page.point.proposal
    assert (proposal.valence, proposal.arousal) == pytest.approx((0.5, -0.5), abs=0.02)
    assert page.point.sliders[0].value() == pytest.approx(50, abs=2)


def test_enter_files_the_rating_and_goes_on(qtbot, session, page):
    first, second = ids(session)[:2]
    for _ in range(10):
        qtbot.keyClick(page.plane.canvas, Key.Key_Up)
    with qtbot.waitSignal(page.play_asked) as asked:
        qtbot.keyClick(page.plane.canvas, Key.Key_Return)
    filed = given(session, first).rating
    assert (filed.affect.valence, filed.affect.arousal) == pytest.approx((0.0, 0.5))
    assert filed.circumstances.tool == "keys"
    assert asked.args == [second]
    assert session.current == second
    assert page.point.proposal is None
    assert page._progress.text() == "1 of 6 clips done by you"


def test_sliders_and_plane_show_one_value(qtbot, session, page):
    page.point.sliders[0].setValue(-40)
    page.point.sliders[1].setValue(20)
    assert page.plane.highlights.proposal == (-0.4, 0.2)
    page.point.file()
    assert given(session, ids(session)[0]).rating.circumstances.tool == "sliders"


def test_figures_are_chosen_by_two_digits_and_enter(qtbot, session, page):
    page.point.set_tool("figures")
    page.activateWindow()
    page.take_focus()
    qtbot.waitUntil(page.point.scales[0].hasFocus)
    qtbot.keyClick(page.point.scales[0], Key.Key_3)
    qtbot.waitUntil(page.point.scales[1].hasFocus)
    qtbot.keyClick(page.point.scales[1], Key.Key_9)
    qtbot.keyClick(page.point.scales[1], Key.Key_Return)
    filed = given(session, ids(session)[0]).rating
    assert filed.affect == Affect(-0.5, 1.0)
    assert filed.circumstances.tool == "figures"
    qtbot.waitUntil(page.point.scales[0].hasFocus)


def test_a_click_on_a_figure_chooses_it(qtbot, page):
    page.point.set_tool("figures")
    at = page.point.scales[1].cell(0).center().toPoint()
    qtbot.mouseClick(page.point.scales[1], Qt.MouseButton.LeftButton, pos=at)
    assert page.point.proposal is None  # of valence nothing is said yet
    assert page.point.scales[1].accessibleDescription() == "1 of 9, from calm to energetic"


def test_confidence_tags_and_note_are_kept_and_shown_again(qtbot, session, page):
    page.point.propose(Affect(0.5, 0.5))
    qtbot.keyClick(page.plane.canvas, Key.Key_4)
    page.point.details.tags.setText("warm, night drive")
    page.point.details.note.setText("second half")
    page.point.file()
    filed = given(session, ids(session)[0]).rating
    assert (filed.confidence, filed.tags, filed.note) == (4, ("warm", "night drive"), "second half")
    assert page.point.details.confidence is None
    assert page.point.details.note.text() == ""
    page.step(-1)
    assert page.point.details.confidence == 4
    assert page.point.details.tags.text() == "warm, night drive"


def test_cannot_say_is_filed_and_counts_as_done(qtbot, session, page):
    qtbot.keyClick(page.plane.canvas, Key.Key_N)
    first = ids(session)[0]
    assert given(session, first).cannot_say
    assert said.said_by(session.project, first, "carla") is None
    assert page._progress.text() == "1 of 6 clips done by you"
    session.undo()
    assert page._progress.text() == "0 of 6 clips done by you"


def test_a_rating_tells_what_was_heard_and_seen(session, page, player, playback):
    first = ids(session)[0]
    playback.play_clip(first)
    for position_s in (0.3, 0.9, 1.4, 25.0, 25.5, 0.1):
        player.become("playing", position_s)
        playback._poll()
    page.point.propose(Affect(0.1, 0.1))
    page.point.file()
    told = given(session, first).rating.circumstances
    assert told.heard_s == pytest.approx(1.9)
    assert told.n_plays == 2
    assert (told.gain_db, told.loudness_matched) == (0.0, False)
    assert told.visible == {"title", "artist"}
    assert not told.blinded


def test_least_listening_holds_the_answer_back(session, page, player, playback):
    first = ids(session)[0]
    page.desk.set_option("least_s", 5)
    playback.play_clip(first)
    page.point.propose(Affect(0.5, 0.5))
    page.point.file()
    assert given(session, first) is None
    assert page.point.words.text().startswith("Listen 5 s more")
    for step in range(1, 7):
        player.become("playing", step * 0.9)
        playback._poll()
    assert page.point.confirm.isEnabled()
    page.point.file()
    assert given(session, first).rating.affect == Affect(0.5, 0.5)


def test_options_are_remembered_with_the_project(qtbot, theme, session, page, playback):
    page.options.autoplay.setChecked(False)
    page.point.set_tool("figures")
    again = AnnotatePage(session, theme, playback)
    qtbot.addWidget(again)
    assert not again.options.autoplay.isChecked()
    assert again.point.view is again.point.figures


def test_without_autoplay_the_next_clip_waits(qtbot, page):
    page.options.autoplay.setChecked(False)
    with qtbot.assertNotEmitted(page.play_asked):
        page.step(1)


def test_rated_clips_are_passed_over_on_wish(session, page):
    first, second, third = ids(session)[:3]
    session.rate(second, Affect(0.1, 0.1))
    page.step(1)
    assert session.current == third
    session.select([first])
    page.options.only_new.setChecked(False)
    page.step(1)
    assert session.current == second


def test_back_goes_to_the_clip_before_and_shows_what_was_said(qtbot, session, page):
    page.point.propose(Affect(0.5, 0.5))
    page.point.file()
    qtbot.keyClick(page.plane.canvas, Key.Key_PageUp)
    assert session.current == ids(session)[0]
    assert [value.text() for value in page.point.values] == ["+0.50", "+0.50"]


def test_after_the_last_clip_it_goes_on_with_those_left_out(session, page):
    session.select([ids(session)[-1]])
    page.step(1)
    assert session.current == ids(session)[0]


def test_no_point_of_others_is_in_the_plane(session, page):
    assert session.columns.annotated.any()
    assert page.plane.n_shown == 0


def test_a_name_is_asked_for_before_anything_is_filed(qtbot, session, page):
    session.set_annotator("")
    page.point.propose(Affect(0.5, 0.5))
    with qtbot.assertNotEmitted(page.edit_asked):
        page.point.file()
    assert "Enter your name" in page._hint.text()
    assert page.point.proposal == Affect(0.5, 0.5)


def test_space_plays_the_clip_that_is_rated(qtbot, session, page):
    with qtbot.waitSignal(page.play_asked) as asked:
        qtbot.keyClick(page.plane.canvas, Key.Key_Space)
    assert asked.args == [session.current]
    session.set_playing(session.current)
    with qtbot.waitSignal(page.play_toggled):
        qtbot.keyClick(page.plane.canvas, Key.Key_Space)


def test_an_edit_elsewhere_keeps_an_unfiled_proposal(session, page):
    page.point.propose(Affect(0.5, 0.5))
    session.rate(ids(session)[4], Affect(0.0, 0.0))
    assert page.point.proposal == Affect(0.5, 0.5)


def test_an_empty_project_says_what_to_do(qtbot, theme, tmp_path, playback):
    with Project.create(tmp_path / "new.merdesk") as project:
        page = AnnotatePage(Session(project), theme, playback)
        qtbot.addWidget(page)
        page.show()
        page.enter()
        assert page._title.text() == "Nothing to rate"
        assert "Drop music" in page._artist.text()
        assert not page._play.isEnabled()
        assert np.array_equal(page.desk.rateable(), [])


def test_clips_without_audio_are_not_rated(qtbot, theme, tmp_path, playback):
    with Project.create(tmp_path / "new.merdesk") as project:
        batch = Batch.begin(project, "Import", keep_partial=False)
        rows = [source_clip(n, audio=None) for n in range(2)]
        batch.add(batch.dataset(dataset_info(), loader="table"), rows)
        batch.finish()
        session = Session(project)
        page = AnnotatePage(session, theme, playback)
        qtbot.addWidget(page)
        page.show()
        session.select(ids(session)[:1])
        page.enter()
        assert page._title.text() == "Nothing to rate"
        assert "import the folder" in page._artist.text()
        page.point.propose(Affect(0.5, 0.5))
        assert page.point.proposal is None
        assert not page.point.confirm.isEnabled()


def test_a_name_that_is_typed_is_left_alone_by_what_jobs_write(qtbot, session, page):
    page.activateWindow()
    page.annotator.setFocus()
    qtbot.waitUntil(page.annotator.hasFocus)
    page.annotator.selectAll()
    qtbot.keyClicks(page.annotator, "dan")
    session.refresh(Changes.of("clip"))
    assert page.annotator.text() == "dan"


def test_another_person_begins_with_what_that_person_has_not_rated(session, page):
    first = session.current
    for _ in range(2):
        page.point.propose(Affect(0.5, 0.5))
        page.point.file()
    assert session.current != first
    session.set_annotator("dora")
    assert session.current == first


def test_words_to_choose_from_are_kept_with_the_rating_and_shown_again(session, page):
    page.options._set_categories(["calm", "tense"])
    chosen = page.point.details.categories
    assert chosen.isVisible()
    chosen._words["calm"].click()
    page.point.propose(Affect(0.5, 0.5))
    clip = session.current
    page.point.file()
    assert ratings.all(session.project)[-1].rating.categories == ("calm",)
    assert chosen.chosen == ()
    session.select([clip])
    assert chosen.chosen == ("calm",)
    page.options._set_categories([])
    assert not chosen.isVisible()


def test_a_fine_grid_is_drawn_on_wish_and_remembered(session, page):
    page.options.grid.trigger()
    assert page.plane.layers._frame._fine
    assert page.desk.option("grid") is True


def test_a_dimension_without_a_figure_is_not_taken_for_neutral(session, page):
    page.point.set_tool("figures")
    page.point.scales[0].pick(6)
    assert page.point.proposal is None
    assert not page.point.confirm.isEnabled()
    page.point.scales[1].pick(2)
    assert page.point.proposal == Affect(0.5, -0.5)
    assert page.point.confirm.isEnabled()


def test_keys_of_a_page_that_the_collector_has_emptied_mean_nothing(theme):
    plane = rating_plane(theme)
    keys = RatingKeys(plane, lambda _: True, lambda _: True)
    vars(keys).clear()
    assert not keys.eventFilter(plane.canvas, QEvent(QEvent.Type.Hide))
    plane.deleteLater()
