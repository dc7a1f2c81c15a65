import numpy as np
import pytest
from helpers.five_datasets import five_datasets

from merdesk.errors import Cancelled, ModelError
from merdesk.evaluation import metrics
from merdesk.evaluation.cell_drop import cell_drop
from merdesk.evaluation.cells import Cell, ClipTable, Protocol
from merdesk.evaluation.leakage import merged_groups
from merdesk.evaluation.matrix import cross_dataset_matrix
from merdesk.progress import Progress

QUICK = Protocol(n_resamples=200, metrics=("r2", "pearson", "ccc"))


def matrix_of(data, **options):
    return cross_dataset_matrix(data.table, data.fit, protocol=QUICK, **options)


def cell_of(cells, train, test):
    (found,) = (cell for cell in cells.values() if cell.train == train and cell.test == test)
    return found


def test_every_training_set_meets_every_test_set_once():
    data = five_datasets()
    cells = list(matrix_of(data, unions=[(0, 1)]).values())
    assert [cell.kind for cell in cells].count("in-domain") == 5
    assert [cell.kind for cell in cells].count("cross") == 20
    assert [cell.kind for cell in cells].count("union") == 5
    assert [cell.kind for cell in cells].count("leave-one-dataset-out") == 5
    for cell in cells:
        assert cell.n_train > 0
        assert cell.scores["valence"]["r2"].n == 60
        assert cell.scores["valence"]["r2"].n_clusters == 15


def test_cells_hold_the_predictions_that_their_scores_are_made_of():
    data = five_datasets()
    cell = cell_of(matrix_of(data), ("Ash",), "Elm")
    rows = data.table.rows([3])
    by_hand = data.fit(data.table.rows([0])).predict(data.table.features[rows])
    assert cell.rows.tolist() == rows.tolist()
    assert cell.prediction == pytest.approx(by_hand)
    for column, name in enumerate(metrics.DIMENSIONS):
        expected = metrics.r2_score(data.table.affect[rows, column], by_hand[:, column])
        assert cell.scores[name]["r2"].value == pytest.approx(expected)


def test_no_model_sees_a_tested_clip_its_group_or_its_duplicate():
    data = five_datasets(n_copied=20)
    table = data.table
    row_of = {value: row for row, value in reversed(list(enumerate(table.features[:, 0].tolist())))}
    groups = merged_groups(table.groups, table.duplicates)
    passes, contaminated = [], []

    class Spy:
        def __init__(self, rows):
            self.groups = set(groups[rows].tolist())

        def predict(self, features):
            tested = {int(groups[row_of[value]]) for value in features[:, 0].tolist()}
            (contaminated if tested & self.groups else passes).append(tested)
            return np.zeros((len(features), 2))

    cross_dataset_matrix(table, Spy, protocol=QUICK, leave_one_out=False)
    # Five folds of five datasets and twenty cells; only Ash -> Birch and back meet copies, "with duplicates".
    assert len(passes) == 25 + 20
    assert len(contaminated) == 2


def test_duplicates_leave_the_side_where_they_are_the_smaller_share():
    whole = five_datasets(n_datasets=3, n_groups=15, n_copied=60)
    cells = matrix_of(whole, leave_one_out=False)
    there, back = cell_of(cells, ("Ash",), "Birch"), cell_of(cells, ("Birch",), "Ash")
    assert there.removed_from == back.removed_from == "test"
    assert np.isnan(there.scores["valence"]["r2"].value)
    assert there.with_duplicates["valence"]["r2"].value > 0.8

    small = five_datasets(n_datasets=3, n_copied=20)
    keep = np.concatenate([np.arange(20), np.arange(60, 180)])
    table = small.table
    place = np.full(len(table.features), -1)
    place[keep] = np.arange(len(keep))
    part = ClipTable(
        table.features[keep], table.affect[keep], table.datasets[keep], table.dataset_names,
        table.groups[keep], place[table.duplicates],
    )  # fmt: skip
    fit = type(small)(part, small.genres).fit
    cells = cross_dataset_matrix(part, fit, protocol=QUICK, leave_one_out=False)
    from_small, to_small = cell_of(cells, ("Ash",), "Birch"), cell_of(cells, ("Birch",), "Ash")
    assert from_small.removed_from == "test"
    assert from_small.scores["valence"]["r2"].n == 40
    assert to_small.removed_from == "training"
    assert to_small.scores["valence"]["r2"].n == 20
    assert to_small.n_train == 40
    assert to_small.n_contaminated == 20


def test_a_planted_leak_is_worth_what_the_two_scores_differ():
    data = five_datasets(n_copied=30, noise=0.6, d=40)
    cell = cell_of(matrix_of(data), ("Ash",), "Birch")
    clean, leaky = (scores["valence"]["r2"].value for scores in (cell.scores, cell.with_duplicates))
    assert leaky > clean + 0.05


def test_known_cells_are_not_computed_again_and_a_new_dataset_computes_its_own_only():
    data = five_datasets(n_copied=10)
    table = data.table
    keep = np.flatnonzero(table.datasets != 2)
    place = np.cumsum(table.datasets != 2) - 1
    part = ClipTable(
        table.features[keep], table.affect[keep], table.datasets[keep], table.dataset_names,
        table.groups[keep], place[table.duplicates],
    )  # fmt: skip
    known = cross_dataset_matrix(
        part, type(data)(part, data.genres).fit, protocol=QUICK, leave_one_out=False, identity="ridge"
    )
    trained = []

    def fit(rows):
        trained.append(set(table.datasets[rows].tolist()))
        return data.fit(rows)

    cells = cross_dataset_matrix(
        table, fit, protocol=QUICK, leave_one_out=False, known=known, identity="ridge"
    )
    assert len(known) == 16
    assert len(cells) == 25
    assert known.keys() <= cells.keys()
    assert len(trained) == 4 + 1 + 5  # four others tested on Cedar, Cedar on others, five folds of Cedar


def test_another_model_or_seed_or_label_has_another_key():
    data = five_datasets(n_datasets=2)

    def keys(data, identity="ridge", protocol=QUICK):
        return set(cross_dataset_matrix(data.table, data.fit, protocol=protocol, identity=identity))

    first = keys(data)
    assert first == keys(data)
    assert not first & keys(data, identity="mlp")
    assert not first & keys(data, protocol=Protocol(n_resamples=200, seed=1))
    assert len(first & keys(five_datasets(n_datasets=2, shift=(0.1, 0)))) == 1


def test_a_dataset_of_one_group_has_no_diagonal_and_says_why():
    data = five_datasets(n_datasets=2, n_groups=1, per_group=30)
    cells = matrix_of(data)
    diagonal = cell_of(cells, ("Ash",), "Ash")
    assert np.isnan(diagonal.scores["valence"]["r2"].value)
    assert "none can be held out" in diagonal.note
    assert np.isfinite(cell_of(cells, ("Ash",), "Birch").scores["valence"]["r2"].value)
    with pytest.raises(ModelError, match="no predictions"):
        cell_drop(data.table, data.fit, diagonal)


def test_one_dataset_alone_has_its_diagonal_only():
    cells = matrix_of(five_datasets(n_datasets=1))
    assert [cell.kind for cell in cells.values()] == ["in-domain"]


def test_the_same_seed_gives_the_same_matrix_to_the_bit():
    once, again = (matrix_of(five_datasets(n_datasets=2)) for _ in range(2))
    for key, cell in once.items():
        assert again[key].prediction.tobytes() == cell.prediction.tobytes()
        assert again[key].scores == cell.scores


def test_progress_counts_cells_and_cancel_stops():
    data, progress = five_datasets(n_datasets=2), Progress()
    matrix_of(data, progress=progress)
    assert progress.state().done == progress.state().total == 4
    progress.cancel()
    with pytest.raises(Cancelled):
        matrix_of(data, progress=progress)


@pytest.mark.parametrize(
    ("planted", "part"),
    [({"shift": (0.3, 0.3)}, "offset"), ({"scale": 3.0}, "gain"), ({"feature_shift": 0.0}, None)],
)
def test_a_planted_shift_or_scale_is_found_in_its_part_and_none_is_claimed_without(planted, part):
    data = five_datasets(n_groups=30, **planted)
    cell = cell_of(matrix_of(data), ("Ash",), "Fir")
    found = cell_drop(data.table, data.fit, cell, protocol=QUICK)
    for drop in found.drops.values():
        parts = {name: getattr(drop, name) for name in ("association", "gain", "offset")}
        if part is None:
            assert drop.total.value < 0.1
            continue
        assert drop.total.low > 0
        assert max(parts, key=lambda name: parts[name].value) == part
        assert part in drop.verdict


def test_home_trains_on_as_many_clips_as_away_or_says_that_it_cannot():
    data = five_datasets(n_groups=30)
    table, sizes = data.table, []

    def fit(rows):
        sizes.append(len(rows))
        return data.fit(rows)

    away = table.rows([0])[:40]
    few = Cell(
        train=("Ash",), test="Fir", kind="cross", scores={}, n_train=40, n_contaminated=0, removed_from="",
        with_duplicates=None, rows=table.rows([4]),
        prediction=data.fit(away).predict(table.features[table.rows([4])]),
    )  # fmt: skip
    matched = cell_drop(table, fit, few, protocol=QUICK)
    assert set(sizes) == {40}
    assert matched.n_train_home == 40
    assert matched.note == ""
    many = cell_of(matrix_of(data, unions=[(0, 1, 2)]), ("Ash", "Birch", "Cedar"), "Fir")
    assert "sizes cannot be matched" in cell_drop(table, data.fit, many, protocol=QUICK).note
