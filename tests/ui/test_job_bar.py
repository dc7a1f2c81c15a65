"""The status bar: what a job says, how it is paused and cancelled, what is said when none runs."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QPushButton

from merdesk.domain.changes import Changes
from merdesk.progress import ProgressState
from merdesk.ui.job_bar import JobBar, sentence
from merdesk.ui.jobs import Jobs

LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 5000


def state(**changes):
    facts = {
        "step": "Reading",
        "done": 3,
        "total": 8,
        "elapsed_s": 1.0,
        "left_s": None,
        "paused": False,
        "cancelled": False,
    }
    return ProgressState(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Extract: 3 of 8"),
        ({"paused": True}, "Extract: 3 of 8, paused"),
        ({"cancelled": True}, "Extract: stopping"),
        ({"total": None}, "Extract: reading"),
        ({"total": None, "step": ""}, "Extract"),
        ({"done": 9}, "Extract: 8 of 8"),
        ({"done": 1500, "total": 3740}, "Extract: 1,500 of 3,740"),
    ],
)
def test_a_job_says_what_it_does(changes, words):
    assert sentence("Extract", state(**changes)) == words


def test_bytes_are_told_as_such_with_their_speed():
    halfway = state(done=2_500_000_000, total=10_290_000_000, left_s=311.6)
    assert sentence("Download", halfway, in_bytes=True) == "Download: 2.5 of 10.3 GB, 25.0 MB/s"
    paused = state(done=1_000_000, total=8_000_000, left_s=2.0, paused=True)
    assert sentence("Download", paused, in_bytes=True) == "Download: 1.0 of 8.0 MB, paused"
    assert sentence("Verify", state(done=3, total=36), in_bytes=True) == "Verify: 3 of 36"


@pytest.mark.parametrize(
    ("left_s", "words"),
    [(4.0, "2.5 a second"), (100.0, "6 a minute"), (4000.0, "9 an hour"), (None, "")],
)
def test_what_counts_clips_says_how_many_come_in_a_while(left_s, words):
    at = state(done=10, total=20, left_s=left_s)
    assert sentence("Extract", at, units="clips") == "Extract: 10 of 20 clips" + (words and f", {words}")
    assert sentence("Extract", replace(at, paused=True), units="clips") == "Extract: 10 of 20 clips, paused"


class Steady:
    """A workflow that takes a step whenever it is told to."""

    title = "Count"

    def __init__(self):
        self.next = threading.Semaphore(0)

    def run(self, progress):
        progress.begin("Counting", total=4)
        for _ in range(4):
            while not self.next.acquire(timeout=0.01):
                progress.checkpoint()
            progress.advance()

    def finish(self, _):
        return Changes()

    def abandon(self):
        return Changes()


@pytest.fixture
def jobs(qtbot):
    made = Jobs()
    yield made
    made.stop_all()


@pytest.fixture
def bar(qtbot, theme, jobs):
    made = JobBar(jobs)
    qtbot.addWidget(made)
    made.resize(1000, 30)
    made.show()
    return made


def button(bar, name):
    return next(part for part in bar.findChildren(QPushButton) if part.accessibleName() == name)


def test_progress_is_shown_and_the_last_message_comes_back(qtbot, bar, jobs):
    work = Steady()
    bar.say("Picture saved.")
    assert bar._message.isVisible()
    jobs.start(work)
    assert not bar._message.isVisible()
    work.next.release(2)
    qtbot.waitUntil(lambda: bar.findChild(QProgressBar).value() == 500, timeout=WAIT_MS)
    work.next.release(2)
    qtbot.waitUntil(bar._message.isVisible, timeout=WAIT_MS)
    assert bar._message.text() == "Picture saved."


def test_pause_holds_and_resume_goes_on(qtbot, bar, jobs):
    work = Steady()
    job = jobs.start(work)
    qtbot.mouseClick(button(bar, "Pause Count"), LEFT)
    assert job.progress.paused
    qtbot.mouseClick(button(bar, "Resume Count"), LEFT)
    assert not job.progress.paused
    assert button(bar, "Pause Count").text() == "Pause"


def test_cancel_stops_the_job(qtbot, bar, jobs):
    jobs.start(Steady())
    qtbot.mouseClick(button(bar, "Cancel Count"), LEFT)
    qtbot.waitUntil(lambda: len(jobs) == 0, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not bar._rows, timeout=WAIT_MS)


def test_problems_are_counted_and_shown_on_wish(qtbot, bar):
    assert not bar._problems.isVisible()
    bar.set_problems(1)
    assert bar._problems.text() == "1 problem"
    bar.set_problems(1200)
    assert bar._problems.text() == "1,200 problems"
    with qtbot.waitSignal(bar.problems_asked):
        qtbot.mouseClick(bar._problems, LEFT)
    bar.set_problems(0)
    assert not bar._problems.isVisible()
