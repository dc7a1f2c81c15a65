"""Marker shapes by which datasets are told apart, for the plane and for swatches of the legend."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF, QTransform

MARKERS = ("circle", "triangle", "square", "diamond", "plus", "triangle_down", "cross", "hexagon")

RELATIVE_SIZE = {
    "circle": 1.0, "triangle": 1.14, "square": 0.86, "diamond": 1.29,
    "plus": 1.29, "triangle_down": 1.14, "cross": 1.14, "hexagon": 1.05,
}  # fmt: skip
"""Sizes at which the shapes look equally large."""

SIGNS = {"circle": "\N{WHITE CIRCLE}", "square": "\N{WHITE SQUARE}", "diamond": "\N{WHITE DIAMOND}"}
"""Signs in words for the hollow shapes of models that are compared."""

_CORNERS = {
    "triangle": ((-0.5, 0.45), (0.5, 0.45), (0.0, -0.5)),
    "square": ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)),
    "diamond": ((0.0, -0.5), (0.4, 0.0), (0.0, 0.5), (-0.4, 0.0)),
    "triangle_down": ((-0.5, -0.45), (0.5, -0.45), (0.0, 0.5)),
    "hexagon": ((0.0, -0.5), (0.43, -0.25), (0.43, 0.25), (0.0, 0.5), (-0.43, 0.25), (-0.43, -0.25)),
}


def marker_of(code: int) -> str:
    """Marker of a dataset's code; after the last shape they begin again."""
    return MARKERS[code % len(MARKERS)]


def marker_path(marker: str) -> QPainterPath:
    """The outline of a marker in a unit square around zero.

    Raises
    ------
    ValueError
        When there is no such marker.
    """
    path = QPainterPath()
    if marker == "circle":
        path.addEllipse(QPointF(0, 0), 0.5, 0.5)
    elif marker in ("plus", "cross"):
        path.addRect(QRectF(-0.5, -0.17, 1.0, 0.34))
        upright = QPainterPath()
        upright.addRect(QRectF(-0.17, -0.5, 0.34, 1.0))
        path = path.united(upright)
    elif marker in _CORNERS:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in _CORNERS[marker]]))
        path.closeSubpath()
    else:
        raise ValueError(f"there is no marker {marker!r}")
    return path


def marker_shape(marker: str, size_px: float) -> QPainterPath:
    """The outline of a marker of that size around zero."""
    turn = QTransform().scale(size_px, size_px)
    return (turn.rotate(45) if marker == "cross" else turn).map(marker_path(marker))


def paint_marker(painter: QPainter, marker: str, centre: QPointF, size_px: float, colour: QColor) -> None:
    """Fill a marker at its optical size."""
    painter.fillPath(marker_shape(marker, size_px * RELATIVE_SIZE[marker]).translated(centre), colour)
