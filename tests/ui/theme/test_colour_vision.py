"""Palettes as people see them who lack one kind of cone."""

import numpy as np
import pytest
from helpers.colour_vision import VISIONS, nearest_pair, seen

from merdesk.ui.plots.markers import MARKERS
from merdesk.ui.theme.palette import DARK, LIGHT

PALETTES = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)
EACH = pytest.mark.parametrize("vision", VISIONS)
APART = 0.1
"""In OKLab two large areas can just be told apart at about .02. Points are a few pixels wide and are compared from
memory with a legend: five times that."""
GENRES_APART = 0.07
"""Eight hues of their own that were moved as little as that takes: .08 in the dark palette, .074 in the light one."""


@PALETTES
@EACH
def test_distinct_colours_stay_apart_however_one_sees(palette, vision):
    assert nearest_pair(palette.distinct, vision) >= APART


@PALETTES
@EACH
def test_distinct_colours_are_not_taken_for_what_is_selected(palette, vision):
    for colour in palette.distinct:
        assert nearest_pair((colour, palette.accent), vision) >= APART / 2, colour


@PALETTES
@EACH
def test_genres_of_the_field_are_told_apart_however_one_sees(palette, vision):
    colours = [colour for _, colour in palette.genres]
    assert nearest_pair(colours, vision) >= GENRES_APART
    assert min(nearest_pair((colour, palette.accent), vision) for colour in colours) >= GENRES_APART / 2


@PALETTES
def test_genres_of_the_field_that_look_alike_to_somebody_have_different_shapes(palette):
    names = [name for name, _ in palette.genres]
    alike = [
        (first, second)
        for first in range(len(names))
        for second in range(first)
        for vision in VISIONS
        if nearest_pair((palette.genres[first][1], palette.genres[second][1]), vision) < APART
    ]
    # The option "Shapes by group" carries these pairs.
    assert all(MARKERS[first % len(MARKERS)] != MARKERS[second % len(MARKERS)] for first, second in alike)


@PALETTES
@EACH
def test_the_numeric_map_grows_lighter_however_one_sees(palette, vision):
    lightness = seen(palette.sequential, vision)[:, 0]
    assert (np.diff(lightness) > 0).all()


@PALETTES
@EACH
def test_the_ends_and_the_middle_of_the_signed_map_stay_apart(palette, vision):
    assert nearest_pair([palette.signed(share) for share in (0.0, 0.5, 1.0)], vision) >= APART
