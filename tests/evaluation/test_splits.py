import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merdesk.errors import ModelError
from merdesk.evaluation.quadrants import quadrants
from merdesk.evaluation.splits import (
    folds_note,
    group_sample,
    grouped_folds,
    leave_one_out,
    official_split,
)


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 80), st.integers(2, 20), st.integers(2, 6), st.integers(0, 100))
def test_no_group_stands_on_both_sides_and_every_row_is_tested_once(n, n_groups, n_folds, seed):
    rng = np.random.default_rng(seed)
    affect, groups = rng.normal(size=(n, 2)), rng.integers(0, n_groups, n)
    groups[:2] = [0, 1]
    splits = grouped_folds(affect, groups, n_folds, seed)
    assert len(splits) >= 2
    assert sorted(np.concatenate([split.test for split in splits]).tolist()) == list(range(n))
    for split in splits:
        assert not set(groups[split.train].tolist()) & set(groups[split.test].tolist())
        assert len(split.train) + len(split.test) == n


def test_quadrants_are_spread_over_folds():
    rng = np.random.default_rng(0)
    affect = rng.normal(0.2, 0.5, (600, 2))
    splits = grouped_folds(affect, np.arange(600) // 3, 5)
    shares = np.array([np.bincount(quadrants(affect)[split.test], minlength=4) for split in splits]) / 120
    assert np.ptp(shares, axis=0).max() < 0.06


def test_same_seed_same_folds_other_seed_other_folds():
    affect = np.random.default_rng(0).normal(size=(60, 2))
    groups = np.arange(60) // 2

    def folds(seed):
        return [split.test.tolist() for split in grouped_folds(affect, groups, 5, seed)]

    assert folds(1) == folds(1)
    assert folds(1) != folds(2)


def test_fewer_groups_than_folds_hold_out_each_group():
    affect = np.random.default_rng(0).normal(size=(30, 2))
    splits = grouped_folds(affect, np.arange(30) // 10, 5)
    assert [len(split.test) for split in splits] == [10, 10, 10]
    assert "3 groups are fewer than 5 folds" in folds_note(np.arange(30) // 10, 5)
    assert folds_note(np.arange(30), 5) == ""


def test_one_group_is_refused_with_a_sentence():
    with pytest.raises(ModelError, match="none can be held out"):
        grouped_folds(np.zeros((4, 2)), np.zeros(4))


def test_leave_one_out_holds_out_each_dataset_once():
    splits = leave_one_out([2, 0, 2, 5])
    assert [split.test.tolist() for split in splits] == [[1], [0, 2], [3]]
    assert splits[0].train.tolist() == [0, 2, 3]


def test_official_split_leaves_unnamed_clips_out():
    split = official_split(["development", "evaluation", "", "development"], test="evaluation")
    assert split.train.tolist() == [0, 3]
    assert split.test.tolist() == [1]
    with pytest.raises(ModelError, match="0 clips"):
        official_split(["development"] * 3, test="evaluation")


def test_group_samples_take_whole_groups():
    groups = np.repeat(np.arange(20), 3)
    rows = group_sample(groups, 25, seed=1)
    assert len(rows) == 27
    assert set(np.bincount(groups[rows])) <= {0, 3}
    assert len(group_sample(groups, 1000)) == 60


def test_leaving_a_dataset_out_leaves_out_copies_of_its_clips():
    first, second = leave_one_out([0, 0, 1, 1], groups=[7, 8, 7, 9])
    assert (first.train.tolist(), first.test.tolist()) == ([3], [0, 1])
    assert (second.train.tolist(), second.test.tolist()) == ([1], [2, 3])
