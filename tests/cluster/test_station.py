"""What a worker of Dask does with its units: one warm process, files in and out of reach, leaving."""

import dataclasses
import os
import threading
import time

import cluster_extractors
import numpy as np
import psutil
import pytest
import soundfile

from merdesk.audio.files import audio_digest, quick_key
from merdesk.cluster.jobs import Job, Order, OutOfReach
from merdesk.cluster.station import Station
from merdesk.errors import Cancelled
from merdesk.features.units import Unit

ORDER = Order("first", ("cluster_extractors:Level", "cluster_extractors:Whose"), 60.0, loudness=False)
LEVEL, WHOSE = ORDER.extractors


@pytest.fixture
def station():
    made = Station()
    yield made
    made._close()


@pytest.fixture
def clip(tmp_path):
    """Writes a second of constant level and returns its path."""

    def write(level=0.1, name="clip.wav"):
        path = tmp_path / name
        soundfile.write(path, np.full(8000, level), 8000, subtype="FLOAT")
        return path

    return write


def job(path, order=ORDER, key=True):
    return Job(order, Unit(1, 1, os.fsencode(path)), quick_key(path) if key else None)


def owner(result):
    return int(result.features[WHOSE].pooled[0])


def test_a_unit_is_answered_by_a_process_that_stays(station, clip):
    first, second = (station.extract(job(clip(level)), None) for level in (0.1, 0.2))
    assert first.features[LEVEL].pooled == pytest.approx([0.1, 0.1])
    assert second.features[LEVEL].pooled == pytest.approx([0.2, 0.2])
    assert owner(first) == owner(second) != os.getpid()


def test_bytes_take_the_place_of_a_file_out_of_reach(station, clip, tmp_path):
    path = clip()
    asked = dataclasses.replace(job(path), unit=Unit(1, 1, b"/elsewhere/clip.wav"))
    assert station.extract(asked, None) == OutOfReach()
    result = station.extract(asked, path.read_bytes())
    assert (result.unit, result.digest, result.problem) == (asked.unit, audio_digest(path), None)
    broken = station.extract(asked, b"no sound at all")
    assert "clip.wav" in broken.problem
    assert "merdesk-" not in broken.problem


def test_another_file_under_the_same_path_is_not_taken_for_it(station, clip):
    asked = job(clip(0.1))
    clip(0.2)
    assert station.extract(asked, None) == OutOfReach()
    assert station.extract(dataclasses.replace(asked, quick_key=None), None).problem is None


def test_a_deadly_clip_is_named_by_the_path_that_its_user_knows(station, clip):
    path = clip(cluster_extractors.POISON)
    unit = Unit(1, 1, b"/elsewhere/bad.wav")
    result = station.extract(Job(ORDER, unit, b"key"), path.read_bytes())
    assert result.problem.startswith("/elsewhere/bad.wav was set aside because two processes died over it")
    assert result.unit == unit


def test_who_leaves_ends_the_unit_in_hand_and_others_go_on(station, clip):
    slow = job(clip(cluster_extractors.SLOW))
    ended = []

    def work():
        with pytest.raises(Cancelled):
            station.extract(slow, None)
        ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: psutil.Process().children() and station._order is not None)
    station.leave("nobody")
    assert not ended
    station.leave("first")
    thread.join(20)
    assert ended
    with pytest.raises(Cancelled):
        station.extract(slow, None)
    other = dataclasses.replace(ORDER, run="second")
    assert station.extract(job(clip(), other), None).problem is None


def test_a_process_that_nobody_asks_any_more_ends(station, clip, monkeypatch):
    monkeypatch.setattr("merdesk.cluster.station.IDLE_S", 0.2)
    process = psutil.Process(owner(station.extract(job(clip()), None)))
    until(lambda: not process.is_running())


def test_other_extractors_take_another_process(station, clip):
    first = owner(station.extract(job(clip()), None))
    other = dataclasses.replace(ORDER, extractors=(WHOSE,))
    result = station.extract(job(clip(), other), None)
    assert list(result.features) == [WHOSE]
    assert owner(result) != first


def until(found):
    ends = time.monotonic() + 20
    while not found():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)
