"""Ellipses against the distribution that clips were drawn from."""

import numpy as np
import pytest

from merdesk.exploration.ellipses import LEAST, robust_ellipse

COVARIANCE = np.array([[0.09, 0.03], [0.03, 0.04]])


def drawn(n, seed=0):
    return np.random.default_rng(seed).multivariate_normal((0.1, -0.2), COVARIANCE, n)


def share_inside(ellipse, xy):
    unit = (xy - ellipse.centre) @ np.linalg.inv(ellipse.axes)
    return float(((unit**2).sum(axis=1) <= 1).mean())


def test_it_holds_half_of_a_normal_group_and_lies_at_its_mean():
    xy = drawn(20_000)
    ellipse = robust_ellipse(xy)
    assert ellipse.centre == pytest.approx([0.1, -0.2], abs=0.01)
    assert share_inside(ellipse, xy) == pytest.approx(0.5, abs=0.01)
    assert ellipse.axes.T @ ellipse.axes / 1.386 == pytest.approx(COVARIANCE, abs=0.004)
    assert ellipse.n == 20_000


def test_one_clip_in_ten_far_away_changes_little():
    far = np.vstack([drawn(900), np.full((100, 2), 3.0)])
    clean, polluted = robust_ellipse(drawn(900)), robust_ellipse(far)
    assert polluted.centre == pytest.approx(clean.centre, abs=0.03)
    assert np.linalg.norm(polluted.axes) == pytest.approx(np.linalg.norm(clean.axes), rel=0.1)
    assert np.hypot(*(far.mean(axis=0) - clean.centre)) > 0.3


def test_it_follows_a_shift_and_a_scale():
    xy = drawn(500)
    first, second = robust_ellipse(xy), robust_ellipse(2 * xy + 1)
    assert second.centre == pytest.approx(2 * first.centre + 1)
    assert np.abs(second.outline() - second.centre).max() == pytest.approx(
        2 * np.abs(first.outline() - first.centre).max(), rel=1e-6
    )


def test_few_clips_missing_ones_and_lines_have_none():
    assert robust_ellipse(drawn(LEAST - 1)) is None
    assert robust_ellipse(np.full((50, 2), np.nan)) is None
    assert robust_ellipse(np.stack([np.linspace(0, 1, 50), np.zeros(50)], axis=1)) is None
    assert robust_ellipse(np.zeros((50, 2))) is None
