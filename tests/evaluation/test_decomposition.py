import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merdesk.evaluation.decomposition import TERMS, drop, murphy
from merdesk.evaluation.metrics import pearson_score, r2_score


def a_target(n_clusters=60, seed=0):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_clusters), 4)
    y = rng.normal(0.1, 0.3, len(clusters))
    return y, 0.6 * y + rng.normal(0, 0.1, len(clusters)), clusters


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(-3, 3), st.floats(-2, 2))
def test_the_parts_sum_to_r2_exactly(seed, gain, offset):
    y, p, clusters = a_target(15, seed)
    p = gain * p + offset
    parts = murphy(y, p, clusters, n_resamples=10)
    assert parts.r2.value == pytest.approx(r2_score(y, p), abs=1e-6)
    assert parts.association.value - parts.gain.value - parts.offset.value == pytest.approx(parts.r2.value)
    if abs(gain) > 1e-3:
        assert parts.association.value == pytest.approx(pearson_score(y, p) ** 2, abs=1e-9)


def test_offset_and_gain_are_named_for_what_they_are():
    y, p, clusters = a_target()
    best = np.polyval(np.polyfit(p, y, 1), p)
    fitted = murphy(y, best, clusters, n_resamples=50)
    assert fitted.gain.value == pytest.approx(0, abs=1e-9)
    assert fitted.offset.value == pytest.approx(0, abs=1e-9)
    shifted = murphy(y, best + 0.3, clusters, n_resamples=50)
    assert shifted.offset.value == pytest.approx((0.3 / y.std()) ** 2)
    assert shifted.association.value == pytest.approx(fitted.association.value)


def test_a_drop_is_the_sum_of_its_parts():
    y, p, clusters = a_target()
    rng = np.random.default_rng(1)
    found = drop(y, p, 0.5 * p + 0.2 + rng.normal(0, 0.1, len(p)), clusters)
    parts = [found.association.value, found.gain.value, found.offset.value]
    assert found.total.value == pytest.approx(sum(parts), abs=1e-12)
    assert found.total.value == pytest.approx(found.home.r2.value - found.away.r2.value)
    assert found.total.low < found.total.value < found.total.high


def test_pairing_makes_the_interval_of_a_small_drop_narrow():
    y, p, clusters = a_target()
    found = drop(y, p, p - 0.02, clusters)
    alone = found.home.r2.high - found.home.r2.low
    assert found.total.high - found.total.low < 0.5 * alone


def test_verdicts_say_what_the_numbers_say():
    y, p, clusters = a_target()
    rng = np.random.default_rng(2)
    shuffled = rng.permutation(p)
    noisy = p + rng.normal(0, 0.01, len(p))
    assert "shifted (offset)" in drop(y, p, p + 0.5, clusters).verdict
    assert "range of predictions" in drop(y, p, 4 * (p - p.mean()) + p.mean(), clusters).verdict
    assert "order of clips" in drop(y, p, 0.1 * shuffled + 0.9 * p.mean(), clusters).verdict
    assert (
        "no evidence" in drop(y, p, noisy, clusters).verdict
        or "R2 drops by 0.0" in drop(y, p, noisy, clusters).verdict
    )
    assert "higher away" in drop(y, p - 0.5, p, clusters).verdict


def test_constant_predictions_and_constant_annotations_have_a_meaning_or_a_note():
    y, p, clusters = a_target()
    flat = murphy(y, np.full_like(p, 0.1), clusters, n_resamples=50)
    assert flat.association.value == 0
    assert flat.r2.value == pytest.approx(r2_score(y, np.full_like(p, 0.1)))
    still = murphy(np.full_like(y, 0.2), p, clusters, n_resamples=50)
    assert all(np.isnan(getattr(still, name).value) and getattr(still, name).note for name in TERMS)
    assert "No drop can be told" in drop(np.full_like(y, 0.2), p, p, clusters, n_resamples=50).verdict


def test_missing_values_are_refused():
    with pytest.raises(ValueError, match="must be numbers"):
        murphy([0.1, np.nan, 0.3], [1, 2, 3], [0, 1, 2])
