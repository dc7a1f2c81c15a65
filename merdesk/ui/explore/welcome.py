"""The plane of an empty project: three ways in, and the projects of earlier days."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from merdesk.log import without_home
from merdesk.ui.player.elided import ElidedLabel
from merdesk.ui.theme.stylesheet import scaled
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row, scroll_pane

WAYS = (
    (
        "import_files",
        "music",
        "Drop music",
        "Audio files or whole folders, anywhere into this window. Or press here to choose files.",
    ),
    (
        "import_folder",
        "users",
        "Open a dataset",
        "EmoMusic, DEAM, PMEmo, WCMED, or any folder or table with ratings: drop it, or press here.",
    ),
    (
        "open_demo",
        "chart-scatter",
        "Look at the demo",
        "Synthetic music with ratings, features and a model, built on this machine in about a minute.",
    ),
)
WIDTH = 720
WAY_WIDTH = 176
"""Below three times that, and the gaps, the ways stand below one another."""
ICON_PX = 24
MARGIN_PX = 24
GAP_PX = 12
RECENT = 4


class Way(QPushButton):
    """A large button: an icon, a title, a sentence."""

    def __init__(self, theme: Theme, icon: str, title: str, text: str) -> None:
        super().__init__()
        self.setProperty("role", "way")
        self.setAutoDefault(True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._theme, self._name = theme, icon
        self._picture = QLabel()
        words = (self._picture, label(title, "strong"), label(text, "muted", wrap=True))
        for part in words:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = column(words[0], 4, words[1], words[2], None, spacing=4, margins=(16, 16, 16, 16))
        self.setLayout(self._words)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        icon = self._theme.icon(self._name, "text")
        self._picture.setPixmap(icon.pixmap(QSize(ICON_PX, ICON_PX), self.devicePixelRatioF()))

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(WAY_WIDTH, self.heightForWidth(WAY_WIDTH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A scroll area asks for the least height, whatever the width."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.heightForWidth(event.size().width()))

    def heightForWidth(self, width: int) -> int:
        return self._words.heightForWidth(width)


class Welcome(QWidget):
    """What an empty project shows.

    Signals
    -------
    action_asked
        Name of the window's command.
    project_asked
        Path of the project to open.
    """

    action_asked = Signal(str)
    project_asked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.ways = tuple(Way(theme, icon, title, text) for _, icon, title, text in WAYS)
        for way, (name, *_) in zip(self.ways, WAYS, strict=True):
            way.clicked.connect(lambda _=False, name=name: self.action_asked.emit(name))
        self.setFocusProxy(self.ways[0])
        self._wide = 3 * scaled(WAY_WIDTH, theme.base_px)
        self._across = row(*self.ways, spacing=GAP_PX)
        self._recent = column(spacing=0)
        self._kept = label("", "caption", wrap=True)
        inside = QWidget()
        inside.setMaximumWidth(WIDTH)
        inside.setLayout(
            column(
                label("Begin with music", "title"),
                label("See, hear and explain where models of emotion in music fail.", "muted", wrap=True),
                8,
                self._across,
                8,
                self._recent,
                self._kept,
                spacing=8,
            )
        )
        centre = QWidget()
        centre.setProperty("role", "plane")
        sides = row(spacing=0, margins=(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX))
        sides.addStretch(1)
        sides.addWidget(inside, 100)
        sides.addStretch(1)
        whole = column(None, spacing=0)
        whole.addLayout(sides)
        whole.addStretch(1)
        centre.setLayout(whole)
        self._inside = inside
        self.setLayout(column(scroll_pane(centre)))

    def show_project(self, path: Path, others: Sequence[str]) -> None:
        """Say where this project is kept, and offer others, newest first."""
        where = without_home(str(path))
        self._kept.setText(
            f"This project is kept in {where}. Audio files are only read, and nothing is sent anywhere."
        )
        while item := self._recent.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        if others:
            self._recent.addWidget(label("Recent projects", "section"))
        for other in others[:RECENT]:
            self._recent.addWidget(self._row(other))

    def _row(self, path: str) -> QWidget:
        name = Path(path).name.removesuffix(".merdesk")
        made = button(name, "saved", f"Open {without_home(path)}")
        made.clicked.connect(lambda: self.project_asked.emit(path))
        where = ElidedLabel(role="caption")
        where.set_text(without_home(str(Path(path).parent)))
        line = QWidget()
        parts = row(made, where, spacing=8)
        parts.setStretch(1, 1)
        line.setLayout(parts)
        return line

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where there is room."""
        super().resizeEvent(event)
        wide = event.size().width() - 2 * MARGIN_PX - 2 * GAP_PX >= self._wide
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._across.setDirection(direction)
