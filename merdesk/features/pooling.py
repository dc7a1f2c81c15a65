"""From many analysis frames to one vector, and to two rows a second.

Row i of pooled frames stands for seconds i/2 to (i+1)/2 of the clip. A clip of n seconds has round(2 n) rows, at
least one; what is left over at the end belongs to the last row. Analysis frames are centred: frame k of hop h
stands at k h samples.
"""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray

FRAME_RATE_HZ = 2.0
CONTEXT_S = 8.0
"""Rhythm, key and range of loudness need context: their frames look at this stretch around each half second."""
Stretches = tuple[IntArray, IntArray]
"""First frame, and the one after the last, of each stretch."""


def n_rows(n_samples: int, sample_rate_hz: float) -> int:
    """Rows at 2 Hz of a clip of n samples.

    Examples
    --------
    >>> n_rows(22050 * 45, 22050), n_rows(100, 22050)
    (90, 1)
    """
    return max(1, round(n_samples / sample_rate_hz * FRAME_RATE_HZ))


def row_edges(n_frames: int, *, hop_length: int, sample_rate_hz: float, rows: int) -> IntArray:
    """First analysis frame of each row, and n_frames at the end; shape (rows + 1,), not descending."""
    starts = np.ceil(np.arange(rows + 1) / FRAME_RATE_HZ * sample_rate_hz / hop_length).astype(np.int64)
    edges = np.minimum(starts, n_frames)
    edges[-1] = n_frames
    return edges


def mean_and_std(values: npt.ArrayLike, starts: IntArray, stops: IntArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation (ddof 0) of stretches of a series; zeros for an empty stretch.

    Parameters
    ----------
    values
        Shape (d, n_frames).
    starts, stops
        Stretch k is frames starts[k] to stops[k] - 1; shape (n,).

    Returns
    -------
    mean, std
        Shape (n, d) each, float64.
    """
    series = np.asarray(values, dtype=np.float64)
    # Centring first: the variance as a difference of sums would lose its digits on a large constant part.
    centre = series.mean(axis=1, keepdims=True) if series.shape[1] else np.zeros((len(series), 1))
    centred = series - centre
    first = _stretch_means(centred, starts, stops)
    second = _stretch_means(centred**2, starts, stops)
    std = np.sqrt(np.maximum(second - first**2, 0.0))
    filled = (stops > starts)[:, None]
    return np.where(filled, first + centre.T, 0.0), std


def _stretch_means(series: FloatArray, starts: IntArray, stops: IntArray) -> FloatArray:
    sums = np.zeros((len(series), series.shape[1] + 1))
    np.cumsum(series, axis=1, out=sums[:, 1:])
    totals = sums[:, stops] - sums[:, starts]
    return np.asarray((totals / np.maximum(stops - starts, 1)).T)


def moments(values: npt.ArrayLike, starts: IntArray, stops: IntArray, *, n_differences: int) -> FloatArray:
    """Mean and std of stretches of a series and of its differences up to an order.

    Columns: mean of the series (d), its std (d), mean of the first differences (d), their std (d), and so on;
    shape (n, 2 d (n_differences + 1)). A difference belongs to the earlier of its frames; zeros where a stretch is
    too short to have one.
    """
    series = np.asarray(values, dtype=np.float64)
    columns: list[FloatArray] = []
    for order in range(n_differences + 1):
        change = np.diff(series, n=order, axis=1)
        bounds = change.shape[1]
        columns += mean_and_std(change, np.minimum(starts, bounds), np.minimum(stops, bounds))
    return np.concatenate(columns, axis=1)


def moment_names(names: tuple[str, ...], *, n_differences: int) -> tuple[str, ...]:
    """Names for the columns of `moments`.

    Examples
    --------
    >>> moment_names(("flux",), n_differences=1)
    ('flux mean', 'flux std', 'flux delta mean', 'flux delta std')
    """
    orders = ("", " delta", " delta2")[: n_differences + 1]
    return tuple(f"{name}{order} {stat}" for order in orders for stat in ("mean", "std") for name in names)


def stretches(n_frames: int, *, rate_hz: float, rows: int) -> tuple[Stretches, Stretches]:
    """Half seconds, and the context around each, equally long; the last stretch of both is the whole clip.

    `rate_hz` is that of the analysis frames.
    """
    edges = row_edges(n_frames, hop_length=1, sample_rate_hz=rate_hz, rows=rows)
    length = min(n_frames, max(1, round(CONTEXT_S * rate_hz)))
    centres = (edges[:-1] + edges[1:]) // 2
    first = np.clip(centres - length // 2, 0, n_frames - length)
    near = np.append(edges[:-1], 0), np.append(edges[1:], n_frames)
    far = np.append(first, 0), np.append(first + length, n_frames)
    return near, far
