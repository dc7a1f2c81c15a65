"""What is held out inside a training set: every row once, no group on both sides."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from merdesk.models.folds import dataset_folds, inner_folds


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 60), st.integers(1, 12), st.integers(1, 4), st.integers(0, 100))
def test_every_row_is_held_out_once_and_no_group_stands_on_both_sides(n, n_groups, n_datasets, seed):
    rng = np.random.default_rng(seed)
    groups, datasets = rng.integers(0, n_groups, n), rng.integers(0, n_datasets, n)
    folds = inner_folds(groups, datasets)
    if len(np.unique(groups)) < 2:
        assert folds == []
        return
    assert np.sort(np.concatenate(folds)).tolist() == list(range(n))
    for rows in folds:
        assert not set(groups[rows]) & set(np.delete(groups, rows))


def test_datasets_that_share_no_group_are_held_out_as_they_are():
    assert [rows.tolist() for rows in dataset_folds([1, 2, 3, 4], [5, 6, 5, 6])] == [[0, 2], [1, 3]]


def test_copies_are_held_out_with_the_smaller_dataset():
    groups = [0, 1, 2, 3, 1, 4]
    assert [rows.tolist() for rows in dataset_folds(groups, [0, 0, 0, 0, 1, 1])] == [[0, 2, 3], [1, 4, 5]]


def test_a_dataset_within_another_leaves_groups_to_be_dealt():
    assert dataset_folds([0, 1, 0, 1], [0, 0, 1, 1]) == []
    assert [rows.tolist() for rows in inner_folds([0, 1, 0, 1], [0, 0, 1, 1])] == [[0, 2], [1, 3]]
