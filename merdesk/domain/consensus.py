"""From several people's ratings to one point: the mean, with its spread."""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray


def consensus(
    clip: npt.ArrayLike,
    affect: npt.ArrayLike,
    spread: npt.ArrayLike,
    n_raters: npt.ArrayLike,
    *,
    n_clips: int,
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Pool static annotations into mean, standard deviation and number of raters per clip.

    A published row stands for `n_raters` people with the given standard deviation; pooling several rows adds the
    variance within and between them, so that pooling published halves gives the published whole.

    Parameters
    ----------
    clip
        Row of each annotation's clip, shape (n,), in 0..n_clips - 1.
    affect
        Valence and arousal, shape (n, 2), any one scale.
    spread
        Standard deviations (ddof 0), shape (n, 2); NaN counts as 0 for one rater and as unknown for more.
    n_raters
        People behind each row, shape (n,), at least 1.
    n_clips
        Number of clips.

    Returns
    -------
    mean, spread, n_raters
        Shapes (n_clips, 2), (n_clips, 2), (n_clips,). NaN mean without any rating; NaN spread under two raters or
        where a row's spread is unknown.
    """
    rows = np.asarray(clip, dtype=np.int64)
    values = np.asarray(affect, dtype=np.float64).reshape(-1, 2)
    weight = np.asarray(n_raters, dtype=np.float64)
    within = np.array(spread, dtype=np.float64).reshape(-1, 2)
    within[(weight == 1)[:, None] & np.isnan(within)] = 0.0
    total = np.bincount(rows, weight, minlength=n_clips)
    mean = np.full((n_clips, 2), np.nan)
    deviation = np.full((n_clips, 2), np.nan)
    rated = total > 0
    for axis in range(2):
        sums = np.bincount(rows, weight * values[:, axis], minlength=n_clips)
        mean[rated, axis] = sums[rated] / total[rated]
        squares = weight * (within[:, axis] ** 2 + (values[:, axis] - mean[rows, axis]) ** 2)
        several = total > 1
        deviation[several, axis] = np.sqrt(
            np.bincount(rows, squares, minlength=n_clips)[several] / total[several]
        )
    return mean, deviation, total.astype(np.int64)
