"""Colours: the shared file, contrast, stable categories, the numeric map."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merdesk.ui.theme.palette import DARK, LIGHT, contrast, mix

PALETTES = pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: palette.name)


@PALETTES
@pytest.mark.parametrize("ground", ["background", "panel", "raised"])
@pytest.mark.parametrize("token", ["text", "muted"])
def test_text_stands_out_from_every_ground(palette, ground, token):
    assert contrast(getattr(palette, token), getattr(palette, ground)) >= 4.5


@PALETTES
def test_words_on_the_accent_and_state_words_can_be_read(palette):
    # White on the light theme's amber is bold and reaches 3.9: large text by WCAG, as the drawing has it.
    assert contrast(palette.on_accent, palette.accent) >= 3.8
    for token in ("good", "bad", "valence", "arousal"):
        assert contrast(getattr(palette, token), palette.panel) >= 4.5, token


@PALETTES
def test_points_stand_out_from_the_plane(palette):
    colours = [colour for _, colour in palette.genres] + list(palette.extra) + [palette.no_category]
    assert {colour for colour in colours if contrast(colour, palette.background) < 3} == set()


@PALETTES
def test_a_genre_of_the_field_has_its_own_colour_whatever_its_case(palette):
    wanted = dict(palette.genres)["Jazz"]
    assert palette.categories(["jazz"]) == {"jazz": wanted}
    assert palette.categories(["Jazz", "Metal"])["Jazz"] == wanted


@PALETTES
def test_a_name_keeps_its_colour_when_others_come_along(palette):
    alone = palette.categories(["Metal"])["Metal"]
    assert palette.categories(["Metal", "Rock", "Pop", "Jazz"])["Metal"] == alone


@given(st.sets(st.text(max_size=8), max_size=len(DARK.extra)))
def test_as_many_names_as_colours_get_one_each(names):
    names = {name for name in names if name and name.casefold() not in {g.casefold() for g, _ in DARK.genres}}
    chosen = DARK.categories(names)
    assert set(chosen) == names
    assert len(set(chosen.values())) == len(names)


def test_more_names_than_colours_share_them():
    chosen = DARK.categories([f"Genre {n}" for n in range(50)])
    assert set(chosen.values()) == set(DARK.extra)


def test_a_clip_without_a_genre_has_the_colour_of_none():
    assert LIGHT.categories([""]) == {"": LIGHT.no_category}


@PALETTES
def test_the_numeric_map_grows_steadily_lighter(palette):
    steps = [contrast(palette.numeric(share / 20), "#000000") for share in range(21)]
    assert steps == sorted(steps)


def test_mixing_goes_from_one_end_to_the_other():
    assert mix("#102030", "#ffffff", 0) == "#102030"
    assert mix("#102030", "#ffffff", 1) == "#ffffff"


def test_every_token_is_a_colour():
    for palette in (DARK, LIGHT):
        for field in dataclasses.fields(palette):
            value = getattr(palette, field.name)
            if isinstance(value, str) and field.name != "name":
                assert value[0] == "#", field.name
                assert len(bytes.fromhex(value[1:])) == 3, field.name
