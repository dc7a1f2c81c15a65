"""The clips that may be scored: annotated, predicted, and held out from the predicting model."""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.columns import NO_CODE, ClipColumns
from merdesk.evaluation.bootstrap import FEW_CLUSTERS
from merdesk.reports.report_input import ReportInput

DIMENSIONS = ("Valence", "Arousal")
MIN_CLUSTERS = FEW_CLUSTERS
"""Below, a cluster bootstrap interval cannot be trusted: it is printed in grey, and nothing is claimed from it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Held-out clips: affect and prediction [n, 2] on [-1, 1], clusters, dataset and genre codes [n], refits [n, r, 2]."""

    rows: IntArray
    affect: FloatArray
    prediction: FloatArray
    clusters: IntArray
    dataset: IntArray
    genre: IntArray
    refits: FloatArray

    @classmethod
    def of(cls, report_input: ReportInput) -> "Scored":
        """Pick the clips that may be scored, and the clusters that their intervals resample."""
        columns = report_input.columns
        rows = np.flatnonzero(columns.annotated & columns.predicted & report_input.held_out)
        return cls(
            rows=rows,
            affect=columns.affect[rows].astype(np.float64),
            prediction=columns.prediction[rows].astype(np.float64),
            clusters=clusters_of(columns)[rows],
            dataset=columns.dataset[rows],
            genre=columns.genre[rows],
            refits=np.empty((len(rows), 0, 2)) if report_input.refits is None else report_input.refits[rows],
        )

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, mask: BoolArray) -> "Scored":
        """The same for some of the clips."""
        return Scored(*(getattr(self, name)[mask] for name in self.__slots__))

    @property
    def refits_first(self) -> FloatArray:
        """Refits as evaluation wants them, shape (r, n, 2)."""
        return np.moveaxis(self.refits, 1, 0)

    @property
    def n_refits(self) -> int:
        """Number of refits; 0 when none were made."""
        return int(self.refits.shape[1])

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return n_distinct(self.clusters)


def clusters_of(columns: ClipColumns) -> IntArray:
    """Cluster of each clip [n]: its group; without one its artist; without either a cluster of its own."""
    n_groups, n_artists = len(columns.group_names), len(columns.artist_names)
    alone = n_groups + n_artists + np.arange(len(columns), dtype=np.int64)
    by_artist = np.where(columns.artist != NO_CODE, n_groups + columns.artist.astype(np.int64), alone)
    return np.where(columns.group != NO_CODE, columns.group.astype(np.int64), by_artist)


def n_distinct(codes: IntArray) -> int:
    """Number of distinct codes, NO_CODE not counted."""
    return len(np.unique(codes[codes != NO_CODE]))
