"""Machines that would compute something else are refused, or their difference is told."""

import json

import cluster_extractors
import pytest

from merdesk.cluster.crew import Crew
from merdesk.cluster.versions import Versions, check_sets, differences, refusal, summary
from merdesk.errors import Failure, FeatureError
from merdesk.features.key import FeatureSet
from merdesk.progress import Progress

MINE = Versions("0.1.0", "3.11.7", (("numpy", "2.4.6"), ("librosa", "0.11.0"), ("torch", "2.13.0")))
LEVEL = "cluster_extractors:Level"
SET = FeatureSet.of(cluster_extractors.Level())


def told(merdesk="0.1.0", numpy="2.4.6"):
    packages = {
        "python": "3.11.7.final.0",
        "merdesk": merdesk,
        "numpy": numpy,
        "librosa": "0.11.0",
        "torch": None,
    }
    return {"host": {}, "packages": packages}


class Client:
    """Answers what `distributed.Client` is asked about workers; `greetings` by address."""

    status = "running"

    def __init__(self, versions, greetings, scheduler="0.1.0"):
        self.versions, self.greetings, self.scheduler = versions, greetings, scheduler

    def nthreads(self):
        return dict.fromkeys(self.versions, 1)

    def get_versions(self, packages):
        workers = {address: told(version) for address, version in self.versions.items()}
        return {"client": told(), "scheduler": told(self.scheduler), "workers": workers}

    def run(self, function, *arguments, workers, on_error):
        return {address: self.greetings[address] for address in workers}


def crew_of(versions, greetings=None, **options):
    greetings = greetings or {address: {LEVEL: SET} for address in versions}
    said = []
    crew = Crew(Client(versions, greetings, **options), (LEVEL,), said.append)
    return crew, said


def test_versions_are_read_and_shown():
    found = Versions.of(told())
    assert str(found) == "merdesk 0.1.0, Python 3.11.7, numpy 2.4.6, librosa 0.11.0, torch none"
    assert summary([found, found, Versions.of(told(numpy="1.0"))])[0] == f"2 workers: {found}"


def test_another_merdesk_is_refused_and_the_same_is_not():
    assert refusal("The worker at X", MINE, MINE) == ""
    other = Versions("0.2.0", MINE.python, MINE.others)
    assert refusal("The worker at X", other, MINE) == (
        "The worker at X has merdesk 0.2.0 and this computer 0.1.0; install the same version on all."
    )
    assert "has no merdesk" in refusal("The scheduler", Versions.of(told(merdesk=None)), MINE)


def test_other_libraries_are_told_and_not_refused():
    other = Versions("0.1.0", "3.12.1", (("numpy", "2.0.0"), *MINE.others[1:]))
    words = differences([MINE, other, other], MINE)
    assert words.startswith("The cluster has Python 3.12.1, numpy 2.0.0, this computer ")
    assert differences([MINE], MINE) == ""


def test_an_extractor_of_another_version_is_refused():
    with pytest.raises(
        FeatureError, match="X computes version 2 of cluster_extractors:Level and this computer"
    ):
        check_sets("X", {LEVEL: FeatureSet("level", 2, "{}")}, {})


def test_an_extractor_with_other_settings_is_refused_but_the_device_may_differ(monkeypatch):
    monkeypatch.setattr(cluster_extractors.Level, "settings", {"layer": 36, "precision": "bf16"})
    on_a_card = FeatureSet("level", 1, json.dumps({"layer": 36, "precision": "fp16"}))
    check_sets("X", {LEVEL: on_a_card}, {})
    check_sets("X", {LEVEL: on_a_card}, {LEVEL: on_a_card})
    with pytest.raises(FeatureError, match=r"X computes .* with another layer"):
        check_sets("X", {LEVEL: FeatureSet("level", 1, '{"layer": 35}')}, {})
    # Two workers with different devices would put two precisions under one name.
    with pytest.raises(FeatureError, match="with another precision; give all machines the same"):
        check_sets("X", {LEVEL: on_a_card}, {LEVEL: FeatureSet.of(cluster_extractors.Level())})


def test_all_workers_are_greeted_and_shown():
    crew, said = crew_of({"a": "0.1.0", "b": "0.1.0"})
    crew.gather(Progress(), "tcp://there:1")
    assert sorted(crew.hands) == ["a", "b"]
    assert crew.sets == {LEVEL: SET}
    assert said == ["2 workers: merdesk 0.1.0, Python 3.11.7, numpy 2.4.6, librosa 0.11.0, torch none"]


@pytest.mark.parametrize(
    ("versions", "options", "words"),
    [
        ({"a": "0.1.0", "b": "0.0.9", "c": "0.0.9"}, {}, "at b has merdesk 0.0.9 .* So for 1 other worker"),
        ({"a": "0.1.0"}, {"scheduler": None}, "The scheduler has no merdesk"),
        (
            {"a": "0.1.0"},
            {"greetings": {"a": Failure("The weights are missing.", True)}},
            "at a cannot extract: The w",
        ),
        ({"a": "0.1.0"}, {"greetings": {"a": ImportError("no module")}}, "at a cannot extract: no module"),
    ],
)
def test_who_cannot_take_part_stops_the_start(versions, options, words):
    crew, _ = crew_of(versions, **options)
    with pytest.raises(FeatureError, match=words):
        crew.gather(Progress(), "tcp://there:1")


def test_a_scheduler_without_workers_is_said(monkeypatch):
    monkeypatch.setattr("merdesk.cluster.crew.WAIT_S", 0.0)
    with pytest.raises(FeatureError, match="tcp://there:1 has no workers; start some"):
        crew_of({})[0].gather(Progress(), "tcp://there:1")


def test_who_comes_later_is_greeted_or_left_out_and_who_goes_is_returned():
    crew, said = crew_of({"a": "0.1.0"})
    crew.gather(Progress(), "tcp://there:1")
    crew._client.versions = {"b": "0.1.0", "c": "7"}
    crew._client.greetings["b"] = {LEVEL: SET}
    assert [hand.address for hand in crew.muster()] == ["a"]
    assert list(crew.hands) == ["b"]
    assert said[1:] == [
        "The worker at c has merdesk 7 and this computer 0.1.0; install the same version on all. It is left out."
    ]
    crew.muster()
    assert len(said) == 2


def test_the_last_worker_that_fails_ends_the_run_with_its_words():
    crew, said = crew_of({"a": "0.1.0", "b": "0.1.0"})
    crew.gather(Progress(), "tcp://there:1")
    crew.leave_out(crew.hands["a"], "No memory.")
    assert said[-1] == "a is left out: No memory."
    with pytest.raises(FeatureError, match="No memory"):
        crew.leave_out(crew.hands["b"], "No memory.")
