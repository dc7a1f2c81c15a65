"""The way to the loudspeaker, with a sound card that does as it is told: late blocks, two streams at once, its clock."""

from types import SimpleNamespace

import numpy as np
import pytest
from helpers.pulse import wait_until

from merdesk.audio import output as room
from merdesk.audio.mixer import Mixer
from merdesk.audio.output import Output
from merdesk.audio.pace import LATENCY_S, LATENCY_STEP
from merdesk.audio.playback import Clock
from merdesk.audio.voice import Voice

RATE_HZ = 8_000
BLOCK = 80


class Stream:
    """An open device; asks for sound when a test says so."""

    def __init__(self, latency, callback):
        self.latency, self.callback = latency, callback
        self.active = False

    def start(self):
        self.active = True

    def ask(self, *, dry=False, ahead_s=0.0):
        out = np.full((BLOCK, 2), np.nan, "f4")
        times = SimpleNamespace(outputBufferDacTime=5.0 + ahead_s, currentTime=5.0)
        self.callback(out, BLOCK, times, SimpleNamespace(output_underflow=dry))
        return out

    def stop(self, *, ignore_errors):
        assert ignore_errors
        self.active = False

    abort = stop

    def close(self, *, ignore_errors):
        assert ignore_errors


class Card:
    """What sounddevice offers of a machine with one card, which may be one that is opened only once."""

    def __init__(self):
        self.streams = []
        self.opens_once = False
        self.n_looked = 0

    def _terminate(self):
        self.n_looked += 1

    def _initialize(self):
        pass

    def query_devices(self, _=None, kind=None):
        device = {"name": "card", "index": 0, "max_output_channels": 2, "default_samplerate": RATE_HZ}
        return device if kind else [device]

    def OutputStream(self, *, latency, callback, **_):
        if self.opens_once and any(stream.active for stream in self.streams):
            raise OSError("Device unavailable")
        self.streams.append(Stream(latency, callback))
        return self.streams[-1]


class Tone:
    n_frames = 10 * RATE_HZ

    def read(self, start, n):
        return np.repeat(np.arange(start, start + n, dtype="f4")[:, None] / 1e6, 2, axis=1)


@pytest.fixture
def card(monkeypatch):
    card = Card()
    monkeypatch.setattr(room, "_library", lambda: card)
    monkeypatch.setattr("merdesk.audio.pace.SETTLING_S", 0.0)
    return card


@pytest.fixture
def clock():
    return Clock(Clock.memory())


@pytest.fixture
def mixer(clock):
    return Mixer(clock, RATE_HZ)


@pytest.fixture
def output(card, mixer):
    output = Output(mixer, silent=False, on_rate=mixer.change_rate)
    output.start()
    wait_until(lambda: bool(card.streams) and card.streams[0].active, "no device is opened")
    yield output
    output.stop()


def play(mixer):
    mixer.post(1, lambda: mixer.start(Voice(Tone(), 1, fade_s=0.0), playing=True))


def test_a_card_that_ran_dry_is_opened_with_more_latency_and_the_music_goes_on_there(card, output, mixer):
    play(mixer)
    first = card.streams[0]
    first.ask(dry=True)
    before = first.ask(dry=True)
    wait_until(lambda: len(card.streams) == 2, "it stays as it is")
    second = card.streams[1]
    wait_until(lambda: second.active, "the second stream is not started")
    after = np.concatenate([second.ask() for _ in range(50)])[:, 0]
    assert second.latency == LATENCY_STEP * LATENCY_S == LATENCY_STEP * first.latency
    assert after[after > 0][0] - before[-1, 0] == pytest.approx(1e-6, abs=1e-9)  # the very next sample
    assert not first.ask().any()
    wait_until(lambda: not first.active, "the first stream stays open")
    assert (output.n_underruns, output.state, card.n_looked) == (2, "ok", 1)


def test_a_card_that_is_opened_only_once_plays_on_as_it_is(card, output, mixer):
    card.opens_once = True
    play(mixer)
    for _ in range(2):
        card.streams[0].ask(dry=True)
    wait_until(lambda: output._pace.latency_s > LATENCY_S, "it is not noticed")
    assert card.streams[0].ask().any()
    assert (len(card.streams), output.state) == (1, "ok")


def test_a_card_that_is_opened_only_once_is_opened_anew_in_silence(card, output, mixer):
    card.opens_once = True
    play(mixer)
    for _ in range(2):
        card.streams[0].ask(dry=True)
    wait_until(lambda: output._pace.latency_s > LATENCY_S, "it is not noticed")
    mixer.post(2, mixer.pause)
    card.streams[0].ask()
    wait_until(lambda: len(card.streams) == 2, "it stays as it is")
    assert card.streams[1].latency == LATENCY_STEP * LATENCY_S


def test_the_new_stream_is_silent_until_the_old_one_is_heard_to_its_end(card, output, mixer):
    play(mixer)
    for _ in range(2):
        old = card.streams[0].ask(dry=True, ahead_s=1.0)
    wait_until(lambda: len(card.streams) == 2, "it stays as it is")
    heard = np.concatenate([card.streams[1].ask(ahead_s=0.01 * (i + 1)) for i in range(200)])[:, 0]
    n_quiet = int(heard.astype(bool).argmax())
    assert n_quiet / RATE_HZ == pytest.approx(1.0, abs=0.1)
    assert heard[n_quiet] - old[-1, 0] == pytest.approx(1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("told_s", "ahead_s"), [(0.03, 0.03 + BLOCK / RATE_HZ), (0.0, LATENCY_S), (900.0, LATENCY_S)]
)
def test_the_place_is_what_the_cards_clock_says_is_heard(card, output, mixer, clock, told_s, ahead_s):
    play(mixer)
    for _ in range(20):
        card.streams[0].ask(ahead_s=told_s)
    assert clock.read().position_s == pytest.approx(20 * BLOCK / RATE_HZ - ahead_s)
