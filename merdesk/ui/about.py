"""What this is, in which versions."""

from PySide6.QtWidgets import QDialog, QWidget

from merdesk import __version__
from merdesk.ui.copying import put
from merdesk.ui.theme.stylesheet import scaled
from merdesk.ui.widgets import button, column, label, row

WIDTH = 480


class AboutDialog(QDialog):
    """Name, version, licence, the paper, and diagnostics to copy."""

    def __init__(self, diagnostics: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About merdesk")
        copy, close = button("Copy diagnostics"), button("Close", "primary")
        said = label("", "caption")
        copy.clicked.connect(lambda: put(diagnostics))
        copy.clicked.connect(lambda: said.setText("Copied."))
        close.clicked.connect(self.accept)
        self.setLayout(
            column(
                label(f"merdesk {__version__}", "title"),
                label("See, hear and explain the distribution gap of music emotion recognition.", wrap=True),
                label(
                    "After Ching & Widmer 2025, A Study on the Data Distribution Gap in Music Emotion Recognition "
                    "(arXiv 2510.04688). MIT licence; icons by Lucide (ISC).",
                    "muted",
                    wrap=True,
                ),
                label(
                    "Diagnostics are versions, system, screens, sound device and features; they hold no path, no "
                    "name and no music.",
                    "muted",
                    wrap=True,
                ),
                4,
                row(copy, said, None, close),
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.setFixedWidth(scaled(WIDTH, self.fontInfo().pixelSize()))
