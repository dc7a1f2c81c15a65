"""What several clips have in common, against plain arithmetic and a bootstrap written out."""

import dataclasses

import numpy as np
import pytest
from helpers.columns import some_columns

from merdesk.workflows import selection
from merdesk.workflows.selection import summarise


def test_counts_means_and_genres_are_those_of_the_rows():
    columns = some_columns(200)
    rows = np.arange(0, 200, 4)
    found = summarise(columns, rows)
    assert (found.n, found.n_annotated) == (50, 50)
    assert found.n_clusters == len(np.unique(columns.group[rows]))
    assert found.valence.value == pytest.approx(float(columns.affect[rows, 0].mean()), abs=1e-6)
    assert found.arousal.value == pytest.approx(float(columns.affect[rows, 1].mean()), abs=1e-6)
    assert sum(n for _, n in found.genres) == 50
    assert [n for _, n in found.genres] == sorted((n for _, n in found.genres), reverse=True)


def test_the_interval_resamples_artists_not_clips():
    columns = some_columns(300)
    columns = dataclasses.replace(columns, group=np.repeat(np.arange(10), 30))
    found = summarise(columns, np.arange(300)).valence
    means = np.array([columns.affect[columns.group == g, 0].mean() for g in range(10)])
    rng = np.random.default_rng(1)
    draws = means[rng.integers(10, size=(4000, 10))].mean(axis=1)
    assert (found.low, found.high) == pytest.approx(np.percentile(draws, (2.5, 97.5)).tolist(), abs=0.01)


def test_many_artists_have_the_normal_interval_and_it_is_the_same(monkeypatch):
    columns = some_columns(800)
    resampled = summarise(columns, np.arange(800)).arousal
    monkeypatch.setattr(selection, "MOST_RESAMPLED", 10)
    normal = summarise(columns, np.arange(800)).arousal
    assert (normal.low, normal.high) == pytest.approx((resampled.low, resampled.high), abs=0.006)
    assert normal != resampled


def test_quadrants_add_up_and_an_axis_belongs_to_the_positive_side():
    columns = some_columns(4)
    places = np.array([[0.0, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]])
    found = summarise(dataclasses.replace(columns, affect=places), np.arange(4))
    assert found.quadrants == (0.25, 0.25, 0.25, 0.25)


def test_clips_without_annotation_and_of_one_artist_have_no_interval():
    columns = some_columns(6)
    nothing = summarise(dataclasses.replace(columns, affect=np.full((6, 2), np.nan)), np.arange(6))
    assert (nothing.n, nothing.n_annotated, nothing.n_clusters) == (6, 0, 0)
    assert np.isnan(nothing.valence.value)
    alone = summarise(dataclasses.replace(columns, group=np.zeros(6)), np.arange(6))
    assert np.isfinite(alone.valence.value)
    assert np.isnan(alone.valence.low)


def test_clips_without_a_group_are_groups_of_their_own():
    columns = dataclasses.replace(some_columns(6), group=np.full(6, -1))
    assert summarise(columns, np.arange(6)).n_clusters == 6
