"""Compiled loops for a million points. A leaf: numba takes a second to import, so `compiled` brings it in the background."""

import numba as nb
import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray


@nb.njit(cache=True, nogil=True)
def write_topmost(x: FloatArray, y: FloatArray, scale: FloatArray, shift: FloatArray, ids: IntArray) -> int:
    """Write the number of each point, from 1, into the picture ids [h, w], the last one wins; points in the picture.

    Pixels are x * scale[0] + shift[0] and y * scale[1] + shift[1].
    """
    height, width = ids.shape
    n_seen = 0
    for i in range(len(x)):
        column = x[i] * scale[0] + shift[0]
        row = y[i] * scale[1] + shift[1]
        if 0 <= column < width and 0 <= row < height:
            ids[int(row), int(column)] = i + 1
            n_seen += 1
    return n_seen


@nb.njit(cache=True, nogil=True)
def _widen(ids: IntArray, before: int, after: int, line: IntArray) -> None:
    """Write the highest number in reach of each pixel of a row; no condition, so that 8 pixels go in one step."""
    line[:] = ids
    for step in range(1, after + 1):
        for column in range(step, len(ids)):
            line[column] = max(line[column], ids[column - step])
    for step in range(1, before + 1):
        for column in range(len(ids) - step):
            line[column] = max(line[column], ids[column + step])


@nb.njit(cache=True, nogil=True)
def paint_dots(ids: IntArray, shades: IntArray, dot: int, pixels: IntArray) -> None:
    """Colour pixels [h, w] by the highest number within a square of dot x dot; shades [n + 1], 0 is nothing."""
    height, width = ids.shape
    before, after = (dot - 1) // 2, dot // 2
    wide = np.zeros((dot, width), ids.dtype)
    highest = np.zeros(width, ids.dtype)
    for row in range(height + before):
        line = wide[row % dot]
        if row < height:
            _widen(ids[row], before, after, line)
        else:
            line[:] = 0
        if row < before:
            continue
        highest[:] = wide[0]
        for near in range(1, dot):
            other = wide[near]
            for column in range(width):
                highest[column] = max(highest[column], other[column])
        done = pixels[row - before]
        for column in range(width):
            done[column] = shades[highest[column]]


@nb.njit(cache=True, nogil=True)
def sort_by_cell(
    x: FloatArray, y: FloatArray, low: FloatArray, cell: FloatArray, n_cells: int
) -> tuple[IntArray, IntArray]:
    """Rows of finite points sorted by cell of a square grid, equal ones in their order, and where each cell begins."""
    start = np.zeros(n_cells * n_cells + 1, np.int64)
    cell_of = np.empty(len(x), np.int32)
    for i in range(len(x)):
        if np.isfinite(x[i]) and np.isfinite(y[i]):
            column = min(int((x[i] - low[0]) / cell[0]), n_cells - 1)
            row = min(int((y[i] - low[1]) / cell[1]), n_cells - 1)
            cell_of[i] = row * n_cells + column
            start[cell_of[i] + 1] += 1
        else:
            cell_of[i] = -1
    for i in range(n_cells * n_cells):
        start[i + 1] += start[i]
    order = np.empty(start[-1], np.int64)
    place = start[:-1].copy()
    for i in range(len(x)):
        if cell_of[i] >= 0:
            order[place[cell_of[i]]] = i
            place[cell_of[i]] += 1
    return order, start


@nb.njit(cache=True, nogil=True)
def _near_edges(corners: FloatArray, bottom: float, top: float, near: FloatArray) -> int:
    """Write x and y of the beginning, y of the end and dx/dy of the edges that reach a band; how many there are."""
    n_near = 0
    x0, y0 = corners[-1]
    for edge in range(len(corners)):
        x1, y1 = corners[edge]
        if y0 != y1 and min(y0, y1) <= top and max(y0, y1) >= bottom:
            near[n_near, 0], near[n_near, 1], near[n_near, 2] = x0, y0, y1
            near[n_near, 3] = (x1 - x0) / (y1 - y0)
            n_near += 1
        x0, y0 = x1, y1
    return n_near


@nb.njit(cache=True, nogil=True, inline="always")
def _is_inside(x: float, y: float, near: FloatArray, n_near: int) -> bool:
    """Even-odd rule with the first edges of `near`."""
    inside = False
    for edge in range(n_near):
        y0, y1 = near[edge, 1], near[edge, 2]
        if (y0 > y) != (y1 > y) and x < near[edge, 0] + (y - y0) * near[edge, 3]:
            inside = not inside
    return inside


@nb.njit(cache=True, nogil=True)
def mark_inside(
    n: int,
    xy: FloatArray,
    order: IntArray,
    start: IntArray,
    whole: BoolArray,
    touched: BoolArray,
    corners: FloatArray,
    bottoms: FloatArray,
) -> BoolArray:
    """Mask [n] of the points inside a polygon: those of whole cells, and of touched cells those that pass the test.

    `xy` lie in the order of cells: at random, each would wait for memory.
    `bottoms` [rows + 1] are where the rows of cells begin, and where the last one ends.
    """
    marked = np.zeros(n, np.bool_)
    near = np.empty((len(corners), 4))
    # A hair wider than the rows are: rounding must not leave out an edge.
    margin = (bottoms[1] - bottoms[0]) * 0.01
    for row in range(len(whole)):
        n_near = _near_edges(corners, bottoms[row] - margin, bottoms[row + 1] + margin, near)
        for column in range(len(whole)):
            cell = row * len(whole) + column
            if whole[row, column]:
                for at in range(start[cell], start[cell + 1]):
                    marked[order[at]] = True
            elif touched[row, column]:
                for at in range(start[cell], start[cell + 1]):
                    marked[order[at]] = _is_inside(xy[at, 0], xy[at, 1], near, n_near)
    return marked


def warm_up() -> None:
    """Compile, or read from numba's cache, everything for the types that come."""
    x = np.zeros(2, np.float32)
    ids = np.zeros((4, 4), np.int32)
    pair = np.ones(2)
    write_topmost(x, x, pair, pair, ids)
    paint_dots(ids, np.zeros(3, np.uint32), 3, np.zeros((4, 4), np.uint32))
    xy = np.zeros((2, 2))
    order, start = sort_by_cell(xy[:, 0], xy[:, 1], np.zeros(2), pair, 2)
    cells = np.zeros((2, 2), np.bool_)
    mark_inside(2, xy, order, start, cells, cells, np.zeros((3, 2)), np.zeros(3))
