"""The Explore page: what its switches and captions say and do."""

import numpy as np


def test_spreading_rounded_labels_moves_points_and_is_said(window):
    page = window.explore
    before = page.plane.filled.xy.copy()
    page._spread.trigger()
    assert page.plane.caption
    assert page._caption.text().endswith(page.plane.caption)
    assert page.plane.filled.xy.shape == before.shape
    page._spread.trigger()
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


def test_ellipses_follow_the_colouring_and_are_said(window, monkeypatch):
    monkeypatch.setattr("merdesk.exploration.ellipses.LEAST", 3)
    page = window.explore
    window.session.set_colouring("dataset")
    page._grouped.trigger()
    assert [group.words for group in page.plane.groups.groups] == ["My music 5"]
    assert "hold half of each group" in page._caption.text()
    window.session.set_colouring("spread")
    assert page.plane.groups.groups == ()
    page._grouped.trigger()
    assert "half" not in page._caption.text()
