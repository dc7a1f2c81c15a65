"""What a filter lets pass, what its parts leave of one another, and how it is written down."""

import numpy as np
import pytest
from helpers.columns import some_columns

from merdesk.ui.clip_filter import NO_SPLIT, Filter, Passing, axis_values, counts_in, counts_of

N = 400


@pytest.fixture(scope="module")
def columns():
    return some_columns(N, n_datasets=3)


@pytest.mark.parametrize(
    ("axis", "plain"),
    [
        ("valence", lambda c, i: c.affect[i, 0]),
        ("arousal", lambda c, i: c.affect[i, 1]),
        ("error", lambda c, i: np.hypot(*(c.prediction[i] - c.affect[i]))),
        ("spread", lambda c, i: c.spread[i].mean()),
    ],
)
def test_a_range_lets_pass_what_lies_within_it(columns, axis, plain):
    low, high = np.percentile(axis_values(columns, axis), (20, 70)).tolist()
    shown = Filter(**{axis: (low, high)}).mask(columns)
    assert shown.tolist() == [low <= plain(columns, row) <= high for row in range(N)]


def test_a_range_holds_its_ends_and_nothing_that_is_not_known(columns):
    at = float(columns.affect[7, 0])
    assert Filter(valence=(at, at)).mask(columns)[7]
    unknown = columns.take(np.arange(N))
    affect = np.array(unknown.affect)
    affect[7] = np.nan
    object.__setattr__(unknown, "affect", affect)
    shown = Filter(valence=(-1, 1)).mask(unknown)
    assert not shown[7]
    assert shown.sum() == N - 1


def test_chosen_names_are_joined_and_parts_narrow_one_another(columns):
    first, second = columns.artist_names[:2]
    one, two, both = (
        Filter(artists=frozenset(names)).mask(columns) for names in ((first,), (second,), (first, second))
    )
    assert both.tolist() == (one | two).tolist()
    narrowed = Filter(artists=frozenset({first}), hidden_datasets=frozenset({"Set 1"})).mask(columns)
    assert narrowed.tolist() == (one & (columns.dataset != 0)).tolist()


def test_one_annotator_is_enough_and_every_feature_set_is_wanted(columns):
    ids = {"a": columns.ids[:10], "b": columns.ids[5:20]}
    either = Filter(annotators=frozenset(ids)).mask(columns, rated_by=ids)
    each = Filter(features=frozenset(ids)).mask(columns, featured=ids)
    assert np.flatnonzero(either).tolist() == list(range(20))
    assert np.flatnonzero(each).tolist() == list(range(5, 10))
    assert not Filter(annotators=frozenset({"gone"})).mask(columns, rated_by=ids).any()


def test_counts_of_a_part_follow_the_others_and_not_itself(columns):
    hidden = Filter(hidden_genres=frozenset({"Jazz"}), hidden_datasets=frozenset({"Set 2"}))
    passing = Passing.of(hidden, columns)
    by_dataset = counts_of(columns.dataset, columns.dataset_names, passing.without("hidden_datasets"))
    jazz = columns.genre_names.index("Jazz")
    assert by_dataset.tolist() == [
        int(((columns.dataset == code) & (columns.genre != jazz)).sum()) for code in range(3)
    ] + [0]
    assert passing.visible.tolist() == ((columns.dataset != 1) & (columns.genre != jazz)).tolist()


def test_those_without_a_name_are_counted_last(columns):
    everywhere = np.ones(N, dtype=bool)
    assert counts_of(columns.split, (), everywhere).tolist() == [N]
    assert Filter(splits=frozenset({NO_SPLIT})).mask(columns).all()
    ids = {"a": columns.ids[:10], "b": columns.ids[5:8]}
    among = columns.dataset == 0
    assert counts_in(columns, ids, among).tolist() == [among[:10].sum(), among[5:8].sum()]


def test_a_filter_comes_back_from_its_text_and_unknown_parts_do_no_harm():
    chosen = Filter(
        hidden_genres=frozenset({"Jazz", "Pop"}), has_audio=True, error=(0.25, 2.0), search="blue  "
    )
    assert Filter.from_json(chosen.to_json()) == chosen
    assert Filter.from_json('{"has_audio": "yes", "tempo": [1, 2], "arousal": [0, 1]}') == Filter(
        arousal=(0, 1)
    )
    assert Filter(search="  ").is_empty
    assert not chosen.is_empty
