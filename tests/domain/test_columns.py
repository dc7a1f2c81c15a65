from dataclasses import replace

import numpy as np
import pytest
from helpers.columns import some_columns

from merdesk.domain.columns import ClipColumns, ClipFlag


def test_columns_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        some_columns(3).affect[0] = 0


def test_rows_are_found_by_id_and_strangers_left_out():
    columns = some_columns(4)
    assert columns.rows_of([columns.ids[2], 999, columns.ids[0]]).tolist() == [2, 0]
    assert columns.row_of(999) is None


def test_a_column_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="genre"):
        replace(some_columns(3), genre=np.zeros(2))


def test_ids_must_ascend():
    with pytest.raises(ValueError, match="ascend"):
        replace(some_columns(2), ids=np.array([2, 1]))


def test_take_keeps_names_and_order():
    columns = some_columns(5)
    part = columns.take(np.array([True, False, True, False, False]))
    assert part.ids.tolist() == columns.ids[[0, 2]].tolist()
    assert part.genre_names == columns.genre_names


def test_residual_is_prediction_minus_annotation():
    columns = some_columns(3)
    assert columns.residual == pytest.approx(columns.prediction - columns.affect, nan_ok=True)


def test_flags_answer_one_by_one():
    columns = replace(some_columns(2), flags=np.array([1, 3]))
    assert columns.flagged(ClipFlag.HAS_TRACE).tolist() == [False, True]


def test_empty_columns_have_no_row():
    assert len(ClipColumns.empty()) == 0
