"""What the mixer renders: the right samples, ramps at cuts, exact loops and joins, a clock that tells what is heard."""

import numpy as np
import pytest
from helpers.sound_files import music

from merdesk.audio.mixer import Mixer
from merdesk.audio.playback import RAMP_S, Clock
from merdesk.audio.voice import Voice

RATE_HZ = 8_000
RAMP = round(RAMP_S * RATE_HZ)
BLOCK = 97  # a prime: turns fall everywhere within a block


class Ready:
    """A source of which the first `ready` frames are decoded."""

    def __init__(self, y: np.ndarray, ready: int | None = None) -> None:
        self.y = y
        self.ready = len(y) if ready is None else ready

    @property
    def n_frames(self) -> int | None:
        return len(self.y) if self.ready == len(self.y) else None

    def read(self, start: int, n: int) -> np.ndarray:
        return self.y[start : min(start + n, self.ready)]


class Desk:
    """A mixer, its clock, and all that it has rendered."""

    def __init__(self, latency_s: float = 0.0) -> None:
        self.clock = Clock(Clock.memory())
        self.mixer = Mixer(self.clock, RATE_HZ)
        self.latency_s = latency_s
        self.serial = 0
        self.out = np.zeros((0, 2), "f4")

    def do(self, wish, *arguments, **named) -> None:
        self.serial += 1
        self.mixer.post(self.serial, lambda: wish(*arguments, **named))

    def start(self, source, token: int = 1, *, playing: bool = True, **named) -> None:
        self.do(self.mixer.start, Voice(source, token, **named), playing=playing)

    def run(self, n_frames: int) -> np.ndarray:
        begun = len(self.out)
        while len(self.out) - begun < n_frames:
            self.block(min(BLOCK, n_frames - (len(self.out) - begun)))
        return self.out[begun:]

    def block(self, n: int) -> None:
        self.out = np.concatenate([self.out, self.mixer.render(n, self.latency_s)])


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def y() -> np.ndarray:
    return music(1.0, RATE_HZ)


def test_nothing_loaded_is_silence(desk):
    assert not desk.run(500).any()
    assert desk.clock.read().status == "idle"


def test_after_the_fade_in_the_samples_are_the_sources(desk, y):
    desk.start(Ready(y))
    out = desk.run(4_000)
    np.testing.assert_allclose(out[RAMP:], y[RAMP:4_000], atol=1e-6)
    np.testing.assert_allclose(out[:RAMP], y[:RAMP] * (np.arange(RAMP) / RAMP)[:, None], atol=1e-6)


def test_gain_and_volume_scale_the_sound(desk, y):
    desk.do(desk.mixer.set_volume, 0.5)
    desk.run(1_000)
    desk.start(Ready(y), gain=0.25)
    np.testing.assert_allclose(desk.run(2_000)[RAMP:], 0.125 * y[RAMP:2_000], atol=1e-6)


def test_a_change_of_volume_is_gradual(desk):
    desk.start(Ready(np.full((RATE_HZ, 2), 0.5, "f4")))
    desk.run(1_000)
    desk.do(desk.mixer.set_volume, 0.0)
    out = desk.run(1_000)
    assert np.abs(np.diff(out[:, 0])).max() < 0.5 / 100
    assert not out[-500:].any()


def test_what_is_too_loud_is_clipped_not_wrapped(desk):
    desk.start(Ready(np.full((1_000, 2), 0.9, "f4")), gain=4.0)
    assert desk.run(500).max() == 1.0


def test_pause_fades_out_and_play_goes_on_at_the_same_frame(desk, y):
    desk.start(Ready(y))
    desk.run(1_000)
    desk.do(desk.mixer.pause)
    out = desk.run(500)
    assert out[: RAMP - 1].any(axis=1).all()
    assert not out[RAMP:].any()
    assert desk.clock.read().status == "paused"
    assert desk.clock.read().position_s == pytest.approx(1_000 / RATE_HZ)
    desk.do(desk.mixer.play)
    np.testing.assert_allclose(desk.run(500)[RAMP:], y[1_000 + RAMP : 1_500], atol=1e-6)


def test_seek_goes_to_the_frame_and_cross_fades(desk, y):
    desk.start(Ready(y))
    desk.run(1_000)
    desk.do(desk.mixer.seek, 0.5)
    out = desk.run(1_000)
    np.testing.assert_allclose(out[RAMP:], y[4_000 + RAMP : 5_000], atol=1e-6)
    rise = (np.arange(RAMP) / RAMP)[:, None]
    fall = ((RAMP - 1 - np.arange(RAMP)) / RAMP)[:, None]
    np.testing.assert_allclose(
        out[:RAMP], y[4_000 : 4_000 + RAMP] * rise + y[1_000 : 1_000 + RAMP] * fall, atol=1e-6
    )


@pytest.mark.parametrize("cut", ["pause", "seek", "stop", "another"])
def test_no_cut_clicks(desk, cut):
    tone = 0.5 * np.sin(2 * np.pi * 100 * np.arange(RATE_HZ) / RATE_HZ)
    source = Ready(np.repeat(tone[:, None], 2, axis=1).astype("f4"))
    steepest = np.abs(np.diff(tone)).max()
    desk.start(source)
    desk.run(1_020)  # at a crest
    {
        "pause": lambda: desk.do(desk.mixer.pause),
        "seek": lambda: desk.do(desk.mixer.seek, 0.5005),
        "stop": lambda: desk.do(desk.mixer.start, None, playing=False),
        "another": lambda: desk.start(Ready(source.y[40:]), token=2),
    }[cut]()
    desk.run(1_000)
    assert np.abs(np.diff(desk.out[:, 0])).max() < steepest + 2 * 0.5 / RAMP


def test_a_cut_within_a_fade_in_does_not_click(desk):
    desk.start(Ready(np.full((RATE_HZ, 2), 0.5, "f4")))
    desk.run(10)
    desk.do(desk.mixer.seek, 0.5)
    desk.run(200)
    assert np.abs(np.diff(desk.out[:, 0])).max() < 2 * 0.5 / RAMP


def test_the_next_sound_is_joined_without_a_gap(desk, y):
    first, second = y[:3_001], y[3_001:]
    desk.start(Ready(first))
    desk.do(desk.mixer.set_next, Voice(Ready(second), 2))
    out = desk.run(6_000)
    np.testing.assert_allclose(out[RAMP:], y[RAMP:6_000], atol=1e-6)
    assert desk.clock.read().token == 2


def test_a_sound_that_ends_alone_fades_out_and_has_ended(desk):
    desk.start(Ready(np.full((2_000, 2), 0.5, "f4")))
    out = desk.run(2_500)
    assert np.abs(np.diff(out[:, 0])).max() < 2 * 0.5 / RAMP
    assert not out[2_000:].any()
    assert desk.clock.read().status == "ended"
    assert desk.clock.read().position_s == pytest.approx(2_000 / RATE_HZ)


def test_play_after_the_end_starts_again(desk, y):
    desk.start(Ready(y[:1_000]))
    desk.run(1_500)
    desk.do(desk.mixer.play)
    np.testing.assert_allclose(desk.run(900)[RAMP:], y[RAMP:900], atol=1e-6)


def test_a_seek_after_the_end_waits_there(desk, y):
    desk.start(Ready(y[:1_000]))
    desk.run(1_500)
    desk.do(desk.mixer.seek, 0.05)
    assert not desk.run(300).any()
    assert desk.clock.read().status == "paused"
    desk.do(desk.mixer.play)
    np.testing.assert_allclose(desk.run(300)[RAMP:], y[400 + RAMP : 700], atol=1e-6)


def test_a_seek_beyond_the_end_ends(desk, y):
    desk.start(Ready(y))
    desk.run(500)
    desk.do(desk.mixer.seek, 99.0)
    desk.run(300)
    assert desk.clock.read().status == "ended"


def test_a_loop_repeats_its_region_to_the_frame(desk, y):
    desk.start(Ready(y))
    desk.do(desk.mixer.set_loop, (0.25, 0.5))
    out = desk.run(12_000)
    np.testing.assert_allclose(out[RAMP:4_000], y[RAMP:4_000], atol=1e-6)
    for turn in range(3):
        at = 4_000 + 2_000 * turn
        np.testing.assert_allclose(out[at + RAMP : at + 2_000], y[2_000 + RAMP : 4_000], atol=1e-6)


def test_a_loop_can_be_left(desk, y):
    desk.start(Ready(y))
    desk.do(desk.mixer.set_loop, (0.25, 0.5))
    desk.run(5_000)
    desk.do(desk.mixer.set_loop, None)
    desk.run(8_000)
    assert desk.clock.read().status == "ended"


@pytest.mark.parametrize("region", [(0.9, 5.0), (5.0, 6.0), (0.5, 0.5), (-1.0, 0.2)])
def test_odd_loops_do_no_harm(desk, y, region):
    desk.start(Ready(y))
    desk.do(desk.mixer.set_loop, region)
    out = desk.run(20_000)
    assert len(out) == 20_000
    assert np.isfinite(out).all()


def test_what_is_not_decoded_yet_is_waited_for(desk, y):
    source = Ready(y, ready=1_000)
    desk.start(source)
    assert not desk.run(3_000)[1_000:].any()
    tick = desk.clock.read()
    assert (tick.status, tick.speed) == ("loading", 0.0)
    assert tick.position_s == pytest.approx(1_000 / RATE_HZ)
    source.ready = len(y)
    np.testing.assert_allclose(desk.run(1_000)[RAMP:], y[1_000 + RAMP : 2_000], atol=1e-6)
    assert desk.clock.read().status == "playing"


def test_a_longer_fade_is_used_where_it_is_asked_for(desk):
    desk.start(Ready(np.ones((RATE_HZ, 2), "f4")), fade_s=0.1)
    out = desk.run(1_000)
    np.testing.assert_allclose(out[:800, 0], np.arange(800) / 800, atol=1e-6)


def test_the_position_is_what_is_heard_not_what_is_written(y):
    desk = Desk(latency_s=0.05)
    desk.start(Ready(y))
    desk.run(300)
    assert desk.clock.read().position_s == 0.0
    desk.run(700)
    assert desk.clock.read().position_s == pytest.approx(1_000 / RATE_HZ - 0.05)


def test_after_a_seek_the_position_is_the_goal_at_once_and_waits_for_the_sound(y):
    desk = Desk(latency_s=0.05)
    desk.start(Ready(y))
    desk.run(2_000)
    desk.do(desk.mixer.seek, 0.75)
    desk.run(100)
    assert desk.clock.read().position_s == 0.75
    assert desk.clock.read().speed == 0.0
    desk.run(700)
    assert desk.clock.read().position_s == pytest.approx(0.75 + 800 / RATE_HZ - 0.05)


def test_token_and_end_change_when_they_are_heard(y):
    desk = Desk(latency_s=0.05)
    desk.start(Ready(y[:2_000]))
    desk.do(desk.mixer.set_next, Voice(Ready(y[2_000:3_000]), 2))
    desk.run(2_200)
    assert desk.clock.read().token == 1
    desk.run(400)
    assert desk.clock.read().token == 2
    desk.run(500)
    assert desk.clock.read().status == "playing"
    desk.run(400)
    assert desk.clock.read().status == "ended"


def test_pause_shows_at_once_though_the_device_still_plays(y):
    desk = Desk(latency_s=0.05)
    desk.start(Ready(y))
    desk.run(2_000)
    before = desk.clock.read().position_s
    desk.do(desk.mixer.pause)
    desk.block(80)
    tick = desk.clock.read()
    assert tick.status == "paused"
    assert tick.position_s == pytest.approx(before + 80 / RATE_HZ)
    desk.run(1_000)
    assert desk.clock.read().position_s == pytest.approx(2_000 / RATE_HZ)


def test_a_loops_position_turns_when_the_turn_is_heard(y):
    desk = Desk(latency_s=0.05)
    desk.start(Ready(y))
    desk.do(desk.mixer.set_loop, (0.25, 0.5))
    desk.run(4_200)
    assert desk.clock.read().position_s == pytest.approx(3_800 / RATE_HZ)
    desk.run(400)
    assert desk.clock.read().position_s == pytest.approx(2_200 / RATE_HZ)


def test_the_clock_tells_which_command_was_obeyed(desk, y):
    desk.start(Ready(y), playing=False)
    desk.do(desk.mixer.seek, 0.2)
    desk.block(10)
    assert desk.clock.read().serial == 2
    assert desk.clock.read().status == "paused"


def test_another_rate_keeps_the_place_and_drops_the_sound(desk, y):
    desk.start(Ready(y))
    desk.run(2_000)
    desk.mixer.change_rate(2 * RATE_HZ)
    assert not desk.run(500).any()
    assert desk.clock.read().position_s == pytest.approx(0.25)
    assert desk.clock.read().status == "loading"


def test_a_clip_that_was_just_asked_for_survives_another_rate(desk, y):
    desk.start(Ready(y), token=5)
    desk.do(desk.mixer.seek, 0.5)
    desk.mixer.change_rate(2 * RATE_HZ)
    tick = desk.clock.read()
    assert (tick.token, tick.status, tick.position_s, tick.serial) == (5, "loading", 0.5, 2)


def test_the_gain_is_corrected_of_the_right_voice_only(desk, y):
    desk.start(Ready(y), token=7)
    desk.do(desk.mixer.set_gain, 8, 0.0)
    assert desk.run(500)[RAMP:].any()
    desk.do(desk.mixer.set_gain, 7, 0.5)
    np.testing.assert_allclose(desk.run(500), 0.5 * y[500:1_000], atol=1e-6)
