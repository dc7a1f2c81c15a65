"""Workflows beside the window: what is written when, what a failure tells, and that nothing stays behind."""

import threading

import pytest
from PySide6.QtCore import QEventLoop, QTimer

from merdesk.domain.changes import Changes
from merdesk.errors import DatasetError, MerdeskError
from merdesk.ui import jobs as jobs_module
from merdesk.ui.jobs import Jobs

WAIT_MS = 5000


class Counting:
    """A workflow that delivers numbers and notes what is asked of it, and on which thread."""

    title = "Count"

    def __init__(self, parts=(), *, fails=None, hold=None, breaks_at=None):
        self.parts, self.fails, self.hold, self.breaks_at = parts, fails, hold, breaks_at
        self.said, self.threads = [], set()

    def run(self, progress):
        progress.begin("Counting", total=len(self.parts))
        for part in self.parts:
            progress.deliver(part)
            progress.advance()
        while self.hold is not None and not self.hold.wait(0.01):
            progress.checkpoint()
        if self.fails is not None:
            raise self.fails
        return "counted"

    def _note(self, *said):
        self.said.append(said)
        self.threads.add(threading.current_thread())

    def commit(self, part):
        self._note("commit", part)
        if part == self.breaks_at:
            raise DatasetError(f"Part {part} cannot be written; make room.")
        return Changes.of("clip", [part])

    def finish(self, result):
        self._note("finish", result)
        return Changes.of("feature")

    def abandon(self):
        self._note("abandon")
        return Changes()


@pytest.fixture
def jobs(qtbot):
    made = Jobs()
    yield made
    made.stop_all()


def wait_for_end(qtbot, jobs):
    qtbot.waitUntil(lambda: len(jobs) == 0, timeout=WAIT_MS)


def test_parts_are_committed_in_order_on_the_thread_of_the_window(qtbot, jobs):
    work = Counting(range(50))
    jobs.start(work)
    wait_for_end(qtbot, jobs)
    assert work.said == [("commit", n) for n in range(50)] + [("finish", "counted")]
    assert work.threads == {threading.current_thread()}


def test_what_was_written_is_told(qtbot, jobs):
    told = []
    jobs.committed.connect(told.append)
    jobs.start(Counting(range(3)))
    wait_for_end(qtbot, jobs)
    together = Changes()
    for changes in told:
        together |= changes
    assert together.ids("clip") == {0, 1, 2}
    assert "feature" in together


def test_a_slice_ends_when_its_time_is_spent(qtbot, jobs, monkeypatch):
    monkeypatch.setattr(jobs_module, "COMMIT_BUDGET_S", 0.0)
    told = []
    jobs.committed.connect(lambda changes: told.append(sorted(changes.ids("clip"))))
    jobs.start(Counting(range(4)))
    wait_for_end(qtbot, jobs)
    assert told[:4] == [[0], [1], [2], [3]]


def test_done_is_called_with_the_result_after_everything_is_written(qtbot, jobs):
    work, seen = Counting(range(3)), []
    jobs.start(work, done=lambda result: seen.append((result, work.said[-1])))
    wait_for_end(qtbot, jobs)
    assert seen == [("counted", ("finish", "counted"))]


def test_cancel_abandons_and_tells_of_no_failure(qtbot, jobs):
    work, failures, seen = Counting(range(2), hold=threading.Event()), [], []
    jobs.failed.connect(lambda *told: failures.append(told))
    job = jobs.start(work, done=seen.append)
    qtbot.waitUntil(lambda: len(work.said) == 2, timeout=WAIT_MS)
    job.progress.cancel()
    wait_for_end(qtbot, jobs)
    assert work.said[-1] == ("abandon",)
    assert (failures, seen) == ([], [])


@pytest.mark.parametrize(("error", "expected"), [(DatasetError("No table."), True), (KeyError("x"), False)])
def test_a_failure_is_told_after_what_was_delivered_is_written(qtbot, jobs, error, expected):
    work, seen = Counting(range(2), fails=error), []
    with qtbot.waitSignal(jobs.failed, timeout=WAIT_MS) as told:
        job = jobs.start(work, done=seen.append)
    assert told.args[0] is job
    assert told.args[1].expected is expected
    assert work.said == [("commit", 0), ("commit", 1), ("abandon",)]
    assert seen == []


def test_a_part_that_cannot_be_written_stops_the_job_and_is_told_once(qtbot, jobs):
    work, failures, seen = Counting(range(6), breaks_at=2), [], []
    jobs.failed.connect(lambda _, failure: failures.append(failure.message))
    jobs.start(work, done=seen.append)
    wait_for_end(qtbot, jobs)
    assert failures == ["Part 2 cannot be written; make room."]
    assert work.said == [("commit", 0), ("commit", 1), ("commit", 2), ("abandon",)]
    assert seen == []


def test_a_result_that_cannot_be_written_is_told(qtbot, jobs):
    work, seen = Counting(), []

    def refuse(_):
        raise MerdeskError("The disk is full; make room.")

    work.finish = refuse
    with qtbot.waitSignal(jobs.failed, timeout=WAIT_MS) as told:
        jobs.start(work, done=seen.append)
    assert told.args[1].message == "The disk is full; make room."
    assert seen == []


def test_two_jobs_run_at_once_and_end_apart(qtbot, jobs):
    first, second = Counting(range(3), hold=threading.Event()), Counting(range(3))
    jobs.start(first)
    jobs.start(second)
    qtbot.waitUntil(lambda: len(jobs) == 1, timeout=WAIT_MS)
    assert [job.workflow for job in jobs] == [first]
    assert second.said[-1] == ("finish", "counted")
    first.hold.set()
    wait_for_end(qtbot, jobs)
    assert first.said[-1] == ("finish", "counted")


def test_a_job_may_end_while_a_dialog_of_another_is_open(qtbot, jobs):
    slow, ended = Counting(range(3), hold=threading.Event()), []

    def ask(_):
        slow.hold.set()
        loop = QEventLoop()
        watch = QTimer()
        watch.timeout.connect(lambda: len(jobs) == 0 and loop.quit())
        watch.start(5)
        loop.exec()
        ended.append(slow.said[-1])

    jobs.start(Counting(), done=ask)
    jobs.start(slow)
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
    assert ended == [("finish", "counted")]
    assert slow.said.count(("finish", "counted")) == 1


def test_stopping_leaves_no_thread_and_keeps_what_was_delivered(qtbot, jobs):
    work = Counting(range(5), hold=threading.Event())
    job = jobs.start(work)
    qtbot.waitUntil(lambda: job.state.done == 5, timeout=WAIT_MS)
    jobs.stop_all()
    assert not job.thread.is_alive()
    assert work.said == [("commit", n) for n in range(5)] + [("abandon",)]
    assert len(jobs) == 0
    assert not jobs._timer.isActive()


def test_the_timer_rests_while_nothing_runs(qtbot, jobs):
    assert not jobs._timer.isActive()
    jobs.start(Counting())
    assert jobs._timer.isActive()
    wait_for_end(qtbot, jobs)
    assert not jobs._timer.isActive()


def test_who_started_a_job_learns_that_it_was_cancelled_after_it_was_cleaned_up(qtbot, jobs):
    told = []
    work = Counting(hold=threading.Event())
    job = jobs.start(work, done=lambda _: told.append("done"), stopped=lambda: told.append(list(work.said)))
    job.progress.cancel()
    qtbot.waitUntil(lambda: len(jobs) == 0, timeout=WAIT_MS)
    assert told == [[("abandon",)]]


def test_a_job_that_failed_was_not_stopped(qtbot, jobs):
    told = []
    jobs.start(Counting(fails=MerdeskError("It broke; mend it.")), stopped=lambda: told.append("stopped"))
    qtbot.waitUntil(lambda: len(jobs) == 0, timeout=WAIT_MS)
    assert told == []
