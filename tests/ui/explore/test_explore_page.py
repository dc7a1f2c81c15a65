"""The Explore page: what its switches and captions say and do."""

import numpy as np


def test_spreading_rounded_labels_moves_points_and_is_said(window):
    page = window.explore
    before = page.plane.filled.xy.copy()
    page._spread.click()
    assert page.plane.caption
    assert page._caption.text().endswith(page.plane.caption)
    assert page.plane.filled.xy.shape == before.shape
    page._spread.click()
    assert np.array_equal(page.plane.filled.xy, before)
    assert "spread" not in page._caption.text()


def test_a_numeric_colouring_shows_its_scale_and_a_categorical_does_not(window):
    page = window.explore
    window.session.set_colouring("spread")
    assert page._scale.isVisible()
    assert page._scale_title.text() == "Annotator spread"
    assert "from 0 to" in page._scale.accessibleName()
    window.session.set_colouring("genre")
    assert not page._scale.isVisible()


def test_the_scale_is_only_beside_the_plane(window):
    page = window.explore
    window.session.set_colouring("spread")
    page._switch.button(1).click()
    assert not page._scale.isVisible()
