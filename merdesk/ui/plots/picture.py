"""Saving and copying what a plot shows as a picture, at the size at which it is printed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QMimeData, QPoint, QRect, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from merdesk.errors import MerdeskError
from merdesk.ui.plots.figure import DPI, Figure
from merdesk.ui.plots.marker_cloud import MarkerCloud

PNG_DENSITY = 4
"""Pixels of a PNG per pixel of 1/96 inch: 384 dpi, above the 300 that journals ask for."""


def save_picture(figure: Figure, clouds: Sequence[MarkerCloud], path: Path) -> None:
    """Write a figure as `.svg`, `.pdf` or `.png`.

    Raises
    ------
    MerdeskError
        When the ending is another, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending == ".svg":
        content = svg_of(figure, clouds)
    elif ending == ".pdf":
        content = pdf_of(figure, clouds)
    elif ending == ".png":
        content = png_of(figure)
    else:
        raise MerdeskError(
            f"{path.name} is neither .svg, .pdf nor .png; give the picture one of these endings."
        )
    try:
        path.write_bytes(content)
    except OSError as error:
        raise MerdeskError(
            f"The picture could not be written to {path} ({error.strerror}); choose another folder."
        ) from error


def mime_of(figure: Figure, clouds: Sequence[MarkerCloud]) -> QMimeData:
    """A figure for the clipboard, as pixels and as SVG: programs take what they can."""
    mime = QMimeData()
    mime.setImageData(image_of(figure))
    mime.setData("image/svg+xml", QByteArray(svg_of(figure, clouds)))
    mime.setText(figure.caption)
    return mime


def svg_of(figure: Figure, clouds: Sequence[MarkerCloud]) -> bytes:
    """A figure as SVG, points as shapes."""
    content = QByteArray()
    buffer = QBuffer(content)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(figure.size)
    generator.setViewBox(QRect(QPoint(0, 0), figure.size))
    generator.setResolution(DPI)
    generator.setTitle(figure.title)
    generator.setDescription(figure.caption)
    with _shapes(clouds):
        painter = QPainter(generator)
        figure.paint(painter)
        painter.end()
    return bytes(content.data())


def pdf_of(figure: Figure, clouds: Sequence[MarkerCloud]) -> bytes:
    """A figure as one page of PDF of its own size, points as shapes."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    inches = QSizeF(figure.size) / DPI
    writer.setPageSize(QPageSize(inches, QPageSize.Unit.Inch, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(DPI)
    writer.setTitle(figure.title)
    writer.setCreator("merdesk")
    with _shapes(clouds):
        painter = QPainter(writer)
        figure.paint(painter)
        painter.end()
    return bytes(content.data())


def image_of(figure: Figure) -> QImage:
    """A figure as pixels."""
    image = QImage(figure.size * PNG_DENSITY, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(PNG_DENSITY)
    image.setDotsPerMeterX(round(DPI * PNG_DENSITY / 0.0254))
    image.setDotsPerMeterY(round(DPI * PNG_DENSITY / 0.0254))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    figure.paint(painter)
    painter.end()
    return image


def png_of(figure: Figure) -> bytes:
    """A figure as PNG that knows its resolution."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image_of(figure).save(buffer, "PNG")  # type: ignore[call-overload]  # wants bytes on paper, a str in truth
    return bytes(content.data())


@contextmanager
def _shapes(clouds: Sequence[MarkerCloud]) -> Iterator[None]:
    """Points are pictures on the screen and must be shapes here."""
    for cloud in clouds:
        cloud.vector = True
    try:
        yield
    finally:
        for cloud in clouds:
            cloud.vector = False
