import threading

import pytest

from merdesk import progress as progress_module
from merdesk.errors import Cancelled
from merdesk.progress import Progress


def test_a_fraction_needs_a_total():
    progress = Progress()
    progress.begin("Looking")
    assert progress.state().fraction is None
    progress.begin("Reading", total=4)
    progress.advance()
    assert progress.state().fraction == 0.25
    assert progress.state().step == "Reading"


def test_time_left_follows_the_measured_pace():
    progress = Progress()
    progress.begin("Reading", total=100)
    assert progress.state().left_s is None
    for _ in range(50):
        progress.advance()
    left_s = progress.state().left_s
    assert left_s is not None
    assert 0 <= left_s < 10


def test_what_was_done_earlier_counts_and_makes_the_pace_no_faster(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    progress = Progress()
    progress.begin("Reading", total=100, done=50)
    assert progress.state().fraction == 0.5
    now[0] = 10.0
    progress.advance(10)
    assert progress.state().left_s == 40.0


def test_a_stall_makes_the_estimate_longer_and_a_long_unit_does_not(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    progress = Progress()
    progress.begin("Reading", total=100)
    for now[0] in (1.0, 2.0):
        progress.advance()
    now[0] = 3.9
    assert progress.state().left_s == 98.0
    now[0] = 14.0
    assert progress.state().left_s == 98.0 * 6


def test_cancel_reaches_the_worker_at_its_next_checkpoint():
    progress = Progress()
    progress.checkpoint()
    progress.cancel()
    with pytest.raises(Cancelled):
        progress.advance()


def test_pause_holds_and_resume_releases():
    progress = Progress()
    progress.pause()
    went_on = threading.Event()

    def work():
        progress.checkpoint()
        went_on.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not went_on.wait(0.05)
    progress.resume()
    assert went_on.wait(5)
    thread.join()


def test_cancel_wakes_a_paused_worker():
    progress = Progress()
    progress.pause()
    progress.cancel()
    with pytest.raises(Cancelled):
        progress.checkpoint()


def test_parts_arrive_in_order_and_once():
    progress = Progress()
    for part in range(5):
        progress.deliver(part)
    assert progress.collect(2) == [0, 1]
    assert progress.collect() == [2, 3, 4]
    assert progress.collect() == []
