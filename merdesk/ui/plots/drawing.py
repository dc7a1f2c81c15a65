"""How the plane is drawn, apart from what it shows: one value, chosen in a menu."""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.arrays import FloatArray

TICKS = (-1.0, -0.5, 0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Axes:
    """The scale whose figures stand at the axes, and whose it is; an empty name is that of the window, [-1, 1]."""

    name: str = ""
    scale: AffectScale = UNIT_SCALE

    def figures(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What stands at `TICKS`, for valence and for arousal.

        Examples
        --------
        >>> Axes("DEAM", AffectScale(1, 9, 1, 9)).figures()[0]
        ('1', '3', '5', '7', '9')
        """
        native = self.scale.to_native(np.stack([TICKS, TICKS], axis=1))
        valence, arousal = (
            tuple(f"{round(value, 3):g}".replace("-", "\N{MINUS SIGN}") for value in column)
            for column in native.T.tolist()
        )
        return valence, arousal


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn beside or instead of plain points.

    Attributes
    ----------
    density
        How many clips lie where, instead of points.
    mixed
        Density in the colours of the clips instead of one map for all.
    opacity
        Of the points, in (0, 1]; None for what suits most pictures.
    shapes
        The shape of a point tells its group of the colouring instead of its dataset.
    margins
        Histograms along both axes.
    shares
        How many clips lie in each quadrant.
    circumplex
        Words around the circle instead of those in the corners.
    axes
        Figures at the axes; None for none.
    """

    density: bool = False
    mixed: bool = False
    opacity: float | None = None
    shapes: bool = False
    margins: bool = False
    shares: bool = False
    circumplex: bool = False
    axes: Axes | None = None


def quadrant_words(xy: FloatArray) -> dict[tuple[int, int], str]:
    """Share and number of points [n, 2] in each quadrant, by the signs of its corner; on an axis is above zero.

    Examples
    --------
    >>> quadrant_words(np.array([[0.5, 0.5], [0.2, 0.0], [-0.5, -0.1], [0.3, -0.2]]))[1, 1]
    '50 %, n = 2'
    """
    right, up = xy[:, 0] >= 0, xy[:, 1] >= 0
    found = {}
    for x in (-1, 1):
        for y in (-1, 1):
            n = int(((right == (x > 0)) & (up == (y > 0))).sum())
            found[x, y] = f"{100 * n / max(1, len(xy)):.0f} %, n = {n:,}"
    return found
