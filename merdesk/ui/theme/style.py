"""What a style sheet cannot say: tick boxes and radio buttons in the palette's colours."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget

from merdesk.ui.theme.palette import Palette

TICK = ((0.24, 0.52), (0.43, 0.71), (0.77, 0.31))
"""Corners of the tick in shares of the box."""


class Style(QProxyStyle):
    """Fusion, whose tick boxes have no visible edge on dark ground, with edges."""

    def __init__(self, palette: Palette) -> None:
        super().__init__("Fusion")
        self._palette = palette

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803  (Qt's name)
    ) -> int:
        """No icons on the buttons of dialogs."""
        if hint == QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons:
            return 0
        return super().styleHint(hint, option, widget, returnData)

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw an indicator, or let Fusion draw the rest."""
        boxes = (
            QStyle.PrimitiveElement.PE_IndicatorCheckBox,
            QStyle.PrimitiveElement.PE_IndicatorRadioButton,
        )
        if element not in boxes:
            super().drawPrimitive(element, option, painter, widget)
            return
        state = option.state
        box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = bool(state & QStyle.StateFlag.State_On)
        token = "text" if state & QStyle.StateFlag.State_Enabled else "faint"
        edge = (
            "text"
            if state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus)
            else "faint"
        )
        # Two pixels where the keyboard is: colour alone is for what is selected.
        painter.setPen(QPen(self._colour(edge), 2 if state & QStyle.StateFlag.State_HasFocus else 1))
        painter.setBrush(self._colour("raised"))
        if element == boxes[0]:
            painter.drawRoundedRect(box, 4, 4)
        else:
            painter.drawEllipse(box)
        if on:
            self._draw_on(painter, box, self._colour(token), tick=element == boxes[0])
        painter.restore()

    def _colour(self, token: str) -> QColor:
        return QColor(getattr(self._palette, token))

    def _draw_on(self, painter: QPainter, box: QRectF, colour: QColor, *, tick: bool) -> None:
        if tick:
            pen = QPen(colour, max(1.6, box.width() / 8))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            corners = [QPointF(box.x() + x * box.width(), box.y() + y * box.height()) for x, y in TICK]
            painter.drawPolyline(QPolygonF(corners))
            return
        inset = box.width() / 4
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))
