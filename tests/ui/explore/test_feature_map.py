"""The feature map: clips laid out by sound, linked to every other view."""

from dataclasses import replace

import numpy as np
import pytest

from merdesk.project.project import Project
from merdesk.ui.explore.measure_dialog import MeasureDialog
from merdesk.ui.explore.page import BOTH, MAP, PLANE
from merdesk.workflows.import_any import importer
from merdesk.workflows.workflow import run_here

JOBS_MS = 60_000


@pytest.fixture
def mapped(qtbot, window):
    """A window that shows the map."""
    window.workspace.explore._switch.button(MAP).click()
    qtbot.waitUntil(lambda: not window.workspace.explore.map.is_empty, timeout=JOBS_MS)
    return window


def test_every_clip_with_features_has_a_place(mapped):
    plane = mapped.workspace.explore.map.plane
    assert plane.n_shown == 6
    assert np.abs(plane.layers.filled.xy).max() == pytest.approx(1.0, abs=1e-6)
    assert "6 of 6 clips shown, by chroma + basic" in mapped.workspace.explore._foot.caption.text()
    assert "% of the variance" in mapped.workspace.explore._foot.caption.text()


def test_the_map_shows_selection_and_colouring_of_the_session_and_changes_them(mapped):
    plane, session = mapped.workspace.explore.map.plane, mapped.workspace.session
    session.select([int(session.columns.ids[3])])
    assert len(plane.highlights.selected) == 1
    session.set_colouring("dataset")
    assert plane.colouring.kind == "dataset"
    plane.clips_lassoed.emit(session.columns.ids[:2])
    assert session.selection == tuple(session.columns.ids[:2].tolist())


def test_filters_reach_the_map(mapped):
    session = mapped.workspace.session
    session.set_filter(replace(session.filter, is_annotated=True))
    assert mapped.workspace.explore.map.plane.n_shown == 5


def test_neighbourhoods_follow_when_they_are_asked_for(qtbot, mapped):
    space = mapped.workspace.space
    before = mapped.workspace.explore.map.plane.layers.filled.xy.copy()
    mapped.workspace.explore._layout._pick("tsne")
    qtbot.waitUntil(lambda: "tsne" in space.maps, timeout=JOBS_MS)
    qtbot.waitUntil(lambda: not space.is_arranging)
    assert not np.array_equal(mapped.workspace.explore.map.plane.layers.filled.xy, before)
    assert "distances between groups mean nothing" in mapped.workspace.explore._foot.caption.text()


def test_a_few_clips_are_not_arranged_by_what_needs_more(mapped):
    space = mapped.workspace.space
    assert space.layout == "pacmap"
    assert space.layouts == ("pca", "tsne")
    assert space.map is space.maps["pca"]
    assert mapped.workspace.explore._layout._chosen == "pca"


def test_other_features_give_another_map(qtbot, mapped):
    before = mapped.workspace.space.map
    mapped.workspace.explore._features._pick("basic")
    qtbot.waitUntil(lambda: mapped.workspace.space.map not in (None, before), timeout=JOBS_MS)
    assert "by basic" in mapped.workspace.explore._foot.caption.text()


def test_each_view_has_its_own_tools(mapped):
    page = mapped.workspace.explore
    assert page._features.isVisible()
    assert not page._shown.isVisible()
    page._switch.button(PLANE).click()
    assert page._shown.isVisible()
    assert not page._features.isVisible()


def test_a_picture_of_the_map_says_how_it_was_laid_out(mapped):
    caption = mapped.workspace.explore._picture.figure().caption
    assert "Laid out by chroma+basic" in caption
    assert "valence" not in caption


def test_without_features_the_map_says_what_to_do(qtbot, open_window, music, tmp_path):
    with Project.create(tmp_path / "raw.merdesk") as project:
        run_here(importer(project, music / "album"))
    window = open_window(Project.open(tmp_path / "raw.merdesk"))
    window.workspace.explore._switch.button(MAP).click()
    empty = window.workspace.explore.map._empty
    qtbot.waitUntil(lambda: empty._first.text() == "Extract features")
    assert window.workspace.explore.map.is_empty


def test_side_by_side_the_same_clips_are_joined(qtbot, mapped):
    page, session = mapped.workspace.explore, mapped.workspace.session
    page._switch.button(BOTH).click()
    assert page.plane.isVisible()
    assert page.map.isVisible()
    session.select(session.columns.ids[:2])
    assert len(page.plane.highlights.selected) == len(page.map.plane.highlights.selected) == 2
    qtbot.waitUntil(lambda: len(page.twins.lines) == 2)
    clip = int(session.columns.ids[2])
    page.plane.clip_hovered.emit(clip)
    assert page.map.plane.highlights.hovered is not None
    assert len(page.twins.lines) == 3
    page._switch.button(PLANE).click()
    assert page.twins.lines == []


def test_clips_are_coloured_by_clusters_of_their_features(qtbot, mapped):
    workspace, page = mapped.workspace, mapped.workspace.explore
    page._colour._pick("cluster")
    qtbot.waitUntil(lambda: workspace.session.colouring == "measure", timeout=JOBS_MS)
    assert page._colour.chosen == "cluster"
    assert page.map.plane.colouring.title == "Clusters by chroma + basic"
    assert page._key.legend.rows[0].entry.label == "Cluster 1"
    page._colour._pick("genre")
    assert page._colour.chosen == "genre"


def test_clips_are_coloured_by_a_column_of_their_features(qtbot, mapped):
    workspace, found = mapped.workspace, []
    workspace.space.list_measures(found.extend)
    qtbot.waitUntil(lambda: bool(found), timeout=JOBS_MS)
    dialog = MeasureDialog(found)
    qtbot.addWidget(dialog)
    dialog.search.setText("chroma C mean")
    dialog.go.click()
    assert "chroma C mean" in dialog.chosen.title
    workspace.space.colour_by(dialog.chosen)
    qtbot.waitUntil(lambda: workspace.session.colouring == "measure", timeout=JOBS_MS)
    assert workspace.explore._colour.text().endswith(f"{dialog.chosen.title}...")
    assert workspace.explore._foot.scale.isVisible()
    assert len(set(workspace.explore.map.plane.colouring.codes.tolist())) > 1
