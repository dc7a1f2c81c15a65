"""A study plan: the same for everybody, in an order of each person's own, and refused when it is anything else."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from merdesk.domain.study import Anchor, ClipRef, StudyPlan
from merdesk.domain.study_file import from_json, to_json
from merdesk.errors import ProjectError
from merdesk.evaluation.bradley_terry import components

CLIPS = tuple(ClipRef("Set", str(n), "", "Jazz" if n % 3 else "Rock") for n in range(24))
PLAN = StudyPlan(
    uid="a1",
    title="Moods",
    clips=CLIPS,
    tasks=("point", "trace"),
    instructions="**Listen**",
    consent="I agree",
    questions=("Age",),
    practice=(ClipRef("Set", "p"),),
    anchors=(Anchor(ClipRef("Set", "x"), 0.9, -0.8),),
    visible=("title",),
    n_repeats=4,
    break_every=6,
    seed=3,
)


def order(plan, person):
    return [(item.task, item.part, item.clip.source_id) for item in plan.items(person)]


def test_a_plan_reads_back_as_itself():
    assert from_json(to_json(PLAN)) == PLAN


def test_a_persons_order_is_always_the_same_and_no_other_persons():
    assert order(PLAN, "ann") == order(PLAN, "ann")
    assert order(PLAN, "ann") != order(PLAN, "ben")
    assert order(PLAN, "ann") != order(replace(PLAN, seed=4), "ann")


def test_everybody_meets_every_clip_once_in_each_task():
    for task in PLAN.tasks:
        met = Counter(item.clip for item in PLAN.items("ann") if (item.task, item.part) == (task, "item"))
        assert met == dict.fromkeys(CLIPS, 1)


def test_practice_comes_first_and_repeats_come_last_and_late():
    items = [item for item in PLAN.items("ann") if item.task == "point"]
    assert items[0].part == "practice"
    assert [item.part for item in items[-4:]] == ["repeat"] * 4
    first = {item.clip: item.position for item in items if item.part == "item"}
    assert min(item.position - first[item.clip] for item in items[-4:]) >= len(CLIPS) // 2


def test_blocks_between_breaks_have_the_same_share_of_each_genre():
    items = [item for item in replace(PLAN, anchors=()).items("ann") if item.part == "item"][:24]
    for start in range(0, 24, 6):
        assert Counter(item.clip.stratum for item in items[start : start + 6]) == {"Jazz": 4, "Rock": 2}


PAIRED = replace(PLAN, tasks=("pairs",), practice=CLIPS[:2], n_rounds=2)


def pairs_of(plan, person, part):
    return [item.clips for item in plan.items(person) if item.part == part]


def test_everybody_is_asked_the_same_pairs_in_an_order_of_their_own():
    ann, ben = (pairs_of(PAIRED, person, "item") for person in ("ann", "ben"))
    assert {frozenset(pair) for pair in ann} == {frozenset(pair) for pair in ben}
    assert len({frozenset(pair) for pair in ann}) == len(ann) == 2 * len(CLIPS)
    assert ann != ben
    assert pairs_of(PAIRED, "ann", "item") == ann


def test_each_round_of_pairs_meets_every_clip_twice_and_joins_all():
    for n_rounds in (1, 2, 3):
        pairs = replace(PAIRED, n_rounds=n_rounds).pairs()
        met = Counter(clip for pair in pairs for clip in pair)
        assert met == dict.fromkeys(CLIPS, 2 * n_rounds)
        numbers = [[CLIPS.index(clip) for clip in side] for side in zip(*pairs, strict=True)]
        assert set(components(len(CLIPS), *numbers)) == {0}


def test_a_pair_that_comes_again_is_turned_round():
    items = PAIRED.items("ann")
    asked = {item.clips for item in items if item.part == "item"}
    again = [item.clips for item in items if item.part == "repeat"]
    assert len(again) == 4
    assert {clips[::-1] for clips in again} <= asked
    assert [item.part for item in items[:1]] == ["practice"]


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_few_clips_have_each_pair_at_most_once(n):
    pairs = replace(PAIRED, clips=CLIPS[:n], n_rounds=10, n_repeats=0).pairs()
    assert len(pairs) == n * (n - 1) // 2
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)


def test_a_plan_of_before_pairs_and_categories_still_opens():
    record = json.loads(to_json(PLAN))
    for name in ("n_rounds", "categories", "tool"):
        del record[name]
    assert from_json(json.dumps(record)) == PLAN


def damaged(**changes):
    return json.dumps(json.loads(to_json(PLAN)) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"kind": "merdesk study plan"}',
        "[" * 100_000,
        to_json(PLAN)[:-40],
        damaged(kind="something else"),
        damaged(version=99),
        damaged(clips=[]),
        damaged(clips=[{"dataset": "a"}]),
        damaged(clips={"a": 1}),
        damaged(clips=json.loads(to_json(PLAN))["clips"] * 2),
        damaged(clips=json.loads(to_json(PLAN))["clips"] * 300),
        damaged(tasks=["sing"]),
        damaged(tasks=[["point"]]),
        damaged(title="x" * 30_000),
        damaged(title="\ud800"),
        damaged(n_repeats=-1),
        damaged(n_repeats=True),
        damaged(n_repeats=10**400),
        damaged(least_s=float("nan")),
        damaged(break_every=1e9),
        damaged(visible=["predictions"]),
        damaged(gain="loud"),
        damaged(n_rounds=0),
        damaged(tasks=["pairs"], clips=json.loads(to_json(PLAN))["clips"][:1], n_repeats=0),
        damaged(tool="voice"),
        damaged(categories=["word"] * 99),
        damaged(anchors=[{"clip": json.loads(to_json(PLAN))["clips"][0], "valence": 5, "arousal": 0}]),
    ],
)
def test_anything_else_is_refused_in_one_sentence(text):
    with pytest.raises(ProjectError) as refused:
        from_json(text, "moods.merstudy")
    assert str(refused.value).startswith("moods.merstudy is no study plan (")
    assert len(str(refused.value)) < 250
