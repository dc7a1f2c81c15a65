"""Projects without any finding: what every test must not find more often than it promises."""

import numpy as np

from helpers.five_datasets import GENRES, five_datasets
from merdesk.evaluation.disparity import disparity
from merdesk.evaluation.gap import feature_gap, label_gap
from merdesk.evaluation.groups import bias_table
from merdesk.evaluation.probes import probe
from merdesk.evaluation.significance import sign_flip, swap
from merdesk.evaluation.splits import grouped_folds
from merdesk.models.cross_validation import out_of_fold

N_PERMUTATIONS = 199
N_RESAMPLES = 500


def p_values(seed):
    """One p of each kind of test in a project of 5 x 60 clips in 15 clusters, 16 dimensions; and Holm's least."""
    data = five_datasets(seed=seed, noise=0.2)
    table = data.table
    first, second = (table.rows([code]) for code in (0, 1))
    folds = grouped_folds(table.affect, table.groups, 5, seed)
    prediction = out_of_fold(data.fit, table.features, folds)
    permuted = {"n_permutations": N_PERMUTATIONS, "seed": seed}
    # A stream of its own: the tests draw their permutations from `seed`, which must not know this noise.
    rng = np.random.default_rng([seed, 1])
    # Genres belong to artists anywhere: a genre must not be a fixed place in every dataset.
    genres = rng.permutation(np.arange(75) % 3)[table.groups]
    sides = (table.groups[first], table.groups[second])
    labels = label_gap(table.affect[first], table.affect[second], *sides, **permuted)
    features = feature_gap(table.features[first], table.features[second], *sides, **permuted)
    bias = bias_table(
        table.affect, prediction, genres, GENRES, table.groups, n_resamples=N_RESAMPLES, **permuted
    )
    uneven = disparity(
        table.affect, prediction, genres, GENRES, table.groups, strata=table.datasets, **permuted
    )
    named = probe(table.features, table.datasets, table.groups, folds, n_resamples=10, **permuted)
    third = table.rows([2])
    truth, clusters = table.affect[third], table.groups[third]
    # Models of two training sets do differ a little, and tests see it: the null needs rivals of one and the same skill.
    skill = data.fit(first).predict(table.features[third])
    rivals = [skill + rng.normal(0, 0.1, (75, 2))[clusters] for _ in range(2)]
    lost = [(rival[:, 1] - truth[:, 1]) ** 2 for rival in rivals]
    return {
        "label gap (W1 of valence)": labels["valence_w1"].p,
        "label gap (energy)": labels["energy"].p,
        "feature gap (MMD)": features["mmd2"].p,
        "feature gap (sliced W1)": features["sliced_w1"].p,
        "feature gap (Fréchet)": features["frechet"].p,
        "dataset probe": named.p,
        "genre bias (blues, valence)": bias[0].p,
        "genre disparity (arousal)": uneven[1].spread.p,
        "model against model (R2, swap)": swap(
            truth[:, 0], rivals[0][:, 0], rivals[1][:, 0], clusters, **permuted
        ).p,
        "model against model (loss, sign flip)": sign_flip(lost[0] - lost[1], clusters, **permuted).p,
        "any genre bias after Holm": min(row.p_holm for row in bias),
    }
