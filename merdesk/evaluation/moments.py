"""Metrics from sums over clips, so that a resample, a permutation or a group needs no second look at the clips.

With y annotations and p predictions, the columns are 1, y, p, y^2, p^2, y p and |p - y|. Any weighting of clips (draws
of a bootstrap, members of a group) is a weighted sum of rows, and every metric below is a function of such sums.
"""

import numpy as np

from merdesk.domain.arrays import FloatArray

MOMENT_METRICS = ("r2", "rmse", "mae", "bias", "pearson", "ccc")
NO_VARIANCE = 1e-18
"""Variance on [-1, 1] up to which numbers differ by rounding alone."""


def moment_columns(y: FloatArray, p: FloatArray) -> FloatArray:
    """The seven columns, shape (n, 7); both sides are centred on the annotations' mean to save digits."""
    origin = y.mean() if len(y) else 0.0
    y, p = y - origin, p - origin
    return np.stack([np.ones_like(y), y, p, y * y, p * p, y * p, np.abs(p - y)], axis=1)


def scores_of(sums: FloatArray) -> dict[str, FloatArray]:
    """Metrics of sums [..., 7] by name, each of shape (...); NaN where there is no clip or no variance."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_y, mean_p, yy, pp, yp, absolute = np.moveaxis(sums[..., 1:] / sums[..., :1], -1, 0)
        var_y, var_p = yy - mean_y**2, pp - mean_p**2
        covariance = yp - mean_y * mean_p
        var_y, var_p = (np.where(var > NO_VARIANCE, var, np.nan) for var in (var_y, var_p))
        square = np.maximum(yy + pp - 2 * yp, 0.0)
        apart = (mean_p - mean_y) ** 2
        return {
            "r2": 1 - square / var_y,
            "rmse": np.sqrt(square),
            "mae": absolute,
            "bias": mean_p - mean_y,
            "pearson": np.clip(covariance / np.sqrt(var_y * var_p), -1, 1),
            "ccc": 2 * covariance / (var_y + np.nan_to_num(var_p) + apart),
        }
