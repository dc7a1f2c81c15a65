"""Which colour a clip has: the largest groups and the rest, numbers from zero, around zero, between ends."""

import dataclasses

import numpy as np
from helpers.columns import some_columns

from merdesk.ui.plots.colouring import STEPS, Measure, colouring_of
from merdesk.ui.theme.palette import DARK


def with_artists(codes):
    columns = some_columns(len(codes))
    names = tuple(f"Artist {number}" for number in range(max(codes) + 1))
    return dataclasses.replace(columns, artist=np.array(codes), artist_names=names)


def test_the_largest_artists_have_colours_and_the_rest_is_one_group():
    columns = with_artists([0] * 5 + [1] * 3 + list(range(2, 12)) + [-1])
    found = colouring_of(columns, "artist", DARK)
    assert found.names[:2] == ("Artist 0", "Artist 1")
    assert found.names[-2:] == ("4 others", "No artist")
    assert found.colours[:8] == DARK.distinct
    assert found.names[found.codes[17]] == "4 others"
    assert found.names[found.codes[18]] == "No artist"


def test_chosen_artists_have_the_colours_and_all_others_are_the_rest():
    columns = with_artists([0] * 5 + [1] * 3 + list(range(2, 12)))
    found = colouring_of(columns, "artist", DARK, chosen=("Artist 9", "Artist 0", "gone"))
    assert found.names == ("Artist 9", "Artist 0", "10 others", "No artist")
    assert found.colours[:2] == DARK.distinct[:2]
    assert found.names[found.codes[5]] == "10 others"


def test_a_measure_of_names_colours_groups():
    columns = some_columns(5)
    measure = Measure("key", columns.ids[[0, 2, 4]], np.array([1.0, 0.0, 1.0]), ("minor", "major"))
    found = colouring_of(columns, "measure", DARK, measure)
    assert found.title == "key"
    assert found.bounds is None
    assert [found.names[code] for code in found.codes] == ["major", "Unknown", "minor", "Unknown", "major"]


def test_few_splits_leave_none_over_and_keep_their_codes():
    columns = dataclasses.replace(
        some_columns(4), split=np.array([1, 1, 0, -1]), split_names=("development", "evaluation")
    )
    found = colouring_of(columns, "split", DARK)
    assert [found.names[code] for code in found.codes] == [
        "evaluation",
        "evaluation",
        "development",
        "No split",
    ]


def test_a_signed_residual_is_grey_at_zero_and_its_ends_are_opposite():
    columns = some_columns(101)
    off = np.linspace(-0.5, 0.5, 101)
    columns = dataclasses.replace(columns, prediction=columns.affect + np.stack([off, 0 * off], axis=1))
    found = colouring_of(columns, "residual_valence", DARK)
    low, high = found.bounds
    assert low == -high
    assert abs(int(found.codes[50]) - STEPS / 2) <= 1
    assert (found.codes[0], found.codes[-1]) == (0, STEPS - 1)


def test_a_measure_colours_the_clips_that_have_it_and_no_others():
    columns = some_columns(5)
    measure = Measure("tempo", columns.ids[[0, 2, 4]], np.array([60.0, 120.0, 180.0]))
    found = colouring_of(columns, "measure", DARK, measure)
    assert found.title == "tempo"
    assert [found.names[code] == "Unknown" for code in found.codes] == [False, True, False, True, False]
    assert found.codes[0] < found.codes[2] < found.codes[4]


def test_a_measure_without_a_value_or_with_one_is_no_error():
    columns = some_columns(3)
    assert (colouring_of(columns, "measure", DARK).codes == STEPS).all()
    same = Measure("flat", columns.ids, np.ones(3))
    assert (colouring_of(columns, "measure", DARK, same).codes < STEPS).all()


def test_ends_of_a_measure_have_signs_only_where_it_goes_below_zero():
    columns = some_columns(4)
    for low, high, ends in (
        (60.0, 178.0, ("60", "178")),
        (1999.0, 2010.0, ("1999", "2010")),
        (-0.5, 0.5, ("\N{MINUS SIGN}0.50", "+0.50")),
    ):
        measure = Measure("m", columns.ids, np.repeat([low, high], 2))
        found = colouring_of(columns, "measure", DARK, measure)
        assert (found.names[0], found.names[STEPS - 1]) == ends
