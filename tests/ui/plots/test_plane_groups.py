"""Groups in the plane: one ellipse for each, in its colour, with its n."""

import numpy as np
import pytest
from helpers.columns import GENRES, some_columns
from PySide6.QtGui import QTransform

from merdesk.ui.plots.colouring import colouring_of
from merdesk.ui.plots.plane_groups import PlaneGroups, groups_of
from merdesk.ui.plots.plane_points import PlanePoints, arrange
from merdesk.ui.theme.palette import LIGHT
from merdesk.ui.theme.theme import Theme


@pytest.fixture
def columns():
    return some_columns(400)


def test_every_genre_has_its_ellipse_with_its_colour_and_number(columns):
    colouring = colouring_of(columns, "genre", LIGHT)
    groups = groups_of(arrange(columns, None), colouring)
    assert {group.name for group in groups} == set(GENRES)
    for group in groups:
        own = columns.genre == columns.genre_names.index(group.name)
        assert group.ellipse.n == int(own.sum())
        assert group.colour == LIGHT.categories(GENRES)[group.name]
        assert group.words == f"{group.name} {int(own.sum())}"
        assert group.ellipse.centre == pytest.approx(np.median(columns.affect[own], axis=0), abs=0.2)


def test_words_of_groups_in_one_place_do_not_cover_one_another(qtbot, qapp, columns):
    item = PlaneGroups(Theme(qapp, "light"))
    item.show_groups(groups_of(arrange(columns, None), colouring_of(columns, "genre", LIGHT)))
    # At a scale of one pixel all centres fall together.
    tops = sorted(base.y() for base in item._bases(QTransform.fromScale(1, 1)))
    assert len(tops) == 4
    assert min(np.diff(tops)) >= 10


def test_hidden_clips_do_not_count(columns):
    visible = columns.genre == 1
    groups = groups_of(arrange(columns, visible), colouring_of(columns, "genre", LIGHT))
    assert [group.name for group in groups] == [GENRES[1]]


def test_numbers_and_no_points_have_no_groups(columns):
    assert groups_of(arrange(columns, None), colouring_of(columns, "spread", LIGHT)) == ()
    assert groups_of(PlanePoints.none(), colouring_of(columns, "genre", LIGHT)) == ()
