"""Saving what a plot shows as a picture."""

from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from merdesk.errors import MerdeskError
from merdesk.ui.plots.marker_cloud import MarkerCloud

PNG_DENSITY = 3
"""Pixels of a saved PNG per pixel of the window: 300 dpi where the window has 100."""


def save_picture(canvas: pg.GraphicsView, clouds: tuple[MarkerCloud, ...], path: Path) -> None:
    """Write the canvas as `.svg` or `.png`.

    Raises
    ------
    MerdeskError
        When the ending is another, or the file cannot be written.
    """
    if path.suffix.lower() == ".svg":
        content = _svg(canvas, clouds)
    elif path.suffix.lower() == ".png":
        content = _png(canvas)
    else:
        raise MerdeskError(f"{path.name} is neither .svg nor .png; give the picture one of these endings.")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise MerdeskError(
            f"The picture could not be written to {path} ({error.strerror}); choose another folder."
        ) from error


def _svg(canvas: pg.GraphicsView, clouds: tuple[MarkerCloud, ...]) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(canvas.viewport().size())
    generator.setViewBox(QRect(0, 0, canvas.viewport().width(), canvas.viewport().height()))
    generator.setResolution(96)
    generator.setTitle("Valence-arousal plane")
    # Points are pictures on the screen and must be shapes here.
    for cloud in clouds:
        cloud.vector = True
    painter = QPainter(generator)
    _render(canvas, painter)
    painter.end()
    for cloud in clouds:
        cloud.vector = False
    return bytes(content.data())


def _png(canvas: pg.GraphicsView) -> bytes:
    size: QSize = canvas.viewport().size()
    image = QImage(size * PNG_DENSITY, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(PNG_DENSITY)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    _render(canvas, painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # wants bytes on paper, a str in truth
    return bytes(content.data())


def _render(canvas: pg.GraphicsView, painter: QPainter) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = canvas.viewport().rect()
    # Without the two rectangles Qt fills the picture's pixels and forgets its density.
    canvas.render(painter, QRectF(room), room)
