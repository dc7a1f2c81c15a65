"""Extraction in processes: nothing is lost, nothing hangs, nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import odd_extractors
import psutil
import pytest
import soundfile

from merdesk.errors import Cancelled, FeatureError
from merdesk.features.executor import STEP_COMPILE, STEP_EXTRACT, STEP_START, LocalExecutor, Unit
from merdesk.progress import Progress

QUICK = "odd_extractors:Quick"
ODD = "odd_extractors:Odd"
RATE_HZ = 8000
Executor = partial(LocalExecutor, loudness=False)


@pytest.fixture
def clip(tmp_path):
    """Writes a second of constant level and returns its unit."""

    def write(number: int, level: float = 0.1, *, seconds: float = 1.0, name: str = "") -> Unit:
        path = tmp_path / (name or f"clip {number}.wav")
        soundfile.write(path, np.full(int(RATE_HZ * seconds), level), RATE_HZ, subtype="FLOAT")
        return Unit(number, number, os.fsencode(path))

    return write


def results_of(names, units, *, n_workers=1, progress=None, **options):
    with Executor(names, n_workers, **options) as executor:
        return {r.unit.clip_id: r for r in executor.run(units, progress or Progress())}


@pytest.mark.parametrize(("n_workers", "cores"), [(1, 6), (2, 3), (9, 1)])
def test_processes_share_the_cores_among_them(clip, monkeypatch, n_workers, cores):
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    results = results_of(["odd_extractors:Cores"], [clip(1)], n_workers=n_workers)
    assert results[1].features["odd_extractors:Cores"].pooled[0] == cores


def test_every_unit_gets_one_result_with_features_and_digest(clip):
    units = [clip(i, 0.01 * i) for i in range(1, 8)]
    progress = Progress()
    with Executor([QUICK], 2) as executor:
        results = list(executor.run(units, progress))
    assert sorted(r.unit.clip_id for r in results) == list(range(1, 8))
    for result in results:
        assert result.problem is None
        assert result.features[QUICK].pooled == pytest.approx([0.01 * result.unit.clip_id] * 2)
        assert result.features[QUICK].frames.shape == (2, 2)
        assert len(result.digest) == 32
    assert len({r.digest for r in results}) == 7
    state = progress.state()
    assert (state.step, state.done, state.total) == (STEP_EXTRACT, 7, 7)


def test_the_loudness_of_the_span_is_measured(tmp_path):
    t = np.arange(4 * RATE_HZ) / RATE_HZ
    tone = np.where(t < 2, 0.5, 0.05) * np.sin(2 * np.pi * 1000 * t)
    soundfile.write(tmp_path / "tone.wav", tone, RATE_HZ)
    path = os.fsencode(tmp_path / "tone.wav")
    with LocalExecutor([QUICK], 1) as executor:
        units = [Unit(1, 1, path, 0.0, 2.0), Unit(2, 1, path, 2.0, 2.0)]
        loudness = {r.unit.clip_id: r.loudness_lufs for r in executor.run(units, Progress())}
    # BS.1770: a 1 kHz sine at full scale in one channel has -3.01 LUFS.
    assert loudness == pytest.approx({1: -3.01 - 6.02, 2: -3.01 - 26.02}, abs=0.2)


def test_workers_stay_warm_between_runs(clip):
    units = [clip(1), clip(2)]
    progress = Progress()
    begun = []
    progress.begin = lambda step, total=None: begun.append(step)
    with Executor([QUICK], 1) as executor:
        list(executor.run(units[:1], progress))
        before = [p.pid for p in active_children()]
        list(executor.run(units, progress))
        assert [p.pid for p in active_children()] == before
    assert begun == [STEP_START, STEP_EXTRACT, STEP_EXTRACT]


def test_a_unit_may_ask_for_some_extractors_and_bring_its_digest(clip):
    unit = clip(1)
    asked = Unit(1, 1, unit.path, digest=b"known", extractors=(ODD,))
    result = results_of([QUICK, ODD], [asked])[1]
    assert list(result.features) == [ODD]
    assert result.digest == b"known"


def test_units_are_taken_when_there_is_room_for_them(clip):
    taken = []

    def units():
        for number in range(1, 9):
            taken.append(number)
            yield clip(number)

    with Executor([QUICK], 1) as executor:
        results = executor.run(units(), Progress())
        next(results)
        assert len(taken) <= 4
        assert len(list(results)) == 7


def test_no_units_start_no_process():
    with Executor([QUICK], 1) as executor:
        assert list(executor.run([], Progress())) == []
        assert not active_children()


def test_libraries_in_workers_use_one_thread(clip, monkeypatch):
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    name = "odd_extractors:Environment"
    result = results_of([name], [clip(1)])[1]
    assert result.features[name].pooled.tolist() == [1, 1, 1, 1]
    assert "MKL_NUM_THREADS" not in os.environ


def test_a_poison_clip_is_named_after_its_second_kill_and_the_rest_goes_on(clip, tmp_path, monkeypatch):
    monkeypatch.setenv("MERDESK_TEST_MARK", str(tmp_path / "kills"))
    units = [clip(1), clip(2, odd_extractors.POISON, name="poison.wav"), *(clip(i) for i in range(3, 7))]
    results = results_of([ODD], units, n_workers=2)
    assert sorted(results) == [1, 2, 3, 4, 5, 6]
    assert "poison.wav was set aside because two processes died over it" in results[2].problem
    assert "SIGKILL" in results[2].problem
    assert (tmp_path / "kills").read_text() == "kk"
    assert [i for i, r in results.items() if r.problem] == [2]


def test_a_clip_whose_worker_dies_once_is_done_the_second_time(clip, tmp_path, monkeypatch):
    monkeypatch.setenv("MERDESK_TEST_MARK", str(tmp_path / "mark"))
    results = results_of(["odd_extractors:OnceDeadly"], [clip(1), clip(2), clip(3)])
    assert [results[i].problem for i in (1, 2, 3)] == [None] * 3
    assert (tmp_path / "mark").exists()


def test_many_poison_clips_in_a_row_do_not_stop_the_run(clip):
    results = results_of(
        [ODD], [*(clip(i, odd_extractors.POISON) for i in range(1, 5)), clip(5)], n_workers=2
    )
    assert [bool(results[i].problem) for i in range(1, 6)] == [True] * 4 + [False]


def test_a_file_that_takes_too_long_is_set_aside(clip):
    results = results_of([ODD], [clip(1, odd_extractors.SLOW), clip(2)], timeout_s=1.5)
    assert "it took longer than 1.5 s" in results[1].problem
    assert results[2].problem is None


def test_a_defect_in_one_extractor_costs_only_its_own_features(clip):
    result = results_of([ODD, QUICK], [clip(1, odd_extractors.BROKEN)])[1]
    assert list(result.features) == [QUICK]
    assert "ZeroDivisionError: a defect" in result.problem
    assert "Traceback" in result.details


def test_an_expected_problem_is_told_in_its_own_sentence(clip):
    result = results_of([ODD], [clip(1, odd_extractors.REFUSED)])[1]
    assert (result.problem, result.details) == ("This clip cannot be described; choose another.", "")


def test_files_that_are_missing_broken_or_too_short_become_problems(clip, tmp_path):
    (tmp_path / "noise.mp3").write_bytes(bytes(range(256)) * 40)
    units = [
        Unit(1, 1, os.fsencode(tmp_path / "gone.wav")),
        Unit(2, 2, os.fsencode(tmp_path / "noise.mp3")),
        clip(3, seconds=0.1),
        clip(4),
    ]
    results = results_of([QUICK], units)
    assert "gone.wav" in results[1].problem
    assert "noise.mp3" in results[2].problem
    assert "only 0.10 s long" in results[3].problem
    assert results[4].problem is None
    assert all(not results[i].features for i in (1, 2, 3))


@pytest.mark.skipif(sys.platform != "linux", reason="only there a name may be any bytes")
def test_a_name_that_is_no_text_is_read_and_can_be_told(clip, tmp_path):
    raw = os.fsencode(tmp_path) + b"/\xff\xfe name.wav"
    Path(os.fsdecode(clip(1).path)).rename(os.fsdecode(raw))
    results = results_of([QUICK], [Unit(1, 1, raw), Unit(2, 2, raw + b"x")])
    assert results[1].problem is None
    results[2].problem.encode("utf-8")


def test_cancel_ends_the_processes_and_raises(clip):
    progress = Progress()
    executor = Executor([ODD], 2)
    results = executor.run([clip(1), clip(2, odd_extractors.SLOW), clip(3, odd_extractors.SLOW)], progress)
    next(results)
    progress.cancel()
    with pytest.raises(Cancelled):
        list(results)
    assert not active_children()


def test_leaving_the_iteration_early_ends_the_processes(clip):
    executor = Executor([ODD], 2)
    results = executor.run([clip(i) for i in range(1, 9)], Progress())
    next(results)
    results.close()
    assert not active_children()
    assert len(list(executor.run([clip(1)], Progress()))) == 1
    executor.close()


def test_one_executor_drives_one_run_at_a_time(clip):
    with Executor([QUICK], 1) as executor:
        results = executor.run([clip(1), clip(2)], Progress())
        next(results)
        with pytest.raises(ValueError, match="one run at a time"):
            next(executor.run([clip(1)], Progress()))
        results.close()


@pytest.mark.parametrize(
    ("factory", "error", "words"),
    [
        ("unwilling", FeatureError, "weights are missing"),
        ("faulty", RuntimeError, "ZeroDivisionError"),
        ("deadly", FeatureError, "signal SIGKILL"),
    ],
)
def test_an_extractor_that_cannot_start_is_told(clip, factory, error, words):
    executor = Executor([f"odd_extractors:{factory}"], 1)
    with pytest.raises(error, match=words):
        list(executor.run([clip(1)], Progress()))
    assert not active_children()


def test_workers_leave_when_their_parent_is_killed(clip):
    script = (
        "import sys; sys.path[:0] = {path!r}\n"
        "from merdesk.features.executor import LocalExecutor, Unit\n"
        "from merdesk.progress import Progress\n"
        "if __name__ == '__main__':\n"
        "    units = [Unit(i, i, path.encode()) for i, path in enumerate({units!r})]\n"
        "    for result in LocalExecutor(['odd_extractors:Odd'], 2).run(units, Progress()):\n"
        "        print('one', flush=True)\n"
    )
    units = [os.fsdecode(clip(i, level).path) for i, level in enumerate([0.1, 0.8, 0.8], 1)]
    runner = Path(os.fsdecode(clip(9).path)).with_name("runner.py")
    runner.write_text(script.format(path=[str(Path(__file__).parent)], units=units))
    with subprocess.Popen([sys.executable, runner], stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"one\n"
        family = _settled(psutil.Process(parent.pid), 2)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


def _settled(parent, n_workers):
    """Children of a process once its workers are there; the resource tracker is one more."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        family = parent.children(recursive=True)
        if len([p for p in family if "spawn_main" in " ".join(p.cmdline())]) >= n_workers:
            return family
        time.sleep(0.02)
    raise AssertionError("the workers did not start")


@pytest.mark.slow
def test_compilation_on_first_use_is_a_step_of_its_own(clip, tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    begun = []
    for _ in range(2):
        progress = Progress()
        progress.begin = lambda step, total=None: begun.append(step)
        with Executor(["chroma", "classic"], 2) as executor:
            results = list(executor.run([clip(1), clip(2), clip(3)], progress))
        assert not [r.problem for r in results if r.problem]
    assert begun == [STEP_START, STEP_COMPILE, STEP_EXTRACT, STEP_START, STEP_EXTRACT]
