"""Pictures of the plane that are saved or copied: size, legend, what they say."""

import dataclasses
import re

import numpy as np
import pytest
from helpers.columns import some_columns
from PySide6.QtGui import QImage

from merdesk.errors import MerdeskError
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.figure import WIDTH_PX
from merdesk.ui.plots.hover_card import HoverText
from merdesk.ui.plots.picture import PNG_DENSITY
from merdesk.ui.theme.theme import Theme


@pytest.fixture
def theme(qapp):
    return Theme(qapp, "light")


@pytest.fixture
def plane(qtbot, theme):
    made = AffectPlane(theme, lambda clip_id: HoverText(str(clip_id), "", ""))
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    qtbot.waitExposed(made)
    made.set_clips(some_columns(40))
    return made


def saved(plane, tmp_path, ending):
    plane.save_picture(tmp_path / f"plane.{ending}")
    return tmp_path / f"plane.{ending}"


def test_a_saved_drawing_has_a_shape_for_every_point(plane, tmp_path):
    drawing = saved(plane, tmp_path, "svg").read_text(encoding="utf-8")
    assert "<image" not in drawing
    colours = {colour for colour, _ in plane.layers.filled.looks()}
    filled = sum(drawing.count(f'fill="{colour}"') for colour in colours)
    # 40 points and a swatch for each of the four genres; shapes of one colour may share a group.
    assert filled >= len(colours)
    assert drawing.count("<path") >= 40


def test_a_saved_drawing_names_genres_datasets_and_n(plane, tmp_path):
    drawing = saved(plane, tmp_path, "svg").read_text(encoding="utf-8")
    for words in ("Classical", "Jazz", "Set 1", "Set 2", "n = 40 clips", "Placed by annotation"):
        assert words in drawing, words


def test_counts_of_the_legend_are_those_of_the_clips_shown(plane):
    columns = some_columns(40)
    visible = np.arange(40) < 10
    plane.set_clips(columns, visible)
    figure = plane.figure()
    assert "n = 10 clips" in figure.caption
    genres = {entry.label: entry.count for entry in figure.blocks[0].entries}
    counts = np.bincount(columns.genre[:10], minlength=4)
    assert genres == {name: n for name, n in zip(columns.genre_names, counts, strict=True) if n}


def test_the_caption_says_whose_points_are_seen(plane):
    plane.set_shown("both")
    assert "joined to the prediction (hollow)" in plane.figure().caption
    plane.set_clips(dataclasses.replace(some_columns(40), prediction=np.full((40, 2), np.nan)))
    assert "hollow" not in plane.figure().caption


def test_a_numeric_colouring_has_its_scale_in_the_legend(plane, tmp_path):
    plane.set_colouring("spread")
    assert plane.figure().blocks[0].scale is plane.colouring
    assert "or more" in saved(plane, tmp_path, "svg").read_text(encoding="utf-8")


def test_a_saved_png_is_as_wide_as_two_columns_at_384_dpi(plane, tmp_path):
    picture = QImage(str(saved(plane, tmp_path, "png")))
    assert picture.width() == WIDTH_PX * PNG_DENSITY
    assert picture.dotsPerMeterX() == pytest.approx(384 / 0.0254, abs=1)
    background = plane._theme.palette.background
    assert picture.pixelColor(3, 3).name() == background
    shown = {picture.pixelColor(x, y).name() for x in range(0, 2000, 7) for y in range(0, 2000, 7)}
    assert len(shown - {background}) > 5


def test_a_saved_pdf_is_one_page_of_the_size_of_the_figure(plane, tmp_path):
    page = saved(plane, tmp_path, "pdf").read_bytes()
    assert page.startswith(b"%PDF")
    width, height = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page).groups())
    size = plane.figure().size
    assert width == pytest.approx(size.width() * 0.75, abs=1)
    assert height == pytest.approx(size.height() * 0.75, abs=1)


def test_a_copied_picture_is_pixels_and_drawing(plane):
    mime = plane.copied_picture()
    assert mime.hasImage()
    assert b"<svg" in bytes(mime.data("image/svg+xml").data())
    assert mime.text().startswith("n = 40 clips")


def test_a_part_of_the_plane_is_saved_when_a_part_is_seen(plane):
    whole = plane.canvas.content_px()
    assert whole.width() < plane.canvas.viewport().width()
    plane.canvas.zoom(6.0)
    assert plane.canvas.content_px() == plane.canvas.viewport().rect()


def test_a_picture_with_another_ending_or_nowhere_to_go_says_what_to_do(plane, tmp_path):
    with pytest.raises(MerdeskError, match=r"\.svg, \.pdf nor \.png"):
        plane.save_picture(tmp_path / "plane.bmp")
    with pytest.raises(MerdeskError, match="choose another folder"):
        plane.save_picture(tmp_path / "missing" / "plane.png")
