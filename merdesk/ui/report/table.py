"""A table of the report in the window: as high as its rows, and each row opens its clips."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from merdesk.reports.nodes import Node, found, words
from merdesk.ui.copying import copies

OPENS = ("dataset", "genre", "clip", "train", "test")
"""What an element says of the clips behind its numbers."""
MOST_WIDTH = 420
"""Of a column of words, in pixels; longer ones are broken into lines."""
BELOW = ("ci", "sub")
PADDING = 6
HEAD_LETTERS = 14
SMALL = 0.85
"""Size of an interval beside that of its number."""
QUIET = Qt.ItemDataRole.UserRole
WRAP = int(Qt.TextFlag.TextWordWrap.value)
Index = QModelIndex | QPersistentModelIndex
About = Mapping[str, str]


class ReportTable(QTableWidget):
    """One table of the page.

    Signals
    -------
    opened
        What a row, or a cell of its own, says of its clips: some of `OPENS`.
    """

    opened = Signal(object)

    def __init__(self, table: Node, name: str) -> None:
        head, *rows = found(table, "tr")
        super().__init__(len(rows), len(found(head, "th")))
        self.setAccessibleName(name)
        self._abouts: dict[tuple[int, int], About] = {}
        self._lay_out()
        for place, cell in enumerate(found(head, "th")):
            # Heads are narrow and high, since numbers below them are narrow.
            lines = (wrap(line, HEAD_LETTERS, break_long_words=False) for line in cell_text(cell).split("\n"))
            item = QTableWidgetItem("\n".join(part for line in lines for part in line))
            item.setTextAlignment(_side(cell) | Qt.AlignmentFlag.AlignBottom)
            self.setHorizontalHeaderItem(place, item)
        for number, node in enumerate(rows):
            self._fill_row(number, node)
        self.cellClicked.connect(self._open)
        copies(self)
        self._fit()

    def _lay_out(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setItemDelegate(CellDelegate(self))
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        header.setStretchLastSection(False)

    def _fill_row(self, number: int, node: Node) -> None:
        row_about = _about(node)
        for place, cell in enumerate(found(node, "th", "td")):
            item = QTableWidgetItem(cell_text(cell))
            item.setTextAlignment(_side(cell) | Qt.AlignmentFlag.AlignTop)
            item.setData(QUIET, "few" in node["class"] or "aside" in cell["class"])
            if about := _about(cell) or row_about:
                self._abouts[number, place] = about
                item.setToolTip("Play this clip" if "clip" in about else "Show these clips in Compare")
            self.setItem(number, place, item)

    def _fit(self) -> None:
        """As wide as its words and as high as its rows."""
        delegate = self.itemDelegate()
        assert isinstance(delegate, CellDelegate)
        rows, places = range(self.rowCount()), range(self.columnCount())
        for place in places:
            heading = QFontMetrics(self.horizontalHeader().font()).size(0, self._heading(place)).width()
            widths = [delegate.width(self._words(number, place), self.font()) for number in rows]
            self.setColumnWidth(place, min(max([heading + 2 * PADDING, *widths]), MOST_WIDTH))
        for number in rows:
            heights = [
                delegate.height(self._words(number, place), self.font(), self.columnWidth(place))
                for place in places
            ]
            self.setRowHeight(number, max(heights, default=0))
        self.setFixedHeight(self.sizeHint().height())

    def _words(self, number: int, place: int) -> str:
        item = self.item(number, place)
        return "" if item is None else item.text()

    def _heading(self, place: int) -> str:
        item = self.horizontalHeaderItem(place)
        return "" if item is None else item.text()

    def sizeHint(self) -> QSize:
        width, room = self.horizontalHeader().length(), self.horizontalScrollBar().sizeHint().height()
        height = self.horizontalHeader().sizeHint().height() + self.verticalHeader().length() + room
        return QSize(width, height)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls, not the table."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self._open(self.currentRow(), self.currentColumn())
        else:
            super().keyPressEvent(event)

    def _open(self, number: int, place: int) -> None:
        if about := self._abouts.get((number, place)):
            self.opened.emit(about)


class CellDelegate(QStyledItemDelegate):
    """A number with its interval small below it, or words in lines; a hair between rows."""

    def width(self, text: str, font: QFont) -> int:
        """Pixels that a cell's words want without being broken, its margins counted."""
        head, _, below = text.partition("\n")
        small = QFontMetrics(_small(font)).size(0, below).width()
        return int(max(QFontMetrics(font).horizontalAdvance(head), small)) + 2 * PADDING

    def height(self, text: str, font: QFont, width: int) -> int:
        """Pixels that they take when a column is so wide."""
        head, _, below = text.partition("\n")
        small = QFontMetrics(_small(font))
        return _high(QFontMetrics(font), head, width) + (_high(small, below, width) if below else 0) + PADDING

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        # PySide's types know no attributes of options.
        given: Any = option
        if given.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.fillRect(given.rect, given.palette.alternateBase())
        head, _, below = str(index.data()).partition("\n")
        side = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole)) | Qt.AlignmentFlag.AlignTop
        inner = given.rect.adjusted(PADDING, PADDING // 2, -PADDING, 0)
        quiet, plain = given.palette.placeholderText().color(), given.palette.text().color()
        painter.save()
        painter.setFont(given.font)
        painter.setPen(quiet if index.data(QUIET) else plain)
        painter.drawText(inner, int(side) | WRAP, head)
        inner.setTop(inner.top() + _high(QFontMetrics(given.font), head, given.rect.width()))
        painter.setFont(_small(given.font))
        painter.setPen(quiet)
        painter.drawText(inner, int(side) | WRAP, below)
        painter.setPen(given.palette.mid().color())
        painter.drawLine(given.rect.bottomLeft(), given.rect.bottomRight())
        painter.restore()


def _high(metrics: QFontMetrics, text: str, width: int) -> int:
    return metrics.boundingRect(QRect(0, 0, width - 2 * PADDING, 10_000), WRAP, text).height()


def _small(font: QFont) -> QFont:
    made = QFont(font)
    if font.pixelSize() > 0:
        made.setPixelSize(max(9, round(font.pixelSize() * SMALL)))
    else:
        made.setPointSizeF(font.pointSizeF() * SMALL)
    return made


def cell_text(cell: Node) -> str:
    """What stands in a cell, with what is small below it on lines of its own."""
    lines, line = [], ""
    for child in cell["children"]:
        if isinstance(child, dict) and set(BELOW) & set(child["class"]):
            lines.append(words(child))
        else:
            line += words(child)
    return "\n".join(text.strip() for text in (line, *lines) if text.strip())


def _about(node: Node) -> dict[str, Any]:
    return {name: node[name] for name in OPENS if node.get(name)}


def _side(cell: Node) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if "num" in cell["class"] else Qt.AlignmentFlag.AlignLeft
