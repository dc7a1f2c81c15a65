"""The sheet of keys: made from the commands themselves, to be searched, copied and printed."""

from html import escape

from PySide6.QtCore import QSize
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from merdesk.ui.copying import put, tab_separated
from merdesk.ui.help.keys import Section, matching, sections
from merdesk.ui.theme.stylesheet import BASE_PX, scaled
from merdesk.ui.widgets import button, column, label, row, scroll_pane, show_modal

N_COLUMNS = 3
COLUMN_GAP = 32
FINDER_WIDTH = 280
HEAD_LINES = 2
"""What a heading takes of a column, in lines."""
SIZE = (1160, 640)


class ShortcutsDialog(QDialog):
    """Every command with its keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.shown: tuple[Section, ...] = ()
        self.finder = QLineEdit()
        self.finder.setPlaceholderText("Search commands and keys")
        self.finder.setAccessibleName("Search commands and keys")
        self.finder.setClearButtonEnabled(True)
        self.finder.setFixedWidth(scaled(FINDER_WIDTH, self.fontInfo().pixelSize()))
        self.finder.textChanged.connect(self._list)
        self._sheet = QWidget()
        self._sheet.setProperty("role", "panel")
        self._lines = QHBoxLayout(self._sheet)
        self._lines.setContentsMargins(0, 0, 12, 0)
        self._lines.setSpacing(COLUMN_GAP)
        copy, printed = button("Copy", tip="Copy what is shown as a table"), button("Print...")
        close = button("Close", "primary")
        copy.clicked.connect(self.copy)
        printed.clicked.connect(self._print)
        close.clicked.connect(self.accept)
        for each in (copy, printed, close):
            each.setAutoDefault(False)
        self.setLayout(
            column(
                row(label("Keyboard shortcuts", "title"), None, self.finder),
                scroll_pane(self._sheet),
                row(copy, printed, None, close),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        wanted = QSize(*SIZE) * self.fontInfo().pixelSize() / BASE_PX
        self.resize(wanted.boundedTo(self.screen().availableSize()))
        self._n_columns = max(1, N_COLUMNS * self.width() // wanted.width())
        self._list()

    def _list(self) -> None:
        self.shown = matching(sections(), self.finder.text())
        while item := self._lines.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for parts in _balanced(self.shown, self._n_columns):
            made = QWidget()
            made.setLayout(_column(parts))
            self._lines.addWidget(made, 1)
        if not self.shown:
            self._lines.addWidget(label("No command has all of these words.", "muted"))

    def copy(self) -> None:
        """Put what is shown on the clipboard as a table."""
        lines = [(head, text, keys) for head, keyed in self.shown for text, keys in keyed]
        put(tab_separated(("Where", "Command", "Keys"), lines))

    def document(self) -> QTextDocument:
        """What is shown, as it is printed."""
        made = QTextDocument()
        parts = [
            f"<h3>{escape(head)}</h3><table width='100%' cellpadding='2'>"
            + "".join(f"<tr><td>{escape(t)}</td><td align='right'>{escape(k)}</td></tr>" for t, k in keyed)
            + "</table>"
            for head, keyed in self.shown
        ]
        made.setHtml(f"<h2>merdesk: keyboard shortcuts</h2>{''.join(parts)}")
        return made

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter()
        if show_modal(QPrintDialog(printer, self)):
            self.document().print_(printer)


def _balanced(shown: tuple[Section, ...], n_columns: int) -> list[list[Section]]:
    """Sections in their order over columns of about one height."""
    heights = [HEAD_LINES + len(keyed) for _, keyed in shown]
    most = max(heights, default=0)
    while len(columns := _packed(shown, heights, most)) > n_columns:
        most += 1
    return columns


def _packed(shown: tuple[Section, ...], heights: list[int], most: int) -> list[list[Section]]:
    columns: list[list[Section]] = []
    room = 0
    for section, height in zip(shown, heights, strict=True):
        if height > room:
            columns.append([])
            room = most
        columns[-1].append(section)
        room -= height
    return columns


def _column(parts: list[Section]) -> QVBoxLayout:
    lines = column(spacing=6)
    for head, keyed in parts:
        if lines.count():
            lines.addSpacing(14)
        lines.addWidget(label(head, "section"))
        for text, keys in keyed:
            lines.addLayout(row(label(text), None, label(keys, "muted"), spacing=16))
    lines.addStretch(1)
    return lines
