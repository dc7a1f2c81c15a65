"""A strip under the waveform: mel bands or pitch classes over time, as a picture in the theme's numeric colours."""

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from merdesk.audio.spectrogram import HIGHEST_HZ, LOWEST_HZ, N_MELS, Shades, StripKind
from merdesk.ui.plots.timeline import TimeSpan, TimeView
from merdesk.ui.theme.figures import clock
from merdesk.ui.theme.palette import Palette, mix
from merdesk.ui.theme.theme import Theme

NAMES: dict[StripKind, str] = {"mel": "Mel spectrogram", "chroma": "Chroma"}
PITCHES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
SHADES = 256
GROUND_SHARE = 0.25
"""Of the scale, from the ground to the map's first colour: silence sinks into the panel."""


class StripView(TimeView):
    """Shows the shades of a stretch of time.

    Signals
    -------
    wanted
        Another stretch, or another width, is shown than the picture was made for.
    """

    wanted = Signal()

    def __init__(
        self, theme: Theme, kind: StripKind, span: TimeSpan | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, span, NAMES[kind], parent)
        self.kind = kind
        self.words = ""
        self._shades: Shades | None = None
        self._whole: Shades | None = None
        self._from_s, self._to_s = 0.0, 0.0
        self._image = self._under = QImage()
        theme.changed.connect(self._colour)
        self.span.changed.connect(self.wanted)

    @property
    def shades(self) -> Shades | None:
        """What is shown, low bands first; None while there is nothing."""
        return self._shades

    def show_shades(self, shades: Shades, from_s: float, to_s: float) -> None:
        """Show uint8 [n_bands, n_columns] of a stretch."""
        self._shades, self._from_s, self._to_s, self.words = shades, from_s, to_s, ""
        if from_s <= 0 and to_s >= self.span.duration_s:
            # What a finer picture does not cover yet is seen less finely, not blank.
            self._whole = shades
        self._colour()

    def say(self, words: str) -> None:
        """Show a sentence in place of a picture; an empty one while there is nothing to say."""
        self._shades = self._whole = None
        self._image, self._under, self.words = QImage(), QImage(), words
        self.update()

    def _colour(self) -> None:
        self._image = QImage() if self._shades is None else self._coloured(self._shades)
        self._under = QImage() if self._whole is None else self._coloured(self._whole)
        self.update()

    def _coloured(self, shades: Shades) -> QImage:
        flipped = np.ascontiguousarray(shades[::-1])
        height, width = flipped.shape
        image = QImage(flipped.data, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable([QColor(colour).rgb() for colour in ramp(self._theme.palette)])
        # The indexed picture borrows numpy's memory, the converted one has its own.
        return image.convertToFormat(QImage.Format.Format_RGB32)

    def _paint_picture(self, painter: QPainter, image: QImage, from_s: float, to_s: float) -> None:
        left, right = self._x(from_s), self._x(to_s)
        painter.drawImage(QRectF(left, 0, right - left, self.height()), image)

    def _reading(self, x: float, y: float) -> str:
        """What lies under the mouse."""
        share = 1 - min(max(y / max(1, self.height()), 0.0), 1.0)
        if self.kind == "chroma":
            band = PITCHES[min(int(share * len(PITCHES)), len(PITCHES) - 1)]
        else:
            low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
            place = (share * N_MELS + 0.5) / (N_MELS + 1)
            band = f"{700 * (10 ** ((low + place * (high - low)) / 2595) - 1):,.0f} Hz"
        return f"{clock(self._time_at(x), tenths=True)}, {band}"

    # Qt

    def sizeHint(self) -> QSize:
        """Room for readable bands."""
        return QSize(600, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture where its stretch lies now, and the playhead."""
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        if self.words:
            painter.setFont(self._theme.font("caption"))
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(self.rect(), 0x84, self.words)  # left, in the middle
        elif not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.kind == "mel")
            if not self._under.isNull():
                self._paint_picture(painter, self._under, 0.0, self.span.duration_s)
            self._paint_picture(painter, self._image, self._from_s, self._to_s)
        self._paint_playhead(painter, "text")
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for as many columns as there are pixels."""
        super().resizeEvent(event)
        self.wanted.emit()

    def event(self, event: QEvent) -> bool:
        """The tooltip reads the strip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._shades is not None:
            QToolTip.showText(event.globalPos(), self._reading(event.pos().x(), event.pos().y()), self)
            return True
        return bool(super().event(event))


def ramp(palette: Palette) -> list[str]:
    """Colours from nothing to the strongest: the numeric map, whose quiet end is the panel on which it lies.

    Examples
    --------
    >>> from merdesk.ui.theme.palette import LIGHT
    >>> len(ramp(LIGHT)), ramp(LIGHT)[0] == LIGHT.panel
    (256, True)
    """
    # On a light ground strong has to be dark.
    anchors = palette.sequential if palette.is_dark else palette.sequential[::-1]
    ground = round(SHADES * GROUND_SHARE)
    quiet = [mix(palette.panel, anchors[0], step / ground) for step in range(ground)]
    steps = len(anchors) - 1
    loud = []
    for step in range(SHADES - ground):
        place = step / (SHADES - ground - 1) * steps
        left = min(int(place), steps - 1)
        loud.append(mix(anchors[left], anchors[left + 1], place - left))
    return quiet + loud
