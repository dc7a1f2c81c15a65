"""What a plot of bins shows, and where its values lie."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from merdesk.domain.arrays import FloatArray
from merdesk.ui.theme.figures import MINUS

NO_POINTS: FloatArray = np.empty((0, 2))


@dataclass(frozen=True, slots=True)
class BinPoint:
    """A bin: where it lies, the ends of its interval (NaN for none), all of it in words; pale when `few`."""

    x: float
    y: float
    low: float
    high: float
    words: str
    few: bool = False


@dataclass(frozen=True, slots=True)
class BinPicture:
    """What one plot shows.

    Attributes
    ----------
    title, labels
        Heading, and what x and y are.
    points
        The bins, x ascending.
    cloud
        Single clips behind them, shape (n, 2).
    band
        A line and the ends of its band: x, line, low, high, shape (4, k).
    diagonal
        Where y equals x is drawn.
    nothing
        What is said where there is no bin.
    """

    title: str
    labels: tuple[str, str]
    points: tuple[BinPoint, ...] = ()
    cloud: FloatArray = field(default_factory=lambda: NO_POINTS)
    band: FloatArray = field(default_factory=lambda: np.empty((4, 0)))
    diagonal: bool = False
    nothing: str = ""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class BinScale:
    """Pixels of a picture within a frame."""

    frame: QRectF
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    @classmethod
    def of(cls, picture: BinPicture, frame: QRectF) -> "BinScale":
        """Room for the bins, their intervals and the clips behind them, where the picture names no range."""
        ends = np.array([(p.x, value) for p in picture.points for value in (p.y, p.low, p.high)]).reshape(
            -1, 2
        )
        whole = np.concatenate([ends, picture.cloud])
        whole = whole[np.isfinite(whole).all(axis=1)]
        return cls(frame, picture.x_range or _room(whole[:, 0]), picture.y_range or _room(whole[:, 1]))

    def place_of(self, x: float, y: float) -> QPointF:
        """The pixel of two values."""
        frame, x_range, y_range = self.frame, self.x_range, self.y_range
        return QPointF(
            frame.left() + (x - x_range[0]) / (x_range[1] - x_range[0]) * frame.width(),
            frame.bottom() - (y - y_range[0]) / (y_range[1] - y_range[0]) * frame.height(),
        )


def _room(values: FloatArray) -> tuple[float, float]:
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    room = (high - low) * 0.05 or 0.5
    return low - room, high + room


def ticks(low: float, high: float, n: float) -> Sequence[float]:
    """About n round values."""
    wanted = (high - low) / max(1.0, n)
    power = 10.0 ** np.floor(np.log10(wanted))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= wanted)
    return [round(n * step, 10) for n in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)]


def number(value: float) -> str:
    """A value beside a tick."""
    return f"{value:g}".replace("-", MINUS)
