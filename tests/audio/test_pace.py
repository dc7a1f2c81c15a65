"""How far ahead sound is written: more when the machine is late, less again when it has been calm."""

import pytest

from merdesk.audio.pace import CALM_S, LATENCY_MAX_S, LATENCY_S, LATENCY_STEP, SETTLING_S, Pace


@pytest.fixture
def pace():
    pace = Pace()
    pace.begin(0.0)
    return pace


def test_blocks_that_are_hardly_late_change_nothing(pace):
    pace.note(1.0, 0.4 * LATENCY_S, dry=False)
    pace.review(1.0, playing=False)
    assert (pace.latency_s, pace.n_dry) == (LATENCY_S, 0)


@pytest.mark.parametrize(("late", "dry"), [(1.1, False), (0.0, True)])
def test_a_device_that_ran_dry_twice_gets_more_at_once_whether_it_says_so_or_not(pace, late, dry):
    for n_dry in (1, 2):
        pace.note(n_dry, late * LATENCY_S, dry=dry)
        pace.review(n_dry, playing=True)
        assert (pace.latency_s > LATENCY_S, pace.n_dry) == (n_dry == 2, n_dry)


@pytest.mark.parametrize("dry", [True, False])
def test_a_device_that_ran_dry_once_gets_more_in_silence(pace, dry):
    pace.note(1.0, 0.0, dry=dry)
    pace.review(1.0, playing=True)
    pace.review(2.0, playing=False)
    assert (pace.latency_s > LATENCY_S) is dry


def test_what_was_nearly_too_late_is_cared_for_in_silence(pace):
    for playing in (True, False):
        pace.note(1.0, 0.8 * LATENCY_S, dry=False)
        pace.review(1.0, playing=playing)
        assert (pace.latency_s == LATENCY_S) is playing
    assert pace.n_dry == 0


def test_what_is_late_while_the_device_settles_counts_for_nothing(pace):
    pace.note(0.9 * SETTLING_S, 1.0, dry=True)
    pace.review(1.0, playing=True)
    assert pace.latency_s == LATENCY_S


def test_there_is_a_most(pace):
    for at_s in range(1, 9):
        pace.note(at_s, 1.0, dry=False)
        pace.review(at_s, playing=True)
    assert pace.latency_s == LATENCY_MAX_S


def test_after_a_calm_time_less_is_tried_again_in_silence(pace):
    pace.note(1.0, 1.0, dry=True)
    pace.review(1.0, playing=False)
    pace.begin(1.0)
    pace.review(2.0 + CALM_S, playing=True)
    assert pace.latency_s == LATENCY_STEP * LATENCY_S
    pace.review(2.0 + CALM_S, playing=False)
    assert pace.latency_s == LATENCY_S


def test_a_block_that_the_smaller_latency_would_not_bear_begins_the_calm_time_anew(pace):
    pace.note(1.0, 1.0, dry=True)
    pace.review(1.0, playing=False)
    pace.begin(1.0)
    pace.note(CALM_S, 0.8 * LATENCY_S, dry=False)
    for at_s in (CALM_S, 2.0 + CALM_S):
        pace.review(at_s, playing=False)
        assert pace.latency_s == LATENCY_STEP * LATENCY_S
    pace.review(1.0 + 2 * CALM_S, playing=False)
    assert pace.latency_s == LATENCY_S
