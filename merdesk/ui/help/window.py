"""The help beside the window: what to look up at the left, the page at the right."""

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPalette,
    QShortcut,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QWidget,
)

from merdesk.ui.help.topics import Topic, load, search
from merdesk.ui.theme.stylesheet import BASE_PX, scaled
from merdesk.ui.widgets import button, column, framed, label, row, rule

SIZE = (860, 640)
LIST_WIDTH = 248
MARGIN_PX = 24
LINE_PERCENT = 125
STEPS = {1: 2, 2: 1}
"""Headings by level, in Qt's steps above the size of the text."""
SMALLER = 0.85
"""Captions against the text."""
NAME = Qt.ItemDataRole.UserRole


class HelpText(QTextBrowser):
    """A page of the help; links lead to other pages, and nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "text")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setAccessibleName("Page of the help")

    def show_text(self, text: str) -> None:
        """Show Markdown without HTML."""
        document = self.document()
        features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        document.setMarkdown(text, features | QTextDocument.MarkdownFeature.MarkdownNoHTML)
        document.setDocumentMargin(MARGIN_PX)
        _set_out(document)
        self.moveCursor(self.textCursor().MoveOperation.Start)

    def loadResource(self, type: int, name: QUrl | str) -> Any:  # noqa: A002, ARG002  (Qt's name; nothing is loaded)
        """Load nothing, from neither disk nor network."""
        return None


def _set_out(document: QTextDocument) -> None:
    """Give headings their sizes and everything the room that Qt's Markdown leaves out."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        room, level = block.blockFormat(), block.blockFormat().headingLevel()
        room.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        inside = bool(block.textList()) or bool(cursor.currentTable())
        room.setTopMargin(0 if inside or level == 1 else 18 if level else 0)
        room.setBottomMargin(3 if inside else 6 if level else 9)
        cursor.setBlockFormat(room)
        if level:
            size = QTextCharFormat()
            size.setProperty(QTextFormat.Property.FontSizeAdjustment, STEPS[min(level, 2)])
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.mergeCharFormat(size)
        block = block.next()


class HelpWindow(QDialog):
    """Every page, to be read, searched and walked through; the window behind it stays in use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help")
        self.topics = {topic.name: topic for topic in load()}
        self._walked: list[str] = []
        self.name = ""
        self.finder = QLineEdit()
        self.finder.setPlaceholderText("Search the help")
        self.finder.setAccessibleName("Search the help")
        self.finder.setClearButtonEnabled(True)
        self.finder.textChanged.connect(self._list)
        self.list = QListWidget()
        self.list.setAccessibleName("Pages of the help")
        self.list.setWordWrap(True)
        self.list.currentItemChanged.connect(self._pick)
        self._nothing = label("No page has all of these words.", "muted", wrap=True)
        self._nothing.hide()
        self.text = HelpText()
        self.text.anchorClicked.connect(self._follow)
        self._back = button("Back", "quiet", "Back to the page before (Alt+Left)")
        self._back.clicked.connect(self.back)
        close = button("Close", "primary")
        close.clicked.connect(self.close)
        self._build(close)
        for keys, call in (("Alt+Left", self.back), ("Ctrl+F", self._find)):
            QShortcut(QKeySequence(keys), self).activated.connect(call)
        self._list()
        self.resize(
            (QSize(*SIZE) * self.fontInfo().pixelSize() / BASE_PX).boundedTo(self.screen().availableSize())
        )

    def _build(self, close: QWidget) -> None:
        left = framed(
            column(self.finder, self._nothing, self.list, spacing=8, margins=(12, 12, 8, 12)), "panel"
        )
        left.setFixedWidth(scaled(LIST_WIDTH, self.fontInfo().pixelSize()))
        right = column(self.text, rule(), row(self._back, None, close, margins=(16, 8, 16, 8)), spacing=0)
        whole = row(left, rule(upright=True), right, spacing=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def show_topic(self, name: str) -> None:
        """Show a page; it becomes the one that Back leads to from the next."""
        if name == self.name or name not in self.topics:
            return
        if self.name:
            self._walked.append(self.name)
        self._show(name)

    def back(self) -> None:
        """Show the page before."""
        if self._walked:
            self._show(self._walked.pop())

    def _show(self, name: str) -> None:
        self.name = name
        self.text.show_text(self.topics[name].text)
        self.setWindowTitle(f"{self.topics[name].title} \N{EN DASH} Help")
        self._back.setEnabled(bool(self._walked))
        self._mark()

    def _follow(self, url: QUrl) -> None:
        self.show_topic(url.path().removesuffix(".md"))

    def _find(self) -> None:
        self.finder.setFocus()
        self.finder.selectAll()

    def _list(self) -> None:
        """List all pages by group, or those that a search found."""
        typed = self.finder.text()
        self.list.blockSignals(True)
        self.list.clear()
        if typed.strip():
            for found in search(tuple(self.topics.values()), typed):
                self._add(found.topic, found.excerpt)
        else:
            group = ""
            for topic in self.topics.values():
                if topic.group != group:
                    group = topic.group
                    self._add_head(group)
                self._add(topic)
        self.list.blockSignals(False)
        self._nothing.setVisible(not self.list.count())
        self._mark()

    def _add_head(self, text: str) -> None:
        self._add_quiet(text, QFont.Weight.DemiBold)

    def _add_quiet(self, text: str, weight: QFont.Weight = QFont.Weight.Normal) -> None:
        """A line of the list that is no page."""
        item = QListWidgetItem(text, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = self.list.font()
        font.setPixelSize(round(font.pixelSize() * SMALLER))
        font.setWeight(weight)
        item.setFont(font)
        # The application's palette: a style sheet makes the widget's own placeholder half transparent.
        item.setForeground(QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText))

    def _add(self, topic: Topic, excerpt: str = "") -> None:
        item = QListWidgetItem(topic.title, self.list)
        item.setData(NAME, topic.name)
        if excerpt:
            self._add_quiet(excerpt)

    def _mark(self) -> None:
        """Mark the page that is shown, where it is listed."""
        self.list.blockSignals(True)
        self.list.setCurrentRow(-1)
        for place in range(self.list.count()):
            if self.list.item(place).data(NAME) == self.name:
                self.list.setCurrentRow(place)
        self.list.blockSignals(False)

    def _pick(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(NAME):
            self.show_topic(item.data(NAME))

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes from the search to the first page found, Escape empties it before it closes."""
        if self.finder.hasFocus() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.list.setFocus()
            if self.finder.text().strip() and self.list.count():
                self.list.setCurrentRow(0)
        elif event.key() == Qt.Key.Key_Escape and self.finder.text():
            self.finder.clear()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Links and tables have the colours of the palette in which they were laid out."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.name:
            self.text.show_text(self.topics[self.name].text)
            self._list()


class HelpKey(QShortcut):
    """F1 in a dialog: its page of the help, above it, so that a modal one does not hold it back."""

    def __init__(self, dialog: QDialog, name: str) -> None:
        super().__init__(QKeySequence("F1"), dialog)
        self._dialog, self._name = dialog, name
        self.activated.connect(self._open)

    def _open(self) -> None:
        shown = HelpWindow(self._dialog)
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown.show_topic(self._name)
        shown.show()
