"""The pictures: valid, deterministic, with the texts of strangers kept out of matplotlib."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from helpers.report_data import built, columns_of

from merdesk.reports.figures import MARKERS, pictures, shown_genres
from merdesk.reports.palette import SCHEMES, genre_colour, tokens
from merdesk.reports.points import lattice_spread
from merdesk.reports.svg import Labels, for_window, inline
from merdesk.ui.theme.palette import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def report():
    return built(columns_of(480, planted=0.3))


@pytest.fixture(scope="module")
def drawn(report):
    return pictures(report)


def test_all_three_pictures_are_drawn(drawn):
    assert list(drawn) == ["plane", "fit", "genre_bias"]


def test_pictures_are_the_same_each_time(report, drawn):
    assert pictures(report) == drawn
    assert "2026" not in drawn["plane"]


def test_pictures_are_xml_with_a_title(drawn):
    for svg in drawn.values():
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert root.find(f"{SVG}title").text


def test_every_annotated_clip_is_a_point(drawn):
    # matplotlib draws short shapes in full and refers to long ones; only points are translucent.
    assert len(re.findall(r"fill-opacity: 0.78", drawn["plane"])) == 480


def test_ids_differ_between_pictures(drawn):
    found = [set(re.findall(r' id="([^"]+)"', svg)) for svg in drawn.values()]
    assert all(found)
    assert not found[0] & found[1]
    assert not found[1] & found[2]


def test_inline_pictures_have_no_colour_of_their_own(drawn):
    for svg in drawn.values():
        assert re.search(r": #[0-9a-f]{6}", svg)
        assert not re.search(r": #[0-9a-f]{6}", inline(svg))


@pytest.mark.filterwarnings("error")
def test_names_beyond_the_font_and_formulas_are_drawn_as_text():
    names = ("音楽", "$x^2$", "<b>&", "@000@")
    svg = pictures(built(columns_of(240, genres=names)))["genre_bias"]
    texts = {node.text for node in ET.fromstring(svg).findall(f".//{SVG}text")}
    assert set(names) <= texts


def test_nothing_is_drawn_without_data():
    assert pictures(built(columns_of(0), model=None)) == {}
    assert list(pictures(built(columns_of(8)))) == ["plane", "fit"]


def test_only_the_largest_genres_are_drawn():
    rows = [{"genre": f"g{k:02d}", "n": k} for k in range(30)]
    assert shown_genres(rows)[:2] == ["g29", "g28"]
    assert len(shown_genres(rows)) == 20


def test_a_label_is_cut_and_comes_back_escaped():
    labels = Labels()
    held = labels.hold("a & b" * 20, most=8)
    assert held.isascii()
    assert labels.release(f"<t>{held}</t>") == "<t>a &amp; ba …</t>"


def test_genres_keep_their_colour_everywhere():
    for palette in (LIGHT, DARK):
        assert genre_colour("blues", palette.name) == genre_colour("Blues", palette.name)
        assert genre_colour("Blues", palette.name) == palette.categories(["Blues"])["Blues"]
    assert genre_colour("Zydeco") == genre_colour("zydeco")
    assert genre_colour("") == "#7a838e"


def test_one_light_colour_never_means_two_dark_ones():
    pairs = {}
    for name in ("Classical", "Blues", "Jazz", "Folk", "Country", "Pop", "Rock", "Electronic", ""):
        pairs.setdefault(genre_colour(name, "light"), set()).add(genre_colour(name, "dark"))
    light, dark = (tokens(scheme) for scheme in SCHEMES)
    for name in light.keys() - {"on_accent"}:
        pairs.setdefault(light[name], set()).add(dark[name])
    assert all(len(found) == 1 for found in pairs.values())


def test_rounded_annotations_are_spread_within_their_step_and_others_stay():
    columns = columns_of(400)
    affect = np.where(columns.dataset[:, None] == 0, np.round(columns.affect * 5) / 5, columns.affect)
    changed = type(columns)(**{**{n: getattr(columns, n) for n in columns.__slots__}, "affect": affect})
    spread = lattice_spread(changed, seed=0)
    assert np.abs(spread[:200]).max() <= 0.1001
    assert np.abs(spread[:200]).mean() > 0.03
    assert not spread[200:].any()


def test_there_are_enough_markers():
    assert len(set(MARKERS)) == 8


def test_a_picture_for_the_window_has_the_colours_of_its_scheme_and_no_style_sheet(drawn):
    dark = for_window(drawn["plane"], "dark", "Inter")
    assert tokens("dark")["text"] in dark
    assert tokens("light")["text"] not in dark
    assert "var(--" not in dark
    assert tokens("light")["text"] in for_window(drawn["plane"], "light", "Inter")
