import numpy as np

from merdesk.domain.split import Split
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.leakage import (
    label_columns,
    leak_guard,
    merged_groups,
    near_duplicates,
    pairs_by_key,
    same_labels,
    shared_groups,
)


def clips(n=100, d=30, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng.uniform(-1, 1, (n, 2))


def test_a_split_that_cuts_artists_is_reported_with_its_share():
    found = shared_groups(Split([0, 1, 2], [3, 4]), ["a", "b", "c", "a", "d"])
    assert found.share == 0.5
    assert "too high" in str(found)
    clean = shared_groups(Split([0, 1, 2], [4]), ["a", "b", "c", "a", "d"])
    assert str(clean) == "No group of the 1 test clips is in training."


def test_same_keys_in_one_dataset_or_empty_keys_are_no_pairs():
    assert pairs_by_key(["x", "x", "", ""], [0, 0, 0, 1]).shape == (0, 2)
    assert pairs_by_key([], []).shape == (0, 2)


def test_near_duplicates_are_found_in_few_and_in_many_columns():
    for d in (5, 30, 500):
        features, _ = clips(d=d)
        features[70] = features[3] * (1 + 1e-6)
        features[90] = features[3]
        assert near_duplicates(features).tolist() == [[3, 70], [3, 90], [70, 90]]


def test_clips_a_little_beyond_the_tolerance_are_no_duplicates():
    for d in (30, 500):
        features, _ = clips(d=d)
        features[70] = features[3] + 2e-3 * features.std(axis=0)
        assert len(near_duplicates(features)) == 0
        assert near_duplicates(features, tolerance=3e-3).tolist() == [[3, 70]]


def test_different_clips_and_constant_features_are_no_duplicates():
    assert len(near_duplicates(clips()[0])) == 0
    assert near_duplicates(np.ones((5, 3))).shape == (0, 2)
    assert near_duplicates(np.ones((1, 3))).shape == (0, 2)


def test_groups_of_duplicates_become_one_through_chains():
    merged = merged_groups([0, 1, 2, 3, 3], [[0, 1], [1, 2]])
    assert merged.tolist() == [0, 0, 0, 1, 1]


def test_nothing_is_said_of_sound_data():
    features, affect = clips()
    assert leak_guard(features, affect, split=Split(range(50), range(50, 100))) == []


def test_features_computed_from_labels_are_found():
    features, affect = clips()
    affect[50:] = affect[:50]
    made = np.repeat(affect, 10, axis=1) @ np.random.default_rng(1).normal(size=(20, 20))
    assert any("50 pairs of clips with identical labels" in warning for warning in leak_guard(made, affect))
    features[:, 4] = 3 * affect[:, 1] + 2
    assert any("columns 5 repeat" in warning for warning in leak_guard(features, affect))


def test_scores_above_the_ceilings_upper_bound_are_not_believed():
    features, affect = clips()
    ceilings = {"valence": Interval(0.8, 0.7, 0.85, 100, 50)}
    said = leak_guard(features, affect, r2={"valence": 0.9}, ceilings=ceilings)
    assert "0.90 is above" in said[0]
    assert leak_guard(features, affect, r2={"valence": 0.84}, ceilings=ceilings) == []


def test_twins_on_both_sides_of_a_split_are_found():
    features, affect = clips()
    features[80] = features[10]
    both = leak_guard(features, affect, split=Split(range(50), range(50, 100)))
    assert "1 pairs of near-identical clips stand on both sides" in both[0]
    assert leak_guard(features, affect, split=Split(range(50), range(50, 80))) == []


def test_a_column_that_is_a_label_up_to_offset_and_gain_is_named_from_one():
    rng = np.random.default_rng(0)
    labels, table = rng.normal(size=(40, 2)), rng.normal(size=(40, 4))
    table[:, 2] = 5 - 3 * labels[:, 1]
    table[:, 3] = 7.0
    labels[:5] = np.nan
    assert label_columns(table, labels) == [3]
    assert label_columns(table[:12], labels[:12]) == []


def test_labels_are_the_same_where_both_dimensions_are():
    labels = np.array([[0.1, 0.2], [0.1, 0.2], [0.1, 0.3]])
    assert same_labels(labels, np.array([[0, 1], [0, 2]])).tolist() == [True, False]
