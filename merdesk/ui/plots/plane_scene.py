"""Where every shown clip is, and which clips are at, around or inside a place; no Qt."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.columns import ClipColumns
from merdesk.exploration.along_line import along_line
from merdesk.exploration.grid_index import GridIndex
from merdesk.ui.plots.plane_points import PlanePoints, Shown, arrange, places_of

PICK_PX = 10
SAME_PLACE_PX = 1.5
FEW = 100
"""Up to so many clips all predictions are shown and joined in "both"."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlaneScene:
    """The points of one state of the plane.

    Attributes
    ----------
    filled, hollow
        Annotations and predictions that are drawn.
    place
        Where each clip of the columns is looked for, shape (n, 2); NaN where it is not shown.
    rows, index
        Row of the columns for each drawn point, and the points by place, in the same order.
    """

    columns: ClipColumns
    shown: Shown
    filled: PlanePoints
    hollow: PlanePoints
    place: FloatArray
    rows: IntArray
    index: GridIndex

    @classmethod
    def of(
        cls,
        columns: ClipColumns,
        visible: BoolArray | None = None,
        shown: Shown = "annotation",
        *,
        spread: bool = False,
    ) -> "PlaneScene":
        """Place the visible clips by annotation, prediction or both."""
        filled = PlanePoints.none() if shown == "prediction" else arrange(columns, visible, spread=spread)
        hollow = PlanePoints.none()
        if shown != "annotation":
            hollow = arrange(columns, visible, predictions=True)
        if shown == "both" and len(filled) > FEW:
            hollow = hollow.take(~np.isin(hollow.rows, filled.rows))
        place = np.full((len(columns), 2), np.nan)
        for points, places in (
            (hollow, places_of(columns, predictions=True)),
            (filled, places_of(columns, spread=spread)),
        ):
            # In the order of rows: at random a million places take four times as long.
            drawn = np.zeros(len(columns), bool)
            drawn[points.rows] = True
            place[drawn] = places[drawn]
        rows = np.concatenate([hollow.rows, filled.rows])
        index = GridIndex.of(np.concatenate([hollow.xy, filled.xy]))
        return cls(columns, shown, filled, hollow, place, rows, index)

    @property
    def n_clips(self) -> int:
        """Clips that have a point."""
        return int(np.isfinite(self.place[:, 0]).sum())

    @property
    def extent(self) -> float:
        """How far from zero the farthest point is on either axis."""
        return float(np.abs(self.index.xy).max(initial=1.0))

    def place_of(self, clip_id: int | None) -> Place | None:
        """Where a clip is, None when it is not shown."""
        places = self.places(() if clip_id is None else (clip_id,))
        return (float(places[0, 0]), float(places[0, 1])) if len(places) else None

    def places(self, clip_ids: Iterable[int]) -> FloatArray:
        """Where those of these clips are that are shown, shape (k, 2)."""
        wanted = clip_ids if isinstance(clip_ids, np.ndarray) else np.asarray(tuple(clip_ids), np.int64)
        places = self.place[self.columns.rows_of(wanted)]
        return np.asarray(places[np.isfinite(places).all(axis=1)])

    def pairs(self, clip_ids: Iterable[int]) -> FloatArray:
        """Annotation and prediction of those of these clips that have both, shape (k, 2, 2); only in "both"."""
        rows = self.columns.rows_of(np.asarray(tuple(clip_ids), np.int64))
        return self._pairs(rows if self.shown == "both" else rows[:0])

    def all_pairs(self) -> FloatArray:
        """Pairs of all clips when there are few, else none."""
        return self._pairs(self.hollow.rows if len(self.filled) <= FEW else self.hollow.rows[:0])

    def clips_at(self, x: float, y: float, pixel: float) -> list[int]:
        """Clips at the place of points nearest to (x, y), the topmost first; `pixel` is the length of one."""
        found = self.index.within(x, y, PICK_PX * pixel)
        if not len(found):
            return []
        apart = np.hypot(*(self.index.xy[found] - self.index.xy[found[0]]).T)
        same = np.sort(found[apart <= SAME_PLACE_PX * pixel])[::-1]
        return list(dict.fromkeys(self.columns.ids[self.rows[same]].tolist()))

    def clips_inside(self, corners: FloatArray) -> IntArray:
        """Ascending ids of the clips with a point inside a polygon [k, 2]."""
        chosen = np.zeros(len(self.columns), bool)
        chosen[self.rows[self.index.inside(corners)]] = True
        return self.columns.ids[chosen]

    def clips_along(self, ends: FloatArray) -> IntArray:
        """Ids of the clips near the line from one place to another [2, 2], from its start on."""
        return self.columns.ids[along_line(self.place, ends[0], ends[1])]

    def clip_toward(self, start: Place, direction: tuple[int, int]) -> int | None:
        """The nearest clip in a quarter of the plane, None when there is none."""
        found = self.index.toward(*start, direction)
        return None if found is None else int(self.columns.ids[self.rows[found]])

    def _pairs(self, rows: IntArray) -> FloatArray:
        pairs = np.stack([self.place[rows], self.columns.prediction[rows].astype(np.float64)], axis=1)
        both = np.isfinite(pairs).all(axis=(1, 2)) & np.isfinite(self.columns.affect[rows]).all(axis=1)
        return np.asarray(pairs[both])
