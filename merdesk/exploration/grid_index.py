"""Points of a plane, sorted once into a grid of cells: pick, lasso, the nearest in a direction."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.exploration.compiled import kernels

CELLS = 256
"""Cells along each axis; 256 x 256 ids fit 16 bits, which numpy sorts by radix."""
CHUNK = 1 << 21
"""Point-edge pairs tested at once in a lasso; keeps the temporaries in the cache."""


@dataclass(frozen=True, slots=True)
class GridIndex:
    """Points [n, 2] in compressed rows of cells; every answer is rows of the points as given.

    Parameters
    ----------
    xy
        The points; rows that are not finite are never found.
    order
        Rows sorted by cell, finite ones only.
    start
        Where each cell begins in `order`, shape (CELLS * CELLS + 1,).
    low, cell
        Corner of the grid and size of a cell.
    by_cell
        The finite points in that order, shape (m, 2).
    """

    xy: FloatArray
    order: IntArray
    start: IntArray
    low: FloatArray
    cell: FloatArray
    by_cell: FloatArray

    @classmethod
    def of(cls, xy: npt.ArrayLike) -> "GridIndex":
        """Sort points of shape (n, 2) into the grid.

        Raises
        ------
        ValueError
            When the shape is another.
        """
        points = np.asarray(xy, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"points must have shape (n, 2), not {points.shape}")
        if (fast := kernels()) is not None and np.isfinite(points).all():
            low, cell = _grid(points)
            order, start = fast.sort_by_cell(points[:, 0], points[:, 1], low, cell, CELLS)
            return cls(points, order, start, low, cell, points.take(order, axis=0))
        rows = np.flatnonzero(np.isfinite(points).all(axis=1))
        finite = points[rows]
        low, cell = _grid(finite)
        place = np.minimum((finite - low) / cell, CELLS - 1).astype(np.uint16)
        ids = place[:, 1] * np.uint16(CELLS) + place[:, 0]
        by_cell = np.argsort(ids, kind="stable")
        start = np.zeros(CELLS * CELLS + 1, np.int64)
        np.cumsum(np.bincount(ids, minlength=CELLS * CELLS), out=start[1:])
        return cls(points, rows[by_cell], start, low, cell, finite.take(by_cell, axis=0))

    def __len__(self) -> int:
        return len(self.xy)

    def within(self, x: float, y: float, radius: float) -> IntArray:
        """Rows at most radius away, nearest first, equal ones in their order."""
        rows = np.sort(self._box(x - radius, y - radius, x + radius, y + radius))
        distance = np.hypot(*(self.xy[rows] - (x, y)).T)
        near = distance <= radius
        return np.asarray(rows[near][np.argsort(distance[near], kind="stable")])

    def nearest(self, x: float, y: float, radius: float) -> int | None:
        """The row nearest to a place, None when none is within radius."""
        rows = self.within(x, y, radius)
        return int(rows[0]) if len(rows) else None

    def toward(self, x: float, y: float, direction: tuple[int, int]) -> int | None:
        """The nearest row in a quarter of the plane, e.g. (1, 0) for right; None when nothing lies there.

        Points straight ahead are preferred: sideways distance counts double.
        """
        offset = self.xy - (x, y)
        ahead = offset @ np.asarray(direction, np.float64)
        aside = np.abs(offset @ np.asarray((-direction[1], direction[0]), np.float64))
        with np.errstate(invalid="ignore"):
            cost = np.where((ahead > 1e-9) & (aside <= ahead), np.hypot(ahead, 2 * aside), np.inf)
        best = int(np.argmin(cost)) if len(cost) else 0
        return best if len(cost) and np.isfinite(cost[best]) else None

    def inside(self, polygon: npt.ArrayLike) -> IntArray:
        """Ascending rows inside a polygon [k, 2] by the even-odd rule.

        Cells that no edge touches are in or out as a whole; only points of touched cells are tested themselves.
        """
        corners = np.asarray(polygon, dtype=np.float64)
        if len(corners) < 3 or not len(self.order):
            return np.empty(0, np.int64)
        scaled = (corners - self.low) / self.cell
        touched = _touched_cells(scaled)
        whole = _centres_inside(scaled) & ~touched
        if (fast := kernels()) is not None:
            bottoms = self.low[1] + self.cell[1] * np.arange(CELLS + 1)
            cells = (self.order, self.start, whole, touched)
            return np.flatnonzero(fast.mark_inside(len(self), self.by_cell, *cells, corners, bottoms))
        counts = np.diff(self.start)
        found = [self.order[np.repeat(whole.ravel(), counts)]]
        found += [
            self._tested(row, touched[row], corners) for row in np.flatnonzero(touched.any(axis=1)).tolist()
        ]
        return np.sort(np.concatenate(found))

    def _tested(self, row: int, cells: BoolArray, corners: FloatArray) -> IntArray:
        """Points inside among those of some cells of one grid row, tested against the edges that reach the row."""
        first, last = row * CELLS, (row + 1) * CELLS
        counts = np.diff(self.start[first : last + 1])
        candidates = self.order[self.start[first] : self.start[last]][np.repeat(cells, counts)]
        return np.asarray(candidates[_points_inside(self.xy[candidates], corners)])

    def count(self, x0: float, y0: float, x1: float, y1: float) -> int:
        """Number of points in the cells that a box touches."""
        return sum(stop - start for start, stop in self._runs(x0, y0, x1, y1))

    def _box(self, x0: float, y0: float, x1: float, y1: float) -> IntArray:
        runs = [self.order[start:stop] for start, stop in self._runs(x0, y0, x1, y1)]
        return np.concatenate(runs) if runs else np.empty(0, np.int64)

    def _runs(self, x0: float, y0: float, x1: float, y1: float) -> list[tuple[int, int]]:
        """Runs of `order` for the cells of a box: cells of one grid row lie side by side."""
        first = np.clip(np.floor(((x0, y0) - self.low) / self.cell), -1, CELLS).astype(int)
        last = np.clip(np.floor(((x1, y1) - self.low) / self.cell), -1, CELLS).astype(int)
        # A point on the upper edge of the grid lies in the last cell, not in a cell beyond it.
        left, bottom = np.minimum(first, CELLS - 1).tolist()
        right, top = np.minimum(last, CELLS - 1).tolist()
        if right < 0 or top < 0:
            return []
        left, bottom = max(left, 0), max(bottom, 0)
        return [
            (int(self.start[row * CELLS + left]), int(self.start[row * CELLS + right + 1]))
            for row in range(bottom, top + 1)
        ]


def _grid(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lower corner of the grid and size of a cell."""
    x, y = points.T
    low = np.array([x.min(), y.min()]) if len(points) else np.zeros(2)
    high = np.array([x.max(), y.max()]) if len(points) else np.ones(2)
    return low, np.maximum((high - low) / CELLS, 1e-9)


def _touched_cells(scaled: FloatArray) -> BoolArray:
    """Cells that the edges of a polygon in cell units pass or graze by less than a cell, shape (CELLS, CELLS)."""
    (x0, y0), (x1, y1) = scaled.T, np.roll(scaled, -1, axis=0).T
    rows = np.arange(CELLS)
    reached = (np.minimum(y0, y1)[:, None] <= rows + 2) & (np.maximum(y0, y1)[:, None] >= rows - 1)
    edge, row = np.nonzero(reached)
    rise = np.where(y1 == y0, 1.0, y1 - y0)[edge]
    level = (y1 == y0)[edge]
    enters = np.where(level, 0.0, np.clip((row - 1 - y0[edge]) / rise, 0, 1))
    leaves = np.where(level, 1.0, np.clip((row + 2 - y0[edge]) / rise, 0, 1))
    ends = x0[edge] + np.stack([enters, leaves]) * (x1 - x0)[edge]
    first = np.clip(np.floor(ends.min(axis=0)) - 1, 0, CELLS).astype(int)
    stop = np.clip(np.floor(ends.max(axis=0)) + 2, 0, CELLS).astype(int)
    changes = np.zeros((CELLS, CELLS + 1), np.int64)
    np.add.at(changes, (row, first), 1)
    np.add.at(changes, (row, np.maximum(stop, first)), -1)
    return np.asarray(np.cumsum(changes, axis=1)[:, :CELLS] > 0)


def _centres_inside(scaled: FloatArray) -> BoolArray:
    """Cells whose centre is inside the polygon, row by row of the grid, shape (CELLS, CELLS)."""
    centres = np.arange(CELLS) + 0.5
    x0, y0 = scaled.T
    x1, y1 = np.roll(scaled, -1, axis=0).T
    crossed = (y0[:, None] > centres) != (y1[:, None] > centres)
    edge, row = np.nonzero(crossed)
    at = x0[edge] + (centres[row] - y0[edge]) / (y1[edge] - y0[edge]) * (x1[edge] - x0[edge])
    first = np.clip(np.ceil(at - 0.5), 0, CELLS).astype(int)
    flips = np.zeros((CELLS, CELLS + 1), np.int64)
    np.add.at(flips, (row, first), 1)
    return np.asarray(np.cumsum(flips, axis=1)[:, :CELLS] % 2 == 1)


def _points_inside(points: FloatArray, corners: FloatArray) -> BoolArray:
    """Even-odd rule for points [m, 2], in chunks that stay in the cache."""
    (x0, y0), (x1, y1) = corners.T, np.roll(corners, -1, axis=0).T
    result: npt.NDArray[Any] = np.zeros(len(points), bool)
    if not len(points):
        return result
    bottom, top = points[:, 1].min(), points[:, 1].max()
    reach = (y0 != y1) & (np.minimum(y0, y1) <= top) & (np.maximum(y0, y1) >= bottom)
    x0, y0, x1, y1 = x0[reach], y0[reach], x1[reach], y1[reach]
    slope = (x1 - x0) / (y1 - y0)
    size = max(1, CHUNK // max(1, len(x0)))
    for begin in range(0, len(points), size):
        x, y = points[begin : begin + size, :1], points[begin : begin + size, 1:]
        crossed = ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * slope)
        result[begin : begin + size] = crossed.sum(axis=1) % 2 == 1
    return result
