import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merdesk.domain.affect import AffectScale

numbers = st.floats(-1e3, 1e3)


@st.composite
def scales(draw):
    v, a = draw(numbers), draw(numbers)
    return AffectScale(v, v + draw(st.floats(0.1, 1e3)), a, a + draw(st.floats(0.1, 1e3)))


@given(scales(), st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
def test_native_and_unit_are_inverse(scale, points):
    assert scale.to_native(scale.to_unit(points)) == pytest.approx(np.array(points), abs=1e-6, rel=1e-6)


@given(scales())
def test_the_ends_of_the_scale_are_the_ends_of_the_plane(scale):
    ends = [[scale.valence_min, scale.arousal_min], [scale.valence_max, scale.arousal_max]]
    assert scale.to_unit(ends) == pytest.approx(np.array([[-1, -1], [1, 1]]))


def test_valence_and_arousal_have_scales_of_their_own():
    assert AffectScale(-5, 5, 1, 100).to_unit([[0, 100]]).tolist() == [[0.0, 1.0]]


def test_a_spread_has_no_offset():
    assert AffectScale(1, 9, 0, 1).spread_to_unit([[4, 0.5]]).tolist() == [[1.0, 1.0]]


def test_a_scale_without_extent_is_refused():
    with pytest.raises(ValueError, match="minimum"):
        AffectScale(1, 1, 0, 1)
