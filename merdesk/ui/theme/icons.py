"""Outlined icons, tinted from the palette and drawn sharp at the sizes and densities in use."""

from functools import partial

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from merdesk.resources import resource
from merdesk.ui.theme.palette import Palette

SIZES_PX = (16, 18, 20, 24)
DENSITIES = (1, 2)


def svg_of(name: str, colour: str, *, filled: bool = False) -> bytes:
    """The SVG of an icon with its strokes in colour, and its shapes too when filled.

    Raises
    ------
    ValueError
        When there is no icon of that name.
    """
    path = resource("icons", f"{name}.svg")
    if not path.is_file():
        raise ValueError(f"there is no icon named {name!r}")
    text = path.read_text(encoding="utf-8").replace("currentColor", colour)
    return (text.replace('fill="none"', f'fill="{colour}"', 1) if filled else text).encode()


def pixmap(name: str, colour: str, size_px: int, density: int = 1, *, filled: bool = False) -> QPixmap:
    """One icon at one size; density is device pixels per pixel."""
    picture = QPixmap(size_px * density, size_px * density)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg_of(name, colour, filled=filled))).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(density)
    return picture


def icon(name: str, palette: Palette, *, role: str = "muted", filled: bool = False) -> QIcon:
    """An icon in the palette's `role` colour; text under the mouse or switched on, faint when disabled."""
    result = QIcon()
    lively = "text" if role == "muted" else role
    shades = (
        (QIcon.Mode.Normal, QIcon.State.Off, role),
        (QIcon.Mode.Normal, QIcon.State.On, lively),
        (QIcon.Mode.Active, QIcon.State.Off, lively),
        (QIcon.Mode.Active, QIcon.State.On, lively),
        (QIcon.Mode.Disabled, QIcon.State.Off, "faint"),
    )
    for mode, state, token in shades:
        draw = partial(pixmap, name, getattr(palette, token), filled=filled)
        for size in SIZES_PX:
            for density in DENSITIES:
                result.addPixmap(draw(size, density), mode, state)
    return result
