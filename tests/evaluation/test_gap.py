import numpy as np
import pytest
import scipy.linalg

from merdesk.evaluation.basis import joint_basis
from merdesk.evaluation.frechet import Frechet
from merdesk.evaluation.gap import feature_gap, label_gap, top_columns


def a_dataset(n_groups=40, per_group=4, d=2, seed=0, shift=0.0, between=0.25, within=0.1):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), per_group)
    values = rng.normal(0, between, (n_groups, d))[groups] + rng.normal(0, within, (len(groups), d))
    return np.clip(values + shift, -1, 1), groups


def gap_of(measure, *, shift, seed=0, d=2, **options):
    (a, groups_a), (b, groups_b) = a_dataset(seed=seed, d=d), a_dataset(seed=seed + 1000, d=d, shift=shift)
    return measure(a, b, groups_a, groups_b, **options)


@pytest.mark.parametrize(("measure", "d"), [(label_gap, 2), (feature_gap, 20)])
def test_a_planted_shift_is_found_and_exceeds_its_null_and_its_halves(measure, d):
    for name, found in gap_of(measure, shift=0.4, d=d, n_permutations=99).items():
        assert found.p == 0.01, name
        assert found.value > found.null_high
        assert found.value > max(found.halves), name
        assert found.n == (160, 160)
        assert found.n_groups == (40, 40)


def test_the_size_of_a_shift_is_its_wasserstein_distance():
    found = gap_of(label_gap, shift=[0.3, 0.0], n_permutations=20)
    assert found["valence_w1"].value == pytest.approx(0.3, abs=0.1)
    assert found["transport"].value == pytest.approx(0.3, abs=0.1)


def test_clustered_data_of_one_distribution_is_told_apart_only_when_clips_are_dealt_singly():
    by_group = by_clip = 0
    for seed in range(30):
        (a, groups), (b, _) = a_dataset(seed=seed, d=8), a_dataset(seed=seed + 500, d=8)
        by_group += feature_gap(a, b, groups, groups, n_permutations=39, seed=seed)["mmd2"].p <= 0.05
        rows = np.arange(len(a))
        by_clip += feature_gap(a, b, rows, rows, n_permutations=39, seed=seed)["mmd2"].p <= 0.05
    assert by_group <= 5  # binomial(30, .05) exceeds this once in 300
    assert by_clip >= 20


def test_the_frechet_distance_of_gaussians_is_that_of_their_moments():
    rng = np.random.default_rng(0)
    mix = rng.normal(size=(4, 4))
    a, b = rng.normal(size=(3000, 4)), rng.normal(size=(3000, 4)) @ mix + 1
    codes = np.arange(6000)
    side = np.repeat([1.0, 0.0], 3000)[None]
    found = Frechet(np.concatenate([a, b]), codes, smaller=3000)(side, 1 - side)[0]
    cross = scipy.linalg.sqrtm(np.cov(a.T, bias=True) @ np.cov(b.T, bias=True))
    wanted = ((a.mean(axis=0) - b.mean(axis=0)) ** 2).sum()
    wanted += np.trace(np.cov(a.T, bias=True) + np.cov(b.T, bias=True) - 2 * cross.real)
    assert found == pytest.approx(wanted, rel=1e-6)


def test_the_frechet_distance_uses_only_as_many_columns_as_clips_can_carry():
    found = gap_of(feature_gap, shift=0.0, d=40, n_permutations=19)["frechet"]
    assert found.value < 2 * max(found.halves)
    (few, groups), (many, theirs) = a_dataset(4, per_group=2, d=3), a_dataset(d=3)
    note = feature_gap(few, many, groups, theirs, n_permutations=5)["frechet"].note
    assert note == "too few clips for this distance"


def test_under_ten_groups_there_is_no_p_and_the_note_says_so():
    (a, _), (b, groups) = a_dataset(), a_dataset(seed=1)
    found = label_gap(a, b, np.arange(160) // 20, groups, n_permutations=20)["valence_w1"]
    assert np.isnan(found.p)
    assert np.isfinite(found.value)
    assert "no p under 10" in found.note


def test_large_sets_are_drawn_from_by_whole_groups_and_it_is_said():
    (a, groups_a), (b, groups_b) = a_dataset(700), a_dataset(seed=1)
    found = label_gap(a, b, groups_a, groups_b, n_permutations=20)
    assert found["energy"].n[0] == 2000
    assert found["energy"].note == "2000 of 2800 clips drawn by whole groups"
    assert found["valence_w1"].n[0] == 2800
    assert found["valence_w1"].note == ""


def test_the_same_seed_gives_the_same_numbers():
    assert gap_of(label_gap, shift=0.1, n_permutations=20) == gap_of(label_gap, shift=0.1, n_permutations=20)


def test_no_clips_and_values_that_are_not_numbers():
    empty = label_gap(np.empty((0, 2)), np.zeros((5, 2)), [], range(5), n_permutations=5)
    assert all(np.isnan(found.value) and "under two clips" in found.note for found in empty.values())
    with pytest.raises(ValueError, match="must be numbers"):
        label_gap(np.full((5, 2), np.nan), np.zeros((5, 2)), range(5), range(5))


def test_columns_that_differ_most_come_first():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(300, 30)), rng.normal(size=(200, 30))
    b[:, 7] += 2.0
    b[:, 3] += 1.0
    top = top_columns(a, b, n_top=5)
    assert [column for column, _ in top[:2]] == [7, 3]
    assert top[0][1] == pytest.approx(2.0, abs=0.25)
    assert top_columns(a[:0], b) == []


@pytest.mark.parametrize(("n", "d"), [(50, 200), (300, 20)])
def test_the_basis_keeps_distances_when_it_keeps_all_variance(n, d):
    rng = np.random.default_rng(0)
    features = rng.normal(2, 3, (2 * n, d)).astype(np.float32)
    basis = joint_basis(features, np.repeat([0, 1], n), n_components=d)
    assert basis.kept == pytest.approx(1.0)
    projected = basis.project(features)
    table = (features - features.mean(axis=0)) / features.std(axis=0)
    assert np.linalg.norm(projected[0] - projected[1]) == pytest.approx(
        np.linalg.norm(table[0] - table[1]), rel=1e-3
    )


def test_a_large_dataset_does_not_decide_the_basis_alone():
    rng = np.random.default_rng(0)
    large, small = rng.normal(size=(900, 5)), rng.normal(size=(100, 5))
    large[:, 0] *= 10
    small[:, 1] *= 10
    codes = np.repeat([0, 1], [900, 100])
    basis = joint_basis(np.concatenate([large, small]), codes, n_components=2)
    assert basis.scale[0] == pytest.approx(basis.scale[1], rel=0.3)


def test_constant_columns_do_not_spoil_the_basis():
    features = np.random.default_rng(0).normal(size=(60, 4))
    features[:, 2] = 5.0
    projected = joint_basis(features, np.zeros(60), n_components=4).project(features)
    assert projected.shape == (60, 3)
    assert np.isfinite(projected).all()
