"""How a training goes: R2 of networks by epoch as thin lines, R2 of folds as dots; valence beside arousal."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.domain.training import FoldScore
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme
from merdesk.workflows.training_record import Curve

HEIGHT = 190
LEFT, TOP, BOTTOM, GAP = 34, 24, 34, 28
FOLDS_WIDTH = 96
"""Beside the curves; folds without curves have all of the panel."""
LEAST, MOST = -0.5, 1.0
"""Of R2; what is below is drawn at the edge."""
LEAST_EPOCHS = 10
EARLIER_OPACITY = 0.22
DOT = 3.5


class TrainingPlot(QWidget):
    """Two panels; the fit that goes on, or went last, stands out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.curves: tuple[Curve, ...] = ()
        self.folds: tuple[FoldScore, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("How the training goes")
        theme.changed.connect(self.update)

    def show_training(self, curves: Sequence[Curve], folds: Sequence[FoldScore]) -> None:
        """Show these."""
        self.curves, self.folds = tuple(curves), tuple(folds)
        self.setAccessibleDescription(self._words())
        self.update()

    def _words(self) -> str:
        said = []
        if self.curves:
            last = self.curves[-1]
            valence, arousal = last.r2[-1]
            said.append(
                f"{last.step}, fit {last.fit} of {last.of}, seed {last.seed}, epoch {len(last.r2)}: valence R2 "
                f"{signed(valence)}, arousal R2 {signed(arousal)}"
            )
        if self.folds:
            fold = self.folds[-1]
            valence, arousal = fold.r2
            said.append(
                f"{fold.step}, {fold.fit} of {fold.of}: valence R2 {signed(valence)}, arousal R2 {signed(arousal)}, "
                f"n {fold.n:,}"
            )
        return "; ".join(said) or "Nothing yet"

    def sizeHint(self) -> QSize:
        """One row of panels."""
        return QSize(560, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Both panels."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = (self.width() - GAP) / 2
        for axis, name in enumerate(("valence", "arousal")):
            self._paint_panel(painter, QRectF(axis * (width + GAP), 0, width, self.height()), axis, name)
        painter.end()

    def _paint_panel(self, painter: QPainter, box: QRectF, axis: int, name: str) -> None:
        frame = box.adjusted(LEFT, TOP, -4, -BOTTOM)
        painter.setFont(self._theme.font("section"))
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(QRectF(box.left(), 0, box.width(), 18), f"{name.capitalize()}, R² on clips held out")
        painter.setFont(self._theme.font("caption"))
        for value in (LEAST, 0.0, 0.5, MOST):
            y = _y(frame, value)
            painter.setPen(QPen(self._theme.colour("line" if value == 0 else "grid"), 1))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(self._theme.colour("muted"))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(
                QRectF(box.left(), y - 8, LEFT - 8, 16), side, signed(value, 1).removeprefix("+")
            )
        colour = QColor(getattr(self._theme.palette, name))
        if self.curves:
            curves, dots = frame.adjusted(0, 0, -FOLDS_WIDTH - 12, 0), frame
            dots = QRectF(frame.right() - FOLDS_WIDTH, frame.top(), FOLDS_WIDTH, frame.height())
            self._paint_curves(painter, curves, axis, colour)
        else:
            dots = frame
        self._paint_folds(painter, dots, axis, colour)

    def _paint_curves(self, painter: QPainter, frame: QRectF, axis: int, colour: QColor) -> None:
        longest = max(LEAST_EPOCHS, *(len(curve.r2) for curve in self.curves))
        last = (self.curves[-1].step, self.curves[-1].fit)
        faint = QColor(self._theme.colour("muted"))
        faint.setAlphaF(EARLIER_OPACITY)
        for curve in self.curves:
            now = (curve.step, curve.fit) == last
            painter.setPen(QPen(colour if now else faint, 1.6 if now else 1))
            points = [
                QPointF(frame.left() + epoch / longest * frame.width(), _y(frame, pair[axis]))
                for epoch, pair in enumerate(curve.r2, 1)
            ]
            painter.drawPolyline(QPolygonF(points))
        self._name(painter, frame, f"epoch, to {longest}")

    def _paint_folds(self, painter: QPainter, frame: QRectF, axis: int, colour: QColor) -> None:
        for number, fold in enumerate(self.folds):
            value = fold.r2[axis]
            if not math.isfinite(value):
                continue
            x = frame.left() + (number + 0.5) / max(6, len(self.folds)) * frame.width()
            # Leaving out a dataset is another question than leaving out groups.
            first = fold.step == self.folds[0].step
            painter.setPen(QPen(colour, 1.6))
            painter.setBrush(colour if first else self._theme.colour("background"))
            painter.drawEllipse(QPointF(x, _y(frame, value)), DOT, DOT)
        several = any(fold.step != self.folds[0].step for fold in self.folds)
        self._name(painter, frame, "folds ●  sets ○" if several else "folds")

    def _name(self, painter: QPainter, frame: QRectF, words: str) -> None:
        painter.setPen(self._theme.colour("muted"))
        box = QRectF(frame.left(), frame.bottom() + 8, frame.width(), 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)


def _y(frame: QRectF, value: float) -> float:
    share = (min(max(value, LEAST), MOST) - LEAST) / (MOST - LEAST)
    return frame.bottom() - share * frame.height()
