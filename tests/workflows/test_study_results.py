"""Results of several machines come together: what is new is added, what differs is told, nothing is overwritten."""

import json
from dataclasses import replace

import numpy as np
import pytest
from helpers.project_rows import fill

from merdesk.domain.affect import UNIT_SCALE, Affect
from merdesk.domain.rating import Circumstances, Rating
from merdesk.domain.source import SourceTrace
from merdesk.domain.study import ClipRef, StudyPlan
from merdesk.errors import ProjectError
from merdesk.project import annotators, comparisons, history, ratings, said, studies, study_pairs
from merdesk.project.project import Project
from merdesk.project.studies import Asked
from merdesk.workflows import study_results, study_results_file

PLAN = StudyPlan(
    uid="u",
    title="Moods",
    clips=tuple(ClipRef("EmoMusic", str(n)) for n in range(4)),
    tasks=("point", "trace"),
    n_repeats=1,
)
PAIRS = replace(PLAN, tasks=("pairs",))
BLIND = Circumstances(-2.5, True, frozenset(), True, "keys", 5.0, 1)
TRACE = SourceTrace(np.arange(3) / 10, np.array([[0.1, 0.2], [0.3, np.nan], [0.5, 0.6]]), UNIT_SCALE)


def machine(path):
    project = Project.create(path)
    fill(project, 4)
    return project


def take_part(project, name, n=5, *, valence=0.5, plan=PLAN):
    """Answer the first n items of a person's order."""
    found = [study for study in studies.all(project) if study.plan.uid == "u"]
    study = found[0] if found else studies.add(project, plan)
    who = annotators.named(project, name)
    for item in plan.items(name)[:n]:
        clips = [int(clip.source_id) + 1 for clip in item.clips]
        asked = Asked(study, item, clips[0], who, "Headphones", clips[-1])
        if item.task == "pairs":
            said = {"valence": 1 if valence > 0 else -1, "arousal": 0}
            study_pairs.answer(project, asked, said, BLIND, -1.0)
            continue
        rating = Rating(Affect(valence, -0.25), 4, ("warm",), "a note", BLIND)
        if item.task == "point":
            studies.answer(project, asked, rating)
        else:
            studies.answer_trace(project, asked, TRACE, replace(rating, affect=None), rate_hz=10)
    return study


@pytest.fixture
def home(tmp_path):
    with machine(tmp_path / "home.merdesk") as project:
        yield project


@pytest.fixture
def away(tmp_path):
    with machine(tmp_path / "away.merdesk") as project:
        yield project


def sent(project, path):
    (study,) = studies.all(project)
    study_results_file.save(project, study, path)
    return path


def kept(project):
    """Every answer as columns, by name and place."""
    columns = "name, position, task, part, clip_id, valence, arousal, time_s, affect, note, gain_db, study_answer.given_at"
    return project.database.rows(
        f"SELECT {columns} FROM study_answer JOIN annotator ON annotator.id = annotator_id ORDER BY 1, 2"
    )


def test_answers_arrive_as_they_were_given(home, away, tmp_path):
    take_part(home, "Ann", 2)
    study = take_part(away, "Ben", 7)
    studies.enrol(away, study, annotators.named(away, "Ben"), {"Age": "40"})
    own = kept(home)
    merging = study_results.preview(home, study_results_file.load(sent(away, tmp_path / "away.merresults")))
    assert merging.sentence == "7 new answers by 1 person."
    study_results.merge(home, merging)
    assert kept(home) == own + kept(away)
    assert said.said_by(home, 1, "Ben") == Affect(0.5, -0.25)
    assert len(ratings.all(home)) == len(ratings.all(away)) + 2
    (found,) = studies.all(home)
    assert studies.is_enrolled(home, found, annotators.named(home, "Ben"))


def test_a_study_that_is_new_here_comes_with_its_results(home, away, tmp_path):
    take_part(away, "Ben")
    study_results.merge(
        home, study_results.preview(home, study_results_file.load(sent(away, tmp_path / "a")))
    )
    assert [study.plan for study in studies.all(home)] == [PLAN]
    assert kept(home) == kept(away)


def test_merging_twice_adds_nothing(home, away, tmp_path):
    take_part(away, "Ben")
    results = study_results_file.load(sent(away, tmp_path / "a"))
    study_results.merge(home, study_results.preview(home, results))
    again = study_results.preview(home, results)
    assert (again.new, again.n_same, again.conflicts) == ((), 5, ())


def test_a_conflict_is_shown_and_what_is_here_stands(home, away, tmp_path):
    take_part(home, "Ann", 1, valence=-1.0)
    take_part(away, "Ann", 2, valence=0.5)
    before = kept(home)
    merging = study_results.preview(home, study_results_file.load(sent(away, tmp_path / "a")))
    (conflict,) = merging.conflicts
    assert str(conflict) == (
        "Ann, answer 1: valence \N{MINUS SIGN}1.00, arousal \N{MINUS SIGN}0.25 is kept, the file says valence +0.50, arousal \N{MINUS SIGN}0.25"
    )
    study_results.merge(home, merging)
    assert kept(home)[:1] == before
    assert len(kept(home)) == 2


def test_a_rating_that_was_given_outside_of_the_study_is_not_overwritten(home, away, tmp_path):
    ann = annotators.named(home, "Ann")
    for clip_id in range(1, 5):
        ratings.give(home, clip_id=clip_id, annotator_id=ann, rating=Rating(Affect(0.0, 0.0)))
    take_part(away, "Ann", 4)
    study_results.merge(
        home, study_results.preview(home, study_results_file.load(sent(away, tmp_path / "a")))
    )
    assert {said.said_by(home, clip_id, "Ann") for clip_id in range(1, 5)} == {Affect(0.0, 0.0)}


def test_pairs_arrive_as_they_were_given(home, away, tmp_path):
    take_part(home, "Ann", 2, plan=PAIRS)
    study = take_part(away, "Ben", plan=PAIRS)
    merging = study_results.preview(home, study_results_file.load(sent(away, tmp_path / "a")))
    assert merging.sentence == "5 new answers by 1 person."
    study_results.merge(home, merging)
    (found,) = studies.all(home)
    ben = annotators.named(home, "Ben")
    there = study_pairs.rows(away, study, annotators.named(away, "Ben"))
    assert study_pairs.rows(home, found, ben) == there
    assert [one.comparison for one in comparisons.all(home, ben)] == [
        one.comparison for one in comparisons.all(away)
    ]
    assert study_results.preview(home, merging.results).n_same == 5
    history.undo(home)
    assert comparisons.all(home, ben) == []


def test_a_conflict_about_a_pair_is_told_in_words(home, away, tmp_path):
    take_part(home, "Ann", 1, valence=-1.0, plan=PAIRS)
    take_part(away, "Ann", 1, plan=PAIRS)
    merging = study_results.preview(home, study_results_file.load(sent(away, tmp_path / "a")))
    (conflict,) = merging.conflicts
    assert str(conflict) == (
        "Ann, answer 1: the second has more valence, neither has more arousal is kept, "
        "the file says the first has more valence, neither has more arousal"
    )
    assert merging.new == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda pairs: pairs["0"].update(valence=2),
        lambda pairs: pairs["0"].update(valence=None),
        lambda pairs: pairs["0"].pop("second_gain_db"),
        lambda pairs: pairs.update({"77": pairs["0"]}),
        lambda pairs: pairs.update(x=3),
    ],
)
def test_a_hostile_answer_about_a_pair_is_refused(home, away, tmp_path, change):
    take_part(away, "Ben", plan=PAIRS)
    path = changed(sent(away, tmp_path / "a"), lambda record: change(record["people"]["Ben"]["pairs"]))
    with pytest.raises(ProjectError):
        study_results.preview(home, study_results_file.load(path))


def test_an_answer_about_a_clip_is_none_about_a_pair(home, away, tmp_path):
    take_part(away, "Ben")
    take_part(home, "Ben", plan=PAIRS)
    pairs = json.loads(sent(home, tmp_path / "b").read_text(encoding="utf-8"))["people"]["Ben"]["pairs"]
    path = changed(sent(away, tmp_path / "a"), lambda record: record["people"]["Ben"].update(pairs=pairs))
    with pytest.raises(ProjectError), machine(tmp_path / "third.merdesk") as third:
        study_results.preview(third, study_results_file.load(path))


def test_a_merge_is_one_step_that_undo_takes_back(home, away, tmp_path):
    take_part(home, "Ann", 2)
    take_part(away, "Ben")
    before = kept(home)
    study_results.merge(
        home, study_results.preview(home, study_results_file.load(sent(away, tmp_path / "a")))
    )
    history.undo(home)
    assert kept(home) == before
    assert said.said_by(home, 1, "Ben") is None


def changed(path, change):
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def answers(record):
    return record["people"]["Ben"]["answers"]


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.pop("plan"),
        lambda record: record.update(people=[1]),
        lambda record: answers(record).update(x={}),
        lambda record: answers(record)["0"].update(valence=5),
        lambda record: answers(record)["0"].update(valence=None),
        lambda record: answers(record)["0"].update(confidence=9),
        lambda record: answers(record)["0"].update(n_plays=1.5),
        lambda record: answers(record)["0"].update(heard_s=float("inf")),
        lambda record: answers(record)["0"].update(tags="{"),
        lambda record: answers(record)["0"].update(affect="%%%"),
        lambda record: answers(record).update({"99": answers(record)["0"]}),
        lambda record: answers(record)["5"].update(affect="AAAA"),
        lambda record: record["plan"].update(title="Another"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence_and_changes_nothing(home, away, tmp_path, change):
    take_part(home, "Ann", 1)
    take_part(away, "Ben", 6)
    path = changed(sent(away, tmp_path / "results"), change)
    before = kept(home)
    with pytest.raises(ProjectError) as refused:
        study_results.preview(home, study_results_file.load(path))
    assert "\n" not in str(refused.value)
    assert kept(home) == before
