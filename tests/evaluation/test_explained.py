import numpy as np
import pytest

from merdesk.evaluation.explained import genre_share


def clustered(effect, n_groups=60, seed=0):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_groups), 4)
    genres = rng.integers(0, 3, n_groups)[clusters]
    values = effect * genres + rng.normal(0, 0.3, n_groups)[clusters] + rng.normal(0, 0.2, len(clusters))
    return values, genres, clusters


def test_a_planted_genre_is_more_than_dealing_genres_gives():
    found = genre_share(*clustered(0.4))
    assert found.p == pytest.approx(1 / 501)
    assert found.value > found.null_high > found.null_mean > 0
    assert (found.n, found.n_groups) == (240, 60)


def test_artists_that_differ_are_no_genre():
    values, genres, clusters = clustered(0.0)
    assert genre_share(values, genres, clusters).p > 0.05
    # Clips dealt one by one would pretend that the artists' differences are the genre's.
    assert (
        genre_share(values, genres, clusters).null_high
        > genre_share(values, genres, np.arange(240)).null_high
    )


@pytest.mark.parametrize(
    ("values", "genres", "words"),
    [
        (np.arange(5.0), np.zeros(5, int), "one genre only"),
        (np.zeros(6), np.repeat([0, 1], 3), "do not vary"),
        (np.arange(5.0), np.full(5, -1), "no genres"),
        (np.arange(6.0), np.repeat([0, 1], 3), "no p under 10"),
    ],
)
def test_what_has_no_test_says_why(values, genres, words):
    found = genre_share(values, genres, np.arange(len(values)))
    assert np.isnan(found.p)
    assert words in found.note
