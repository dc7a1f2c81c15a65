import numpy as np
import pytest

from merdesk.errors import ModelError
from merdesk.models.fusion import FARTHEST, Block, Standardiser, blocks_of


def a_table(n=50, seed=0):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(5, 3, (n, 6)), rng.normal(0, 0.01, (n, 2))], axis=1).astype(np.float32)


def test_columns_have_mean_zero_and_spread_one():
    table = Standardiser.fit(a_table()).transform(a_table())
    assert table.mean(axis=0) == pytest.approx(np.zeros(8), abs=1e-6)
    assert table.std(axis=0) == pytest.approx(np.ones(8), abs=1e-6)


def test_only_training_clips_decide():
    fitted = Standardiser.fit(a_table())
    other = fitted.transform(a_table(seed=1) + 100)
    assert other[:, 0].mean() > 5
    assert fitted.mean[0] == pytest.approx(a_table()[:, 0].mean(), rel=1e-5)


def test_constant_columns_become_zero_whatever_comes():
    table = a_table()
    table[:, 3] = 0.1
    fitted = Standardiser.fit(table)
    assert fitted.transform(table)[:, 3].tolist() == [0] * 50
    table[:, 3] = 7.0
    assert fitted.transform(table)[:, 3].tolist() == [0] * 50


def test_values_far_out_are_cut():
    wild = a_table()
    fitted = Standardiser.fit(wild)
    wild[0, 0] = 1e9
    assert fitted.transform(wild)[0, 0] == FARTHEST


def test_balanced_blocks_have_the_same_total_variance():
    blocks = blocks_of([("jukebox", 6), ("chroma", 2)])
    table = Standardiser.fit(a_table(), blocks, balanced=True).transform(a_table())
    assert table[:, :6].var(axis=0).sum() == pytest.approx(table[:, 6:].var(axis=0).sum())
    assert table.var(axis=0).sum() == pytest.approx(8)


def test_weights_act_like_repeated_clips():
    table = a_table()
    weights = np.arange(50) % 3 + 1
    repeated = Standardiser.fit(np.repeat(table, weights, axis=0))
    weighted = Standardiser.fit(table, weights=weights)
    assert weighted.mean == pytest.approx(repeated.mean)
    assert weighted.scale == pytest.approx(repeated.scale)


def test_values_that_are_not_numbers_are_named():
    table = a_table()
    table[[4, 9], 7] = np.nan
    with pytest.raises(ModelError, match=r"2 clips have chroma values.*row 5, column 8"):
        Standardiser.fit(table, blocks_of([("jukebox", 6), ("chroma", 2)]))


def test_another_width_is_refused():
    with pytest.raises(ModelError, match="5 columns but features needs 8"):
        Standardiser.fit(a_table()).transform(a_table()[:, :5])


def test_an_empty_block_is_refused():
    with pytest.raises(ValueError, match=r"spans 3\.\.3"):
        Block("chroma", 3, 3)
