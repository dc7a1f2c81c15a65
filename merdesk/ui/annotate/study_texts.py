"""Texts of a study: instructions in Markdown from somebody else's file, which show and do nothing beyond text."""

from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QShowEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser

POINT = (
    "Listen to each clip, then show how the music feels: to the right the more positive, upwards the more energetic. "
    "Point with the mouse or move with the arrow keys, and confirm with Enter. There are no wrong answers."
)
TRACE = (
    "Follow how the feeling moves while the music plays: keep the point where the music is at each moment. "
    "Space starts and pauses, Enter files what you recorded."
)
PAIRS = (
    "Listen to both clips, then say which of them is more positive and which more energetic, or that they are equal. "
    "The left arrow means the first, the right arrow the second, the down arrow equal."
)
KEYS = "Everything is kept at once. Stop whenever you like: you go on at the same place later."


HEIGHT_MAX, PARAGRAPH_PX = 240, 8
"""A longer text scrolls."""


class MarkdownText(QTextBrowser):
    """Markdown without HTML, pictures or links that open, as high as it needs: plans come from other people."""

    def __init__(self, text: str, width: int) -> None:
        super().__init__()
        self.setProperty("role", "text")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        document = self.document()
        features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        document.setMarkdown(text, features | QTextDocument.MarkdownFeature.MarkdownNoHTML)
        document.setDocumentMargin(0)
        self._width = float(width)
        self._space_paragraphs()
        self._fit()

    def _space_paragraphs(self) -> None:
        """Qt sets paragraphs of Markdown without any room between them."""
        cursor = QTextCursor(self.document())
        while True:
            spaced = cursor.blockFormat()
            spaced.setBottomMargin(PARAGRAPH_PX)
            cursor.setBlockFormat(spaced)
            if not cursor.movePosition(QTextCursor.MoveOperation.NextBlock):
                return

    def _fit(self) -> None:
        document = self.document()
        document.setTextWidth(self._width)
        # The style sheet's edges count, too.
        needed = round(document.size().height()) + self.height() - self.viewport().height() + 2
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if needed > HEIGHT_MAX else policy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(min(HEIGHT_MAX, needed))
        self.verticalScrollBar().setValue(0)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        """The style sheet's font is known by now, and the text is higher than it was in the system's."""
        super().showEvent(event)
        self._width = min(self._width, self.viewport().width())
        self._fit()

    def loadResource(self, type: int, name: QUrl | str) -> Any:  # noqa: A002, ARG002  (Qt's name; nothing is loaded)
        """Load nothing, from neither disk nor network."""
        return None


def proposed(tasks: tuple[str, ...]) -> str:
    """Instructions for these tasks, where nobody wrote others."""
    parts = [POINT] if "point" in tasks else []
    parts += [TRACE] if "trace" in tasks else []
    parts += [PAIRS] if "pairs" in tasks else []
    return "\n\n".join((*parts, KEYS))
