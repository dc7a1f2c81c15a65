"""Tables copied as tab-separated text with headings, which every spreadsheet takes."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView


def tab_separated(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Headings and rows as lines; a cell of several lines becomes one.

    Examples
    --------
    >>> tab_separated(["Genre", "Bias"], [["Folk", "+0.10\n+0.02 to +0.18"]])
    'Genre\tBias\nFolk\t+0.10 (+0.02 to +0.18)'
    """
    return "\n".join("\t".join(map(_one_line, cells)) for cells in (headings, *rows))


def _one_line(cell: str) -> str:
    head, _, more = cell.replace("\t", " ").partition("\n")
    return f"{head} ({' '.join(more.split())})" if more else head


def put(text: str) -> None:
    """Put a text on the clipboard."""
    QApplication.clipboard().setText(text)


def table_text(view: QTableView, cell: Callable[[int, int], str] | None = None) -> str:
    """The selected rows of a table, or all where not several can be selected or none is; hidden ones are left out.

    Parameters
    ----------
    cell
        Text of a row and column; that of the model when None.
    """
    model = view.model()
    several = view.selectionMode() == QAbstractItemView.SelectionMode.ExtendedSelection
    chosen = sorted({index.row() for index in view.selectionModel().selectedRows()}) if several else []
    places = chosen or [row for row in range(model.rowCount()) if not view.isRowHidden(row)]
    columns = [column for column in range(model.columnCount()) if not view.isColumnHidden(column)]
    read = cell or (lambda row, column: str(model.index(row, column).data() or ""))
    headings = [str(model.headerData(column, Qt.Orientation.Horizontal) or "") for column in columns]
    return tab_separated(headings, ([read(row, column) for column in columns] for row in places))


def copies(view: QTableView, cell: Callable[[int, int], str] | None = None) -> None:
    """Give a table its Ctrl+C; Qt's own copies one cell."""
    context = Qt.ShortcutContext.WidgetWithChildrenShortcut
    QShortcut(QKeySequence.StandardKey.Copy, view, lambda: put(table_text(view, cell)), context=context)
