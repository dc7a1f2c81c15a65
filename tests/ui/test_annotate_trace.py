"""Recording a trace in the window: countdown, clock, pause, pre-roll, draft, filing."""

import numpy as np
import pytest
from helpers.player import FakePlayer
from PySide6.QtCore import QPoint, Qt

from merdesk.audio.playback import PlayerState
from merdesk.evaluation.lag import estimate_lag
from merdesk.project import annotations, annotators, drafts, history, ratings
from merdesk.ui.annotate.page import AnnotatePage
from merdesk.workflows.trace_lag import LagFound

Key = Qt.Key


class TapePlayer(FakePlayer):
    """Its clock is moved by the test and goes where it is sent."""

    def seek(self, position_s):
        super().seek(position_s)
        self.at(position_s)

    def play(self):
        self.calls.append(("play",))
        self.at(self.now.position_s, "playing")

    def pause(self):
        self.calls.append(("pause",))
        self.at(self.now.position_s, "paused")

    def at(self, position_s, status=None):
        self.now = PlayerState(status or self.now.status, position_s, 30.0, "ok", "", self.now.token)


@pytest.fixture
def player():
    return TapePlayer()


@pytest.fixture
def page(open_annotate, player):
    return open_annotate(player, "trace")


def who(session):
    return annotators.named(session.project, "carla")


def roll(page, player, start_s, stop_s, valence=0.5, arousal=-0.5):
    """Let the music play, with the pointer at one place."""
    for position_s in np.arange(start_s, stop_s, 0.02):
        player.at(float(position_s))
        page.played._poll()
        page.trace.pointer.put(valence, arousal)
        page.trace._tick()


def begin(page):
    page.trace.toggle()
    page.trace.countdown._timer.stop()
    page.trace.countdown.stop()
    page.trace._begin()


def test_a_countdown_comes_before_the_music(qtbot, page, player):
    qtbot.keyClick(page.plane.canvas, Key.Key_Space)
    assert page.trace.state == "countdown"
    assert page.trace.countdown.isVisible()
    assert player.names("load") == []
    for _ in range(3):
        page.trace.countdown._tick()
    assert len(player.names("load")) == 1
    page.trace._tick()
    assert page.trace.state == "recording"


def test_the_mouse_is_recorded_on_the_clock_of_the_player(qtbot, session, page, player):
    begin(page)
    at = page.plane.canvas.to_px(0.4, 0.6).toPoint()
    for position_s in np.arange(0, 3, 0.02):
        player.at(float(position_s))
        page.played._poll()
        page.trace._tick()
        if position_s < 0.1:
            qtbot.mouseMove(page.plane.canvas.viewport(), at + QPoint(0, int(position_s * 50)))
            qtbot.mouseMove(page.plane.canvas.viewport(), at)
    page.trace._stop()
    time_s, affect = page.trace.recorder.trace()
    np.testing.assert_allclose(np.diff(time_s), 0.1)
    assert affect[-1] == pytest.approx((0.4, 0.6), abs=0.02)


def test_a_pause_goes_on_with_a_pre_roll_and_records_from_where_it_stopped(page, player):
    begin(page)
    roll(page, player, 0, 10)
    page.trace.toggle()
    assert page.trace.state == "paused"
    page.trace.toggle()
    assert ("seek", pytest.approx(player.now.position_s)) in player.calls
    assert player.now.position_s == pytest.approx(7.98, abs=0.05)
    roll(page, player, 8, 9.9, valence=-1)
    assert page.trace.state == "waiting"
    roll(page, player, 9.9, 12, valence=-0.9)
    page.trace._stop()
    time_s, affect = page.trace.recorder.trace()
    assert affect[time_s < 9.9, 0] == pytest.approx(0.5)
    assert affect[time_s > 10.1, 0] == pytest.approx(-0.9)


def test_a_passage_is_recorded_again_from_where_the_player_stands(page, player):
    begin(page)
    roll(page, player, 0, 20)
    page.trace.toggle()
    player.at(5.0)
    page.trace.toggle()
    assert player.now.position_s == pytest.approx(3.0)
    roll(page, player, 3, 8, valence=-0.8)
    page.trace.toggle()
    time_s, affect = page.trace.recorder.trace()
    assert affect[(time_s > 5.1) & (time_s < 7.8), 0] == pytest.approx(-0.8)
    assert affect[(time_s < 4.9) | (time_s > 8.1), 0] == pytest.approx(0.5)


def test_the_end_of_the_clip_ends_the_recording_and_enter_files_it(qtbot, session, page, player):
    first = session.current
    begin(page)
    roll(page, player, 0, 29.99)
    player.at(30.0, "ended")
    page.played._poll()
    page.trace._tick()
    assert page.trace.state == "ended"
    qtbot.keyClick(page.plane.canvas, Key.Key_Return)
    ((_, trace),) = [
        one for one in annotations.source_traces(session.project, first) if one[0] == who(session)
    ]
    assert len(trace.time_s) == pytest.approx(300, abs=2)
    np.testing.assert_allclose(trace.affect, np.tile([0.5, -0.5], (len(trace.time_s), 1)), atol=1e-6)
    given = ratings.of_clip(session.project, first, who(session), "trace")
    assert (given.rate_hz, given.lag_s, given.rating.circumstances.blinded) == (10, 0.0, False)
    assert drafts.of_annotator(session.project, who(session)) == []
    assert session.current != first
    assert page._progress.text() == "1 of 6 clips done by you"
    session.undo()
    assert page._progress.text() == "0 of 6 clips done by you"
    session.redo()
    assert page._progress.text() == "1 of 6 clips done by you"


def test_the_draft_is_written_and_offered_by_the_next_window(qtbot, theme, session, page, player):
    clip_id = session.current
    begin(page)
    roll(page, player, 0, 4)
    page.trace._keep_draft()
    (draft,) = drafts.of_annotator(session.project, who(session))
    assert draft.clip_id == clip_id
    assert len(draft.time_s) == pytest.approx(40, abs=1)
    assert history.undo_label(session.project) != "Trace"
    # What a crash leaves behind: the draft, and a window that never left.
    session.select([page.desk.rateable()[3]])
    again = AnnotatePage(session, theme, page.played)
    qtbot.addWidget(again)
    again.show()
    again.enter()
    assert again.draft.isVisible()
    again.draft.go_on.click()
    assert session.current == clip_id
    assert again.mode is again.trace
    assert again.trace.state == "paused"
    assert again.trace.recorder.reached_s == pytest.approx(3.9, abs=0.1)
    again.trace.leave()


def test_an_unwanted_draft_is_given_up(session, page, player):
    begin(page)
    roll(page, player, 0, 4)
    page.trace._stop()
    page.trace.start_over()
    assert page.trace.state == "ready"
    assert page.trace.recorder.empty
    assert drafts.of_annotator(session.project, who(session)) == []


def test_a_dimension_chosen_before_the_start_is_the_one_that_is_recorded(page, player):
    page.desk.set_option("dimension", "arousal")
    assert "how energetic" in page.trace.words.text()
    begin(page)
    roll(page, player, 0.0, 1.0, arousal=0.4)
    _, affect = page.trace.recorder.trace()
    assert np.isnan(affect[:, 0]).all()
    np.testing.assert_allclose(affect[:, 1], 0.4)


def test_a_name_that_is_deleted_beside_a_recording_does_no_harm(session, page, player):
    begin(page)
    roll(page, player, 0.0, 1.0)
    session.set_annotator("")
    player.at(1.0, "paused")
    page.played._poll()
    page.trace._tick()
    assert page.trace.state == "paused"
    assert not page.trace.recorder.empty


def test_held_arrow_keys_move_the_pointer(qtbot, page):
    begin(page)
    pointer = page.trace.pointer
    qtbot.keyPress(page.plane.canvas, Key.Key_Right)
    pointer._stepped_s -= 0.5
    pointer.step()
    assert pointer.valence == pytest.approx(0.3, abs=0.05)
    qtbot.keyRelease(page.plane.canvas, Key.Key_Right)
    pointer._stepped_s -= 0.5
    pointer.step()
    assert pointer.valence == pytest.approx(0.3, abs=0.05)


def test_a_shift_is_applied_only_when_asked_for(qtbot, session, page, player):
    begin(page)
    for position_s in np.arange(0, 29.9, 0.02):
        player.at(float(position_s))
        page.played._poll()
        page.trace.pointer.put(0.0, 0.6 * np.sin((position_s - 1.5) / 1.7))
        page.trace._tick()
    published = np.arange(0, 30, 0.25)
    reference = np.c_[np.full(len(published), np.nan), np.sin(published / 1.7)]
    page.trace._stop()
    lag = estimate_lag(*page.trace.recorder.trace(), published, reference)
    page.trace.lag.show_lag(LagFound(lag, "the group's trace"))
    before = page.trace._shifted()[0]
    assert "1.5 s late" in page.trace.lag._words.text()
    page.trace.lag.shift.click()
    assert page.trace._shifted()[0][-1] == pytest.approx(before[-1] - lag.lag_s)
    assert page.trace.lag.shift.text() == "Undo the shift"
    clip_id = session.current
    page.trace.file()
    assert ratings.of_clip(session.project, clip_id, who(session), "trace").lag_s == pytest.approx(lag.lag_s)
