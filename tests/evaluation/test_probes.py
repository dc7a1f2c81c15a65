import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from merdesk.evaluation.dominance import dominance
from merdesk.evaluation.permutation import GroupDeal
from merdesk.evaluation.probes import probe, subspace
from merdesk.evaluation.splits import grouped_folds
from merdesk.models.ridge import Ridge


def labelled(n_groups=60, per_group=4, d=8, n_classes=2, apart=1.0, seed=0):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), per_group)
    labels = groups % n_classes
    features = rng.normal(0, 0.5, (n_groups, d))[groups] + rng.normal(0, 1, (len(groups), d))
    features[:, 0] += apart * labels
    folds = grouped_folds(np.zeros((len(groups), 2)), groups, 5, seed)
    return features, labels, groups, folds


def test_scores_agree_with_scikit_learns_balanced_accuracy_and_auc_of_discriminant_analysis():
    features, labels, groups, folds = labelled(apart=2.0)
    found = probe(features, labels, groups, folds, n_permutations=20)
    margins = np.empty(len(labels))
    for split in folds:
        theirs = LinearDiscriminantAnalysis(priors=[0.5, 0.5]).fit(features[split.train], labels[split.train])
        margins[split.test] = theirs.decision_function(features[split.test])
    assert found.balanced_accuracy.value == pytest.approx(
        balanced_accuracy_score(labels, margins > 0), abs=0.03
    )
    assert found.auc == pytest.approx(roc_auc_score(labels, margins), abs=0.02)
    assert found.p < 0.05
    assert found.balanced_accuracy.value > found.null_high
    assert found.chance == 0.5


def test_labels_without_a_trace_in_the_features_are_named_by_chance():
    found = probe(*labelled(apart=0.0), n_permutations=100)
    assert found.p > 0.05
    assert found.balanced_accuracy.value < 0.65


def test_a_rare_class_counts_as_much_as_a_common_one():
    features, _, groups, folds = labelled(n_groups=100, apart=0.0)
    rare = (groups % 10 == 0).astype(int)
    found = probe(features, rare, groups, folds, n_permutations=20)
    assert found.balanced_accuracy.value < 0.65


def test_four_classes_are_named_and_the_interval_holds_the_value():
    features, labels, groups, folds = labelled(n_classes=4, apart=2.0)
    found = probe(features, labels, groups, folds, n_permutations=20)
    assert found.chance == 0.25
    assert found.balanced_accuracy.low < found.balanced_accuracy.value < found.balanced_accuracy.high
    assert found.balanced_accuracy.value > 0.5


def test_one_class_or_few_groups_have_no_p_and_a_note():
    features, labels, groups, folds = labelled()
    alone = probe(features, np.zeros_like(labels), groups, folds)
    assert np.isnan(alone.balanced_accuracy.value)
    assert "one class only" in alone.note
    features, labels, groups, folds = labelled(n_groups=8)
    few = probe(features, labels, groups, folds)
    assert np.isnan(few.p)
    assert "no p under 10" in few.note


def test_a_projected_subspace_leaves_nothing_for_the_probe():
    features, labels, groups, folds = labelled(apart=3.0)
    directions = subspace(features, labels)
    assert directions.shape == (8, 1)
    assert abs(directions[0, 0]) > 0.9
    left = features - (features @ directions) @ directions.T
    assert probe(left, labels, groups, folds, n_permutations=20).balanced_accuracy.value < 0.65


def test_dealing_keeps_units_whole_and_strata_apart():
    labels, clusters = np.array([0, 0, 1, 1, 1, 0]), np.array([5, 5, 5, 7, 7, 8])
    deal = GroupDeal(labels, clusters)
    assert len(deal.observed) == 4
    assert deal.observed[deal.unit_of].tolist() == labels.tolist()
    rng = np.random.default_rng(0)
    for _ in range(20):
        dealt = deal.shuffled(rng)
        assert sorted(dealt) == sorted(deal.observed)
        assert dealt[deal.unit_of][0] == dealt[deal.unit_of][1]
    strata = GroupDeal(np.repeat([0, 1], 10), np.arange(20), np.repeat([3, 4], 10))
    assert strata.shuffled(rng)[strata.unit_of].tolist() == [0] * 10 + [1] * 10
    assert deal.sums(np.ones(6)).sum() == 6


def test_dominance_tells_genre_from_music():
    rng = np.random.default_rng(0)
    features, labels, groups, folds = labelled(n_groups=90, n_classes=3, apart=3.0)
    by_genre = np.stack([labels * 0.3, labels * -0.3], axis=1) + rng.normal(0, 0.1, (len(labels), 2))
    by_music = features[:, 3:5] * 0.2 + rng.normal(0, 0.1, (len(labels), 2))
    for row in dominance(Ridge(), features, by_genre, labels, groups, folds, n_resamples=100):
        assert row.rank == 2
        assert row.oracle.value > 0.8
        assert row.without.value < row.without_random - 0.2
    for row in dominance(Ridge(), features, by_music, labels, groups, folds, n_resamples=100):
        assert row.oracle.value < 0.1
        assert row.without.value > row.whole.value - 0.1
