"""Points: size by number and zoom, sprites and raster show the same points."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from merdesk.exploration import compiled
from merdesk.ui.plots import marker_cloud
from merdesk.ui.plots.marker_cloud import MarkerCloud, point_size
from merdesk.ui.plots.plane_canvas import PlaneCanvas
from merdesk.ui.plots.raster_scatter import RasterScatter, premultiplied

RED, BLUE = "#ff0000", "#0000ff"


@pytest.fixture
def canvas(qtbot):
    canvas = PlaneCanvas()
    qtbot.addWidget(canvas)
    canvas.setBackground(QColor("#000000"))
    canvas.resize(400, 400)
    canvas.show()
    return canvas


def shown(canvas, cloud):
    canvas.view.addItem(cloud, ignoreBounds=True)
    return canvas.grab().toImage()


def two_points(cloud, colours=(RED, BLUE)):
    cloud.set_points(np.array([(0.5, 0.5), (-0.5, 0.0)]), np.array([0, 1]), colours, np.array([0, 2]))


def test_points_are_painted_where_they_are_in_their_colour(canvas):
    cloud = MarkerCloud()
    two_points(cloud)
    image = shown(canvas, cloud)
    for place, strong, weak in (((0.5, 0.5), "red", "blue"), ((-0.5, 0.0), "blue", "red")):
        pixel = image.pixelColor(canvas.to_px(*place).toPoint())
        assert getattr(pixel, strong)() == pytest.approx(255 * marker_cloud.OPACITY, abs=3)
        assert getattr(pixel, weak)() == 0


def test_hollow_points_leave_their_middle_free(canvas):
    cloud = MarkerCloud(hollow=True)
    two_points(cloud)
    at = canvas.to_px(0.5, 0.5).toPoint()
    image = shown(canvas, cloud)
    assert image.pixelColor(at).red() < 40
    assert max(image.pixelColor(at.x() + step, at.y()).red() for step in range(2, 6)) > 100


def test_a_raster_shows_the_points_that_sprites_show(canvas, monkeypatch):
    rng = np.random.default_rng(0)
    cloud = MarkerCloud()
    xy = rng.uniform(-1, 1, (300, 2))
    cloud.set_points(xy, rng.integers(0, 2, 300), (RED, BLUE), np.zeros(300, np.int64))
    sprites = lit(shown(canvas, cloud))
    monkeypatch.setattr(marker_cloud, "SPRITES_MOST", 10)
    raster = lit(canvas.grab().toImage())
    overlap = (sprites & raster).sum() / (sprites | raster).sum()
    assert overlap > 0.6
    centres = [canvas.to_px(*place).toPoint() for place in xy]
    assert all(raster[centre.y(), centre.x()] for centre in centres)


def lit(image):
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return (pixels & 0xFFFFFF) > 0


def picture(x, y, colours, size, dot):
    """Points at pixels as one raster."""
    scatter = RasterScatter()
    shades = np.array([0, *(premultiplied(colour, 1) for colour in colours)], np.uint32)
    scatter.number(np.asarray(x, np.float32), np.asarray(y, np.float32), (1.0, 1.0), (0.0, 0.0), size)
    return scatter.image(shades, dot).copy()


@pytest.fixture(params=["numpy", "compiled"], autouse=True)
def kernels(request, monkeypatch):
    """Every test with numpy, as long as numba is not there, and with the compiled loops."""
    if request.param == "compiled":
        compiled.load()
    else:
        monkeypatch.setattr(compiled, "KERNELS", "not there")


def test_the_last_point_lies_on_top():
    assert picture([5.2, 5.9], [4.5, 4.5], (RED, BLUE), (12, 10), 1).pixelColor(5, 4).name() == BLUE
    assert picture([5.2, 5.9], [4.5, 4.5], (BLUE, RED), (12, 10), 1).pixelColor(5, 4).name() == RED


@pytest.mark.parametrize("dot", [1, 2, 3, 4])
def test_a_dot_of_the_raster_is_a_square_of_its_size_and_is_cut_at_the_edge(dot):
    assert lit(picture([10.0], [10.0], (RED,), (20, 20), dot)).sum() == dot * dot
    corner = picture([0.0], [0.0], (RED,), (20, 20), dot)
    assert lit(corner).sum() == (dot // 2 + 1) ** 2


def test_points_outside_of_the_picture_are_left_out():
    x, y = np.array([-0.5, 30.0, 5.0, np.nan]), np.array([5.0, 5.0, -3.0, 2.0])
    with np.errstate(invalid="ignore"):
        image = picture(x, y, (RED,) * 4, (20, 20), 3)
    assert not lit(image).any()


def test_points_grow_when_one_zooms_in(canvas):
    rng = np.random.default_rng(0)
    cloud = MarkerCloud()
    n = 15_000
    xy = rng.uniform(-1, 1, (n, 2))
    xy[0] = 0
    cloud.set_points(xy, np.r_[1, np.zeros(n - 1, np.int64)], ("#000000", BLUE), np.zeros(n, np.int64))
    canvas.view.addItem(cloud, ignoreBounds=True)

    def blue_pixels():
        image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return int(((np.frombuffer(image.constBits(), np.uint32) & 0xFF) > 100).sum())

    before = blue_pixels()
    canvas.view.setRange(xRange=(-0.02, 0.02), yRange=(-0.02, 0.02), padding=0)
    assert blue_pixels() > 1.5 * before


def test_few_points_have_their_full_size_and_many_shrink_to_the_smallest():
    sizes = [point_size(n) for n in (1, 2_000, 10_000, 50_000, 10**7)]
    assert sizes[0] == sizes[1] == marker_cloud.POINT_PX
    assert sizes[-1] == marker_cloud.SMALLEST_PX
    assert sizes == sorted(sizes, reverse=True)


def test_points_are_sharp_on_a_dense_screen(qapp, canvas):
    cloud = MarkerCloud()
    two_points(cloud)
    canvas.view.addItem(cloud, ignoreBounds=True)
    image = QImage(800, 800, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    canvas.render(painter, QRectF(canvas.rect()), canvas.rect())
    painter.end()
    plain = lit(canvas.grab().toImage()).sum()
    assert lit(image).sum() == pytest.approx(4 * plain, rel=0.25)


def test_the_item_needs_no_points(canvas):
    cloud = MarkerCloud()
    cloud.set_points(np.empty((0, 2)), np.empty(0, np.int64), (RED,), np.empty(0, np.int64))
    assert not lit(shown(canvas, cloud)).any()
    assert cloud.looks() == []


def test_points_that_the_colouring_says_nothing_of_lie_under_the_others(canvas):
    cloud = MarkerCloud()
    here = np.array([(0.5, 0.5), (0.5, 0.5)])
    cloud.set_points(here, np.array([0, 1]), (RED, BLUE), np.zeros(2, np.int64))
    pixel = shown(canvas, cloud).pixelColor(canvas.to_px(0.5, 0.5).toPoint())
    assert pixel.red() > pixel.blue()
