import numpy as np
import pytest
from helpers.five_datasets import NAMES, five_datasets

from merdesk.errors import ModelError
from merdesk.evaluation.cells import ClipTable, Protocol
from merdesk.evaluation.metrics import r2_score
from merdesk.evaluation.recommender import recommend
from merdesk.models.ridge import Ridge
from merdesk.progress import Progress

QUICK = Protocol(n_resamples=300)


def with_spoilt(code, **options):
    """Datasets of one truth, but for one whose annotations are another music's."""
    data = five_datasets(**options)
    table, affect = data.table, data.table.affect.copy()
    rows = table.rows([code])
    affect[rows] = -2 * affect[rows]
    table = ClipTable(
        table.features, affect, table.datasets, table.dataset_names, table.groups, table.duplicates
    )
    return table, lambda r: Ridge().fit(table.features[r], affect[r], table.groups[r])


def test_a_dataset_that_misleads_is_named_with_an_interval_and_left_out_of_the_best_union():
    table, fit = with_spoilt(1)
    found = recommend(table, fit, 4, protocol=QUICK)
    assert len(found.unions) == 15
    assert "Birch" not in found.unions[0].train
    assert found.unions[-1].train == ("Birch",)
    gains = {added.dataset: added.gain["valence"] for added in found.added}
    assert gains["Birch"].high < 0
    assert set(gains) == {"Ash", "Birch", "Cedar", "Elm"}


def test_scores_are_those_of_models_of_the_union():
    data = five_datasets(n_datasets=3)
    found = recommend(data.table, data.fit, 2, protocol=QUICK)
    both = next(union for union in found.unions if union.train == NAMES[:2])
    rows = data.table.rows([2])
    by_hand = data.fit(data.table.rows([0, 1])).predict(data.table.features[rows])
    assert both.n_train == 120
    assert both.scores["arousal"].value == pytest.approx(r2_score(data.table.affect[rows, 1], by_hand[:, 1]))
    (ash,) = (added for added in found.added if added.dataset == "Ash")
    alone = next(union for union in found.unions if union.train == ("Birch",))
    assert ash.gain["valence"].value == pytest.approx(
        both.scores["valence"].value - alone.scores["valence"].value
    )


def test_duplicates_of_the_target_do_not_train():
    data = five_datasets(n_copied=20)
    found = recommend(data.table, data.fit, 0, protocol=QUICK)
    assert next(union for union in found.unions if union.train == ("Birch",)).n_train == 40


def test_one_other_dataset_adds_nothing_to_nothing_and_none_is_told():
    pair = five_datasets(n_datasets=2)
    found = recommend(pair.table, pair.fit, 0, protocol=QUICK)
    assert found.added == ()
    assert len(found.unions) == 1
    alone = five_datasets(n_datasets=1)
    with pytest.raises(ModelError, match="no dataset besides Ash"):
        recommend(alone.table, alone.fit, 0)


def test_many_datasets_are_tried_singly_together_and_all_but_one():
    rng = np.random.default_rng(0)
    datasets = np.repeat(np.arange(7), 12)
    table = ClipTable(
        rng.normal(size=(84, 3)), rng.normal(size=(84, 2)), datasets, tuple("abcdefg"), np.arange(84) // 2, []
    )
    progress = Progress()
    found = recommend(
        table,
        lambda r: Ridge().fit(table.features[r], table.affect[r], table.groups[r]),
        0,
        protocol=QUICK,
        progress=progress,
    )
    assert len(found.unions) == 6 + 6 + 1
    assert len(found.added) == 6
    assert progress.state().done == 13
