"""What is drawn beside the points, and how a gesture joins the selection."""

import numpy as np
import pytest
from helpers.columns import some_columns
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from merdesk.domain.affect import AffectScale
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.drawing import Axes, Drawing, quadrant_words
from merdesk.ui.plots.hover_card import HoverText
from merdesk.ui.plots.markers import MARKERS
from merdesk.ui.plots.plane_density import count_cells, smooth
from merdesk.ui.theme.theme import Theme

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
WHOLE = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], float)
LEFT_HALF = np.array([(-1, -1), (0, -1), (0, 1), (-1, 1)], float)


@pytest.fixture
def plane(qtbot, qapp):
    plane = AffectPlane(
        Theme(QApplication.instance(), "dark"), lambda clip_id: HoverText(str(clip_id), "", "")
    )
    qtbot.addWidget(plane)
    plane.resize(500, 500)
    plane.show()
    plane.set_clips(some_columns(60))
    plane.clips_lassoed.connect(plane.set_selected)
    return plane


def lassoed(qtbot, plane, corners, how):
    plane.canvas.gathering = how
    with qtbot.waitSignal(plane.clips_lassoed) as told:
        plane.canvas.lassoed.emit(corners)
    return set(told.args[0].tolist())


def test_a_lasso_adds_and_takes_out(qtbot, plane):
    everything = set(plane.clip_order())
    left = lassoed(qtbot, plane, LEFT_HALF, "replace")
    assert 0 < len(left) < len(everything)
    assert lassoed(qtbot, plane, WHOLE, "add") == everything
    assert lassoed(qtbot, plane, LEFT_HALF, "subtract") == everything - left


def test_a_clip_that_was_only_clicked_is_not_added_to(qtbot, plane):
    right = next(clip for clip in plane.clip_order() if plane._scene.place_of(clip)[0] > 0)
    plane.set_selected([right])
    assert right not in lassoed(qtbot, plane, LEFT_HALF, "add")


def test_the_box_tool_draws_a_rectangle_without_a_key(qtbot, plane):
    plane.canvas.tool = "box"
    viewport, button = plane.canvas.viewport(), Qt.MouseButton.LeftButton
    start, end = (plane.canvas.to_px(*at).toPoint() for at in ((-0.5, -0.5), (0.5, 0.4)))
    qtbot.mousePress(viewport, button, pos=start)
    qtbot.mouseMove(viewport, pos=(start + end) / 2)
    qtbot.mouseMove(viewport, pos=end)
    with qtbot.waitSignal(plane.clips_lassoed) as told:
        qtbot.mouseRelease(viewport, button, pos=end)
    places = plane._scene.places(plane.clip_order())
    inside = ((places >= (-0.5, -0.5)) & (places <= (0.5, 0.4))).all(axis=1)
    assert len(told.args[0]) == pytest.approx(inside.sum(), abs=1)


def test_a_click_with_ctrl_takes_a_clip_in_and_out_and_plays_nothing(qtbot, plane):
    clip = plane.clip_order()[0]
    at = plane.canvas.to_px(*plane._scene.place_of(clip)).toPoint()
    picked = []
    plane.clip_picked.connect(picked.append)
    for selected in ([clip], []):
        with qtbot.waitSignal(plane.clips_lassoed) as told:
            qtbot.mouseClick(plane.canvas.viewport(), Qt.MouseButton.LeftButton, CTRL, at)
        assert told.args[0].tolist() == selected
    assert not picked


def test_shift_and_an_arrow_take_the_next_clip_along(qtbot, plane):
    first = plane.clip_order()[0]
    plane.set_selected([first])
    with qtbot.waitSignal(plane.clips_lassoed) as told:
        key = Qt.Key.Key_Left if plane._scene.place_of(first)[0] > 0 else Qt.Key.Key_Right
        qtbot.keyClick(plane.canvas, key, SHIFT)
    assert told.args[0].tolist()[1:] == [first]


def test_a_line_gathers_the_clips_beside_it_from_its_start_on(qtbot, plane):
    plane.line_drawn.connect(plane.set_selected)
    plane.canvas.tool = "line"
    viewport, button = plane.canvas.viewport(), Qt.MouseButton.LeftButton
    start, end = (plane.canvas.to_px(*at).toPoint() for at in ((-0.8, -0.3), (0.8, 0.5)))
    qtbot.mousePress(viewport, button, pos=start)
    qtbot.mouseMove(viewport, pos=(start + end) / 2)
    qtbot.mouseMove(viewport, pos=end)
    with qtbot.waitSignal(plane.line_drawn) as told:
        qtbot.mouseRelease(viewport, button, pos=end)
    places = plane._scene.places(told.args[0])
    way = np.array([1.6, 0.8]) / np.hypot(1.6, 0.8)
    from_start = places - (-0.8, -0.3)
    assert len(places) > 2
    assert (np.diff(from_start @ way) >= 0).all()
    assert np.abs(from_start @ (-way[1], way[0])).max() <= 0.13
    # It is seen as long as its clips are what is selected.
    assert plane.highlights.way.shape == (2, 2)
    plane.set_selected(told.args[0][:1])
    assert len(plane.highlights.way) == 0


def test_density_of_groups_mixes_their_colours(plane):
    plane.set_drawing(Drawing(density=True, mixed=True))
    plane.repaint()
    image = plane.layers.density._image[1]
    assert "colours mix" in plane.caption
    codes = plane.colouring.codes[plane._scene.rows]
    tints = plane.layers._tints(plane.colouring)
    assert tints.shape == (plane.n_shown, 3)
    assert [f"#{bytes(tint).hex()}" for tint in np.round(255 * tints).astype(np.uint8)] == [
        plane.colouring.colours[code] for code in codes
    ]
    densest = max(
        (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())),
        key=lambda colour: colour.alpha(),
    )
    assert densest.alpha() > 200


def test_density_takes_the_place_of_points_and_is_said(plane):
    plane.set_drawing(Drawing(density=True))
    assert plane.layers.density.isVisible()
    assert not plane.layers.filled.isVisible()
    assert "means more clips" in plane.caption
    plane.set_drawing(Drawing())
    assert plane.layers.filled.isVisible()
    assert plane.caption == ""


def test_density_counts_every_point_and_smoothing_keeps_the_sum():
    x = y = np.array([50.0, 50.0, 100.0], np.float32)
    counts = count_cells(x, y, (1.0, 1.0), (0.0, 0.0), (60, 60))
    assert counts.sum() == 3
    assert counts.max() == 2
    assert smooth(counts).sum() == pytest.approx(3)


def test_shapes_follow_the_groups_of_the_colouring(plane):
    plane.set_drawing(Drawing(shapes=True))
    codes = plane.colouring.codes[plane._scene.filled.rows]
    assert [marker for _, marker in plane.layers.filled.looks()] == [MARKERS[code] for code in codes]
    assert "Shapes as colours: genre" in plane.caption


def test_shares_of_quadrants_add_up(plane):
    words = quadrant_words(np.array([[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.0, 0.0]]))
    assert words[1, 1] == "50 %, n = 2"
    assert words[1, -1] == "0 %, n = 0"


def test_figures_of_a_native_scale_stand_at_the_axes_and_are_said(plane):
    axes = Axes("Nine", AffectScale(1, 9, 0, 1))
    assert axes.figures() == (("1", "3", "5", "7", "9"), ("0", "0.25", "0.5", "0.75", "1"))
    plane.set_drawing(Drawing(axes=axes))
    assert "scale of Nine" in plane.caption


def test_a_twin_is_ringed_until_another_clip_is_under_the_mouse(plane):
    clip = plane.clip_order()[0]
    plane.set_twin(clip)
    assert plane.highlights.hovered == plane._scene.place_of(clip)
    plane.set_twin(None)
    assert plane.highlights.hovered is None
