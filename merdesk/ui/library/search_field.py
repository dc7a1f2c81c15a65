"""A field to search in that leaves undo and redo to the window while nothing was typed into it."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class SearchField(QLineEdit):
    """A line edit would keep Ctrl+Z for itself even with nothing to take back: whoever undid an import could not redo it."""

    def event(self, event: QEvent) -> bool:
        """Let undo and redo pass where the text has none."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return True
        return super().event(event)
