"""Clips along a line through the plane."""

import numpy as np
import pytest

from merdesk.exploration.along_line import along_line

AFFECT = np.array(
    [[0.0, 0.0], [0.9, 0.9], [-0.5, -0.45], [0.5, 0.5], [0.5, -0.5], [np.nan, 0.0], [-0.9, -0.9]]
)
HALF = np.array([0.5, 0.5])


def test_clips_come_in_the_order_in_which_the_line_passes_them():
    assert along_line(AFFECT, -HALF, HALF).tolist() == [2, 0, 3]
    assert along_line(AFFECT, HALF, -HALF).tolist() == [3, 0, 2]


def test_a_wider_way_takes_more_and_what_is_nowhere_is_never_on_it():
    rows = along_line(AFFECT, -HALF, HALF, width=0.8).tolist()
    assert rows == [6, 2, 0, 4, 3, 1]


def test_one_place_is_no_line():
    with pytest.raises(ValueError, match="two places"):
        along_line(AFFECT, HALF, HALF)
