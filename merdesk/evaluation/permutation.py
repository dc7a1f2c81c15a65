"""Dealing labels (genres, datasets) anew to whole groups of clips, for nulls that respect clusters."""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray


class GroupDeal:
    """Units whose labels are exchangeable: the clips of one cluster that bear one label.

    An artist mostly plays one genre, and then a unit is the artist; an artist of two genres is two units.

    Parameters
    ----------
    labels, clusters
        Shape (n,); labels are codes from 0.
    strata
        Shape (n,); labels are dealt within a stratum only (within a dataset, when labels are genres).
    """

    def __init__(
        self, labels: npt.ArrayLike, clusters: npt.ArrayLike, strata: npt.ArrayLike | None = None
    ) -> None:
        labels = np.asarray(labels)
        layers = (
            np.zeros(len(labels), dtype=np.int64)
            if strata is None
            else np.unique(strata, return_inverse=True)[1]
        )
        codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
        units, unit_of = np.unique(np.stack([layers, codes, labels], axis=1), axis=0, return_inverse=True)
        self.unit_of: IntArray = unit_of.ravel()
        """Unit of each clip, shape (n,)."""
        self.observed: IntArray = units[:, 2]
        """Label of each unit as it is."""
        self._layer = units[:, 0]
        self._by_layer = np.argsort(self._layer, kind="stable")

    def sums(self, column: FloatArray) -> FloatArray:
        """Sums of a column [n] over each unit's clips."""
        return np.asarray(np.bincount(self.unit_of, column, minlength=len(self.observed)), dtype=np.float64)

    def shuffled(self, rng: np.random.Generator) -> IntArray:
        """Labels of the units, dealt anew within strata."""
        # Sorting by (stratum, random number) shuffles all strata in one step.
        order = np.lexsort((rng.random(len(self._layer)), self._layer))
        label = np.empty(len(self.observed), dtype=np.int64)
        label[self._by_layer] = self.observed[order]
        return label
