"""Processes that leave by themselves, that have to be killed, and whose exit code another thread collects."""

import sys
import time
from multiprocessing import get_context

from merdesk.workers.ending import see_off


def started(target, *arguments):
    process = get_context("spawn").Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def test_who_leaves_in_time_leaves_with_his_own_exit_code():
    assert see_off(started(sys.exit, 7), 60.0) == 7


def test_who_stays_is_killed():
    assert see_off(started(time.sleep, 60.0)) in {-9, 1}  # 1 on Windows


def test_an_exit_code_that_another_thread_is_just_collecting_is_waited_for(monkeypatch):
    process = started(sys.exit, 7)
    poll, asked = process._popen.poll, []
    monkeypatch.setattr(
        process._popen, "poll", lambda *how: asked.append(how) if len(asked) < 5 else poll(*how)
    )
    assert see_off(process, 60.0) == 7
