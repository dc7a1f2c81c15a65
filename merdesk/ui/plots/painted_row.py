"""A row that is drawn by hand: lights up under the mouse, words at the left, a number at the right."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from merdesk.ui.theme.palette import mix
from merdesk.ui.theme.theme import Theme

ROW_PX = 26


class PaintedRow(QAbstractButton):
    """Base of rows in panels; a click is the button's."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paint_ground(self, painter: QPainter) -> None:
        """Light up under the mouse, frame what has the keyboard."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            palette = self._theme.palette
            painter.setPen(QPen(self._theme.colour("faint"), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mix(palette.panel, palette.raised, 0.8)))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)

    def paint_words(
        self, painter: QPainter, words: str, number: str, *, left: int, right: int, colour: str
    ) -> int:
        """Write a number at the right and, in what room is left, words; return where the words end, in pixels."""
        side = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(self.rect().adjusted(0, 0, -right, 0), side | Qt.AlignmentFlag.AlignRight, number)
        metrics = painter.fontMetrics()
        room = self.width() - left - 2 * right - metrics.horizontalAdvance(number)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.setPen(self._theme.colour(colour))
        painter.drawText(QRect(left, 0, room, self.height()), side, shown)
        return left + metrics.horizontalAdvance(shown)

    # Qt

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(120, max(ROW_PX, self.fontMetrics().height() + 8))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the mouse."""
        super().enterEvent(event)
        self.update()
