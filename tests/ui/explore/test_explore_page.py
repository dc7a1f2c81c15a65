"""The Explore page: what its switches and captions say and do."""

import numpy as np


def test_spreading_rounded_labels_moves_points_and_is_said(window):
    page = window.workspace.explore
    before = page.plane.layers.filled.xy.copy()
    page._spread.trigger()
    assert page.plane.caption
    assert page._foot.caption.text().endswith(page.plane.caption)
    assert page.plane.layers.filled.xy.shape == before.shape
    page._spread.trigger()
    assert np.array_equal(page.plane.layers.filled.xy, before)
    assert "spread" not in page._foot.caption.text()


def test_a_numeric_colouring_shows_its_scale_and_a_categorical_does_not(window):
    page = window.workspace.explore
    window.workspace.session.set_colouring("spread")
    assert page._foot.scale.isVisible()
    assert page._foot.scale_title.text() == "Annotator spread"
    assert "from 0 to" in page._foot.scale.accessibleName()
    window.workspace.session.set_colouring("genre")
    assert not page._foot.scale.isVisible()


def test_the_scale_is_only_beside_the_plane(window):
    page = window.workspace.explore
    window.workspace.session.set_colouring("spread")
    page._switch.button(1).click()
    assert not page._foot.scale.isVisible()


def test_ellipses_follow_the_colouring_and_are_said(window, monkeypatch):
    monkeypatch.setattr("merdesk.exploration.ellipses.LEAST", 3)
    page = window.workspace.explore
    window.workspace.session.set_colouring("dataset")
    page._grouped.trigger()
    assert [group.words for group in page.plane.layers.groups.groups] == ["My music 5"]
    assert "hold half of each group" in page._foot.caption.text()
    window.workspace.session.set_colouring("spread")
    assert page.plane.layers.groups.groups == ()
    page._grouped.trigger()
    assert "half" not in page._foot.caption.text()


def test_in_a_narrow_page_the_toolbar_is_brief_and_nothing_is_cut(qtbot, window):
    page = window.workspace.explore
    window.resize(980, 700)
    qtbot.waitUntil(lambda: page._colour.text() == "Colour")
    assert page._colour.toolTip() == "Colour: Genre"
    for view in (0, 2):
        page._switch.button(view).click()
        chips = (page._colour, page._shown, page._options, page._features, page._layout)
        parts = [part for part in (*chips, *page._switch.buttons()) if part.isVisible()]
        qtbot.waitUntil(lambda parts=parts: all(part.width() >= part.sizeHint().width() for part in parts))
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: page._colour.text() == "Colour  Genre")


def test_the_view_out_of_sight_shows_the_selection_when_it_is_seen(window):
    page, session = window.workspace.explore, window.workspace.session
    page._switch.button(1).click()
    session.select(session.columns.ids[:2])
    page._switch.button(0).click()
    assert len(page.plane.highlights.selected) == 2
