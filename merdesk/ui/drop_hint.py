"""What shows that a window takes what is dragged over it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QWidget

from merdesk.ui.widgets import column, label

INSET_PX = 8


class DropHint(QFrame):
    """A frame around the window with one sentence, shown while files are over it; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("role", "drop")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = label("Drop music, a folder, a dataset or a table of ratings", "drop")
        layout = column(None, spacing=0, margins=(0, 0, 0, 24))
        layout.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(layout)
        self.hide()
        window.installEventFilter(self)

    def open(self) -> None:
        """Show over the whole window."""
        self._fit()
        self.show()
        self.raise_()

    def _fit(self) -> None:
        whole = self._window.rect()
        self.setGeometry(whole.adjusted(INSET_PX, INSET_PX, -INSET_PX, -INSET_PX))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return super().eventFilter(watched, event)
