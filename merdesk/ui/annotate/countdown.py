"""Three, two, one: time to put the hand where it belongs before the music begins."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from merdesk.ui.theme.theme import Theme

SECONDS = 3
SIZE_PX = 120


class Countdown(QWidget):
    """A number in the middle of a view; `ended` comes after the last second."""

    ended = Signal()

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._theme, self._over = theme, over
        self._left = 0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self.setFixedSize(SIZE_PX, SIZE_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        self.hide()

    @property
    def running(self) -> bool:
        """True while it counts."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin at three."""
        self._left = SECONDS
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def stop(self) -> None:
        """Count no further, and say nothing."""
        self._timer.stop()
        self.hide()

    def _tick(self) -> None:
        self._left -= 1
        self.update()
        if self._left <= 0:
            self.stop()
            self.ended.emit()

    def _place(self) -> None:
        self.move((self._over.width() - self.width()) // 2, (self._over.height() - self.height()) // 2)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:
        """The number on a disc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.setBrush(self._theme.colour("panel"))
        painter.drawEllipse(self.rect().adjusted(1, 1, -2, -2))
        font = self._theme.font("title")
        font.setPixelSize(SIZE_PX // 2)
        painter.setFont(font)
        painter.setPen(self._theme.colour("text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._left))
        painter.end()
