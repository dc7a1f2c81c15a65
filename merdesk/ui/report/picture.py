"""A picture of the report in the window: as wide as its text, in the colours of light or dark."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.reports.palette import Scheme
from merdesk.reports.svg import for_window
from merdesk.ui.theme.theme import Theme

WAITING = "The picture is being drawn."
WAITING_SHARE = 0.3
"""Height of the blank, as a share of its width, until the picture is there."""


class ReportPicture(QWidget):
    """Shows one picture once it is drawn; its caption stands below it, so its accessible name is given."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._svg = ""
        self._renderer = QSvgRenderer(self)
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._load)

    @property
    def drawn(self) -> bool:
        """True once there is a picture."""
        return self._renderer.isValid()

    def show_svg(self, svg: str) -> None:
        """Show a picture as the report draws it, in light colours."""
        self._svg = svg
        self._load()
        self.updateGeometry()

    def _load(self) -> None:
        if self._svg:
            scheme: Scheme = "dark" if self._theme.palette.is_dark else "light"
            self._renderer.load(QByteArray(for_window(self._svg, scheme, self.font().family()).encode()))
        self.update()

    # Qt

    def hasHeightForWidth(self) -> bool:
        """It keeps its proportions."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height at a width."""
        size = self._renderer.defaultSize()
        return round(width * (size.height() / size.width() if self.drawn else WAITING_SHARE))

    def sizeHint(self) -> QSize:
        """A page's width."""
        return QSize(640, self.heightForWidth(640))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  (all of it is painted)
        """The picture, or that it is being drawn."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.drawn:
            height = self.heightForWidth(self.width())
            self._renderer.render(painter, QRectF(0, 0, self.width(), height))
        else:
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, WAITING)
        painter.end()
