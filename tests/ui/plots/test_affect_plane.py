"""The plane: what is drawn where, what is told when it is pointed at."""

import numpy as np
import pytest
from helpers.columns import some_columns
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from merdesk.domain.columns import ClipColumns
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.hover_card import HoverText
from merdesk.ui.theme.theme import Theme

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def theme(qapp):
    return Theme(QApplication.instance(), "dark")


@pytest.fixture
def plane(qtbot, theme):
    plane = AffectPlane(theme, lambda clip_id: HoverText(f"Title {clip_id}", "Artist", "V A"))
    qtbot.addWidget(plane)
    plane.resize(600, 600)
    plane.show()
    return plane


def placed(places, *, dataset=None, genre=None, prediction=None):
    """Clips 10, 20, 30 ... at these places."""
    n = len(places)
    columns = some_columns(n)
    return ClipColumns(
        **{
            name: getattr(columns, name)
            for name in ClipColumns.__slots__
            if name not in ("ids", "affect", "dataset", "genre", "prediction")
        },
        ids=np.arange(1, n + 1) * 10,
        affect=places,
        dataset=dataset or [0] * n,
        genre=genre or [0] * n,
        prediction=np.full((n, 2), np.nan) if prediction is None else prediction,
    )


def px(plane, x, y):
    return plane.canvas.to_px(x, y).toPoint()


def click(qtbot, plane, x, y):
    qtbot.mouseClick(plane.canvas.viewport(), Qt.MouseButton.LeftButton, pos=px(plane, x, y))


def hover(plane, x, y):
    plane.canvas.hovered_px.emit(QPointF(px(plane, x, y)))


def test_clips_are_drawn_at_their_annotation_in_the_colour_of_their_genre(plane, theme):
    plane.set_clips(placed([(0.5, 0.25), (-0.5, 0.75)], genre=[1, 2], dataset=[0, 1]))
    drawn = {
        tuple(xy): look
        for xy, look in zip(plane.layers.filled.xy.tolist(), plane.layers.filled.looks(), strict=True)
    }
    genres = dict(theme.palette.genres)
    assert drawn == {(0.5, 0.25): (genres["Jazz"], "circle"), (-0.5, 0.75): (genres["Pop"], "triangle")}
    assert plane.n_shown == 2


def test_only_visible_clips_with_an_annotation_are_drawn(plane):
    plane.set_clips(placed([(0, 0), (0.5, 0.5), (np.nan, 0.2)]), np.array([False, True, True]))
    assert plane.layers.filled.xy.tolist() == [[0.5, 0.5]]


def test_a_mask_of_another_length_is_refused(plane):
    with pytest.raises(ValueError, match="mask of 2"):
        plane.set_clips(placed([(0, 0)]), np.array([True, False]))


def test_predictions_are_hollow_and_take_the_place_of_annotations(plane):
    plane.set_clips(placed([(0.5, 0.5)], prediction=[(-0.25, 0)]))
    plane.set_shown("prediction")
    assert len(plane.layers.filled.xy) == 0
    assert plane.layers.hollow.xy.tolist() == [[-0.25, 0]]


def test_both_joins_every_clip_to_its_prediction_when_there_are_few(plane):
    plane.set_clips(placed([(0.5, 0.5), (0, 0)], prediction=[(-0.25, 0), (np.nan, np.nan)]))
    plane.set_shown("both")
    assert plane.layers.filled.xy.shape == (2, 2)
    assert plane.layers.hollow.xy.tolist() == [[-0.25, 0]]
    assert plane.highlights.faint_pairs.tolist() == [[[0.5, 0.5], [-0.25, 0]]]


def test_both_joins_only_clips_in_focus_when_there_are_many(plane):
    columns = some_columns(500)
    plane.set_clips(columns)
    plane.set_shown("both")
    assert len(plane.layers.hollow.xy) == 0
    plane.set_selected([int(columns.ids[7])])
    plane.set_playing(int(columns.ids[3]))
    assert plane.highlights.pairs.astype(np.float32).tolist() == [
        [columns.affect[row].tolist(), columns.prediction[row].tolist()] for row in (3, 7)
    ]


def test_a_clip_with_a_prediction_alone_is_shown_in_both(plane):
    columns = some_columns(400)
    affect = columns.affect.copy()
    affect[5] = np.nan
    plane.set_clips(placed(affect, prediction=columns.prediction))
    plane.set_shown("both")
    assert plane.layers.hollow.xy.astype(np.float32).tolist() == [columns.prediction[5].tolist()]


@pytest.mark.parametrize("kind", ["dataset", "split", "residual", "spread"])
def test_every_colouring_colours_all_clips(plane, kind):
    plane.set_clips(some_columns(50))
    plane.set_colouring(kind)
    assert plane.colouring.kind == kind
    assert {colour for colour, _ in plane.layers.filled.looks()} <= set(plane.colouring.colours)


def test_the_worst_residual_has_the_end_of_the_map(plane, theme):
    plane.set_clips(placed([(0, 0)] * 3, prediction=[(0, 0), (0.1, 0), (0.9, 0)]))
    plane.set_colouring("residual")
    by_row = dict(zip(plane.clip_order(), plane.layers.filled.looks(), strict=True))
    assert by_row[30][0] == theme.palette.sequential[-1]
    assert by_row[10][0] == theme.palette.sequential[0]


def test_an_unknown_colouring_is_refused(plane):
    with pytest.raises(ValueError, match="'mood'"):
        plane.set_colouring("mood")


def test_points_change_colour_with_the_theme(plane, theme):
    plane.set_clips(placed([(0, 0)]))
    theme.choose("light")
    assert plane.layers.filled.looks()[0][0] == dict(theme.palette.genres)["Classical"]


def test_the_draw_order_is_shuffled_but_always_the_same(plane):
    columns = some_columns(200)
    plane.set_clips(columns)
    order = plane.clip_order()
    assert order != sorted(order)
    half = np.arange(200) % 2 == 0
    plane.set_clips(columns, half)
    kept = set(columns.ids[half].tolist())
    assert plane.clip_order() == [clip for clip in order if clip in kept]


def test_spreading_moves_clips_apart_and_is_said(plane):
    plane.set_clips(placed([(0.1, 0.1)] * 4 + [(0.2, 0.2)] * 4))
    plane.set_spread(True)
    assert len(np.unique(plane.layers.filled.xy, axis=0)) == 8
    assert "spread" in plane.caption
    plane.set_spread(False)
    assert len(np.unique(plane.layers.filled.xy, axis=0)) == 2
    assert plane.caption == ""


def test_a_click_picks_the_clip_under_the_mouse(qtbot, plane):
    plane.set_clips(placed([(0.5, 0.5), (-0.5, 0.5)]))
    with qtbot.waitSignal(plane.clip_picked) as picked:
        click(qtbot, plane, -0.5, 0.5)
    assert picked.args == [20]


def test_a_click_beside_every_clip_picks_nothing(qtbot, plane):
    plane.set_clips(placed([(0.5, 0.5)]))
    with qtbot.assertNotEmitted(plane.clip_picked):
        click(qtbot, plane, -0.5, -0.5)


def test_clicking_again_goes_through_the_clips_on_one_another(qtbot, plane):
    plane.set_clips(placed([(0.5, 0.5)] * 3))
    picked = []
    plane.clip_picked.connect(lambda clip: (picked.append(clip), plane.set_selected([clip])))
    for _ in range(4):
        click(qtbot, plane, 0.5, 0.5)
    assert set(picked[:3]) == {10, 20, 30}
    assert picked[3] == picked[0]


def test_hovering_shows_a_card_beside_the_point_and_tells(qtbot, plane):
    plane.set_clips(placed([(0.5, 0.5)]))
    with qtbot.waitSignal(plane.clip_hovered) as hovered:
        hover(plane, 0.5, 0.5)
    assert hovered.args == [10]
    assert plane.card.text.splitlines() == ["Title 10", "Artist", "V A"]
    assert plane.card.isVisible()
    assert not plane.card.geometry().contains(px(plane, 0.5, 0.5))
    with qtbot.waitSignal(plane.clip_hovered) as left:
        hover(plane, -0.5, -0.5)
    assert left.args == [None]
    assert not plane.card.isVisible()


def test_the_card_says_how_many_clips_lie_there(plane):
    plane.set_clips(placed([(0.5, 0.5)] * 3))
    hover(plane, 0.5, 0.5)
    assert "3 clips here" in plane.card.text


@pytest.mark.parametrize("corner", [(-1, -1), (-1, 1), (1, -1), (1, 1)])
def test_the_card_stays_inside_and_off_the_point_in_every_corner(plane, corner):
    plane.set_clips(placed([corner]))
    hover(plane, *corner)
    assert plane.rect().contains(plane.card.geometry())
    assert not plane.card.geometry().contains(px(plane, *corner))


def test_the_card_keeps_off_the_prediction(plane):
    plane.set_clips(placed([(0.0, 0.0)], prediction=[(0.15, -0.15)]))
    plane.set_shown("both")
    hover(plane, 0.0, 0.0)
    assert not plane.card.geometry().contains(px(plane, 0.15, -0.15))


def test_the_wheel_keeps_the_place_under_the_cursor(plane):
    at = QPointF(450, 150)
    before = plane.canvas.to_plane(at)
    plane.canvas.zoom(2.0, at)
    after = plane.canvas.to_plane(at)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1e-6)


def test_valence_and_arousal_have_the_same_scale_in_every_shape_of_window(qtbot, plane):
    plane.resize(900, 400)
    qtbot.waitUntil(lambda: plane.canvas.width() == 900)
    right = plane.canvas.to_px(1, 0).x() - plane.canvas.to_px(0, 0).x()
    up = plane.canvas.to_px(0, 0).y() - plane.canvas.to_px(0, 1).y()
    assert right == pytest.approx(up, rel=1e-3)
    assert plane.rect().contains(px(plane, 1, 1))
    assert plane.rect().contains(px(plane, -1, -1))


def test_dragging_moves_the_plane_with_the_mouse_and_f_brings_it_back(qtbot, plane):
    viewport, left = plane.canvas.viewport(), Qt.MouseButton.LeftButton
    before = plane.canvas.to_plane(QPointF(200, 200))
    qtbot.mousePress(viewport, left, pos=QPoint(200, 200))
    qtbot.mouseMove(viewport, QPoint(230, 240))
    qtbot.mouseMove(viewport, QPoint(260, 280))
    qtbot.mouseRelease(viewport, left, pos=QPoint(260, 280))
    moved = plane.canvas.to_plane(QPointF(260, 280))
    assert (moved.x(), moved.y()) == pytest.approx((before.x(), before.y()), abs=1e-6)
    qtbot.keyClick(plane.canvas, Qt.Key.Key_F)
    back = plane.canvas.to_plane(QPointF(200, 200))
    assert (back.x(), back.y()) == pytest.approx((before.x(), before.y()), abs=1e-6)


def test_fit_shows_points_beyond_the_scale(plane):
    plane.set_clips(placed([(1.4, -1.3)]))
    assert plane.rect().contains(px(plane, 1.4, -1.3))


def test_a_shift_drag_lassos_the_clips_inside(qtbot, plane):
    plane.set_clips(placed([(0.5, 0.5), (0.4, 0.6), (-0.5, -0.5)]))
    viewport, left = plane.canvas.viewport(), Qt.MouseButton.LeftButton
    corners = [px(plane, *place) for place in ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))]
    with qtbot.waitSignal(plane.clips_lassoed) as lassoed:
        qtbot.mousePress(viewport, left, SHIFT, corners[0])
        for corner in corners[1:]:
            qtbot.mouseMove(viewport, corner)
        assert len(plane.highlights.lasso) == 4
        qtbot.mouseRelease(viewport, left, SHIFT, corners[-1])
    assert lassoed.args[0].tolist() == [10, 20]
    assert len(plane.highlights.lasso) == 0


def test_escape_gives_up_the_selection(qtbot, plane):
    with qtbot.waitSignal(plane.clips_lassoed) as lassoed:
        qtbot.keyClick(plane.canvas, Qt.Key.Key_Escape)
    assert lassoed.args[0].tolist() == []


def test_arrows_go_to_the_nearest_clip_on_that_side(qtbot, plane):
    plane.set_clips(placed([(0, 0), (0.3, 0), (-0.4, 0), (0, 0.5)]))
    plane.set_selected([10])
    for key, expected in ((Qt.Key.Key_Right, 20), (Qt.Key.Key_Left, 30), (Qt.Key.Key_Up, 40)):
        with qtbot.waitSignal(plane.clip_picked) as picked:
            qtbot.keyClick(plane.canvas, key)
        assert picked.args == [expected]


def test_space_asks_to_play(qtbot, plane):
    with qtbot.waitSignal(plane.play_toggled):
        qtbot.keyClick(plane.canvas, Qt.Key.Key_Space)


def test_the_playing_clip_lights_up_and_moves_along_its_trace(plane, theme):
    plane.set_clips(placed([(0.5, 0.5)]))
    plane.set_playing(10)
    assert plane.highlights.playing == (0.5, 0.5)
    assert colour_at(plane, 0.5, 0.5) == theme.palette.accent
    plane.set_trace(np.array([(0.5, 0.5), (np.nan, 0), (0, 0)]))
    plane.set_moving_point((0.0, 0.0))
    assert plane.highlights.trace.tolist() == [[0.5, 0.5], [0, 0]]
    assert colour_at(plane, 0.0, 0.0) == theme.palette.accent
    assert colour_at(plane, 0.5, 0.5) != theme.palette.accent
    plane.set_playing(None)
    plane.set_moving_point(None)
    assert colour_at(plane, 0.0, 0.0) != theme.palette.accent


def colour_at(plane, x, y):
    image = plane.canvas.grab().toImage()
    return image.pixelColor(px(plane, x, y)).name()


def test_a_click_in_rating_mode_proposes_a_place_and_picks_no_clip(qtbot, plane):
    plane.set_clips(placed([(0.5, 0.5)]))
    plane.set_rating_mode(True)
    with qtbot.assertNotEmitted(plane.clip_picked), qtbot.waitSignal(plane.rating_picked) as rated:
        click(qtbot, plane, 0.5, 0.5)
    assert rated.args == pytest.approx([0.5, 0.5], abs=0.01)
    assert plane.highlights.proposal == pytest.approx((0.5, 0.5), abs=0.01)
    plane.set_rating_mode(False)
    assert plane.highlights.proposal is None


def test_a_rating_stays_on_the_scale(qtbot, plane):
    plane.set_rating_mode(True)
    with qtbot.waitSignal(plane.rating_picked) as rated:
        click(qtbot, plane, 1.05, -1.05)
    assert rated.args == [1.0, -1.0]


def test_a_rating_can_be_given_by_keyboard(qtbot, plane):
    plane.set_rating_mode(True)
    for _ in range(3):
        qtbot.keyClick(plane.canvas, Qt.Key.Key_Right)
    qtbot.keyClick(plane.canvas, Qt.Key.Key_Up, SHIFT)
    with qtbot.waitSignal(plane.rating_picked) as rated:
        qtbot.keyClick(plane.canvas, Qt.Key.Key_Return)
    assert rated.args == pytest.approx([0.15, 0.01])


def test_the_plane_has_a_name_and_says_what_it_shows(plane):
    plane.set_clips(some_columns(1200))
    assert plane.canvas.accessibleName() == "Valence-arousal plane"
    assert plane.canvas.accessibleDescription() == "1,200 clips by annotation, colour genre"


def test_thousands_of_selected_clips_are_drawn(plane):
    columns = some_columns(3000)
    plane.set_clips(columns)
    plane.set_selected(columns.ids)
    assert len(plane.highlights.selected) == 3000
    assert not plane.canvas.grab().isNull()
