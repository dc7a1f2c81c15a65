"""Report: the bias report as it will be exported."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from merdesk.ui.copying import put, tab_separated
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import signed
from merdesk.ui.widgets import button, column, framed, label, row, rule, scrolled

SIDE_WIDTH = 300
TEXT_WIDTH = 720


class ReportPage(QWidget):
    """What the report says, read from the same content that is exported.

    Signals
    -------
    build_asked
        Title, author and notes of a report to compute.
    export_asked
        Export the report.
    """

    build_asked = Signal(str, str, str)
    export_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._built_for: tuple[int, bool] | None = None
        self.setProperty("role", "plane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title, self.author, self.notes = QLineEdit(), QLineEdit(), QLineEdit()
        for field, words in ((self.title, "Title"), (self.author, "Author"), (self.notes, "Notes")):
            field.setPlaceholderText(words)
            field.setAccessibleName(words)
        self.compute = button("Compute", "", "Compute the report from the clips as they are now")
        self.export = button("Export", "primary", "Write HTML, JSON and CSV into a folder (Ctrl+R)")
        self.compute.clicked.connect(self.ask)
        self.export.clicked.connect(self.export_asked)
        self._body = QVBoxLayout()
        self._body.setSpacing(20)
        self.setLayout(row(self._side(), rule(upright=True), self._content(), spacing=0))
        self.show_waiting("")

    def _side(self) -> QWidget:
        side = framed(
            column(
                label("Bias report", "title"),
                column(label("On the first page", "section"), self.title, self.author, self.notes, spacing=6),
                row(self.export, self.compute),
                None,
                label(
                    "Every number has its n and a 95 % interval that resamples whole groups (artist, piece or "
                    "recording). Export writes one HTML file that opens offline, the same content as JSON, and CSV tables.",
                    "muted",
                    wrap=True,
                ),
                spacing=16,
                margins=(20, 20, 20, 20),
            ),
            "panel",
        )
        return scrolled(side, SIDE_WIDTH)

    def _content(self) -> QScrollArea:
        inside = QWidget()
        page = QWidget()
        page.setMaximumWidth(TEXT_WIDTH)
        page.setLayout(self._body)
        inside.setProperty("role", "plane")
        # The text takes what room there is up to its greatest width; what stretches takes the rest.
        line = row(page, None)
        line.setStretch(0, 1)
        line.setStretch(1, 0)
        inside.setLayout(column(line, None, margins=(32, 24, 32, 24)))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName("Report")
        scroll.setWidget(inside)
        self._scroll = scroll
        return scroll

    def take_focus(self) -> None:
        """Give the keyboard to the report, so that arrows and page keys move it."""
        self._scroll.setFocus()

    def ask(self) -> None:
        """Ask for a report of the clips as they are now."""
        self._built_for = self._version()
        self.build_asked.emit(self.title.text(), self.author.text(), self.notes.text())

    def enter(self) -> None:
        """Compute anew when something changed since the last time."""
        if self._built_for != self._version() and len(self._session.columns):
            self.ask()

    def _version(self) -> tuple[int, bool]:
        project = self._session.project
        return project.data_version, project.as_filed

    def show_waiting(self, sentence: str) -> None:
        """Show a sentence in place of a report."""
        self._clear()
        self._body.addWidget(
            label(
                sentence or "Drop music here, rate it, train a model: then there is something to report.",
                "muted",
                wrap=True,
            )
        )
        self.export.setEnabled(False)

    def show_report(self, report: dict[str, Any]) -> None:
        """Show the report's content."""
        self._clear()
        self._body.addWidget(label(report["title"], "title", wrap=True))
        for claim in report["verdict"]:
            self._body.addWidget(label(claim["text"], wrap=True))
        self._add_table(
            "Scores by dataset, with 95 % intervals", *score_table(report), grey=unreliable(report["scores"])
        )
        self._add_table(
            "Bias by genre, with 95 % intervals", *genre_table(report), grey=unreliable(report["genres"])
        )
        if report["limits"]:
            limits = column(
                label("Limits", "section"),
                *(label(_text(limit), "muted", wrap=True) for limit in report["limits"]),
                spacing=6,
            )
            self._body.addLayout(limits)
        self.export.setEnabled(True)

    def _add_table(
        self, head: str, headings: list[str], rows: list[list[str]], *, grey: Sequence[bool]
    ) -> None:
        if not rows:
            return
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        for place, text in enumerate(headings):
            grid.addWidget(label(text, "caption"), 0, place, _side_of(place))
        for number, (cells, is_grey) in enumerate(zip(rows, grey, strict=True), 1):
            for place, text in enumerate(cells):
                grid.addWidget(_cell(text, "muted" if is_grey else ""), number, place, _side_of(place))
        grid.setColumnStretch(len(headings), 1)
        copy = button("Copy", "quiet", "Copy this table for a spreadsheet")
        copy.setAccessibleName(f"Copy: {head}")
        copy.clicked.connect(lambda: put(tab_separated(headings, rows)))
        self._body.addLayout(column(rule(), row(label(head, "section"), None, copy), grid, spacing=8))

    def _clear(self) -> None:
        _empty(self._body)


def _side_of(place: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if place < 2 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignTop


def _cell(text: str, role: str) -> QWidget:
    """A number with its interval small below it, or a plain text."""
    head, _, interval = text.partition("\n")
    if not interval:
        return label(head, role)
    cell = QWidget()
    cell.setLayout(column(label(head, role), label(interval, "caption"), spacing=0))
    for part in cell.findChildren(QLabel):
        part.setAlignment(Qt.AlignmentFlag.AlignRight)
    return cell


def _text(limit: Any) -> str:
    return limit if isinstance(limit, str) else str(limit["text"])


def _plain(found: dict[str, Any]) -> str:
    return "n/a" if found["value"] is None else signed(found["value"])


def _with_interval(found: dict[str, Any]) -> str:
    if found["value"] is None:
        return "n/a"
    if found["low"] is None:
        return signed(found["value"])
    return f"{signed(found['value'])}\n{signed(found['low'])} to {signed(found['high'])}"


def unreliable(part: dict[str, Any]) -> list[bool]:
    """True for the rows that rest on too few groups for a statement."""
    return [not row["reliable"] for row in part["rows"]]


def score_table(report: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the scores, a row for each dimension and dataset."""
    headings = ["Dimension", "Dataset", "Clips", "Groups", "R²", "RMSE", "Bias"]
    rows = [
        [
            row["dimension"],
            row["dataset"],
            f"{row['n']:,}",
            f"{row['n_clusters']:,}",
            _with_interval(row["metrics"]["r2"]),
            _with_interval(row["metrics"]["rmse"]).replace("+", ""),
            _with_interval(row["metrics"]["bias"]),
        ]
        for row in report["scores"]["rows"]
    ]
    return headings, rows


def genre_table(report: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the genre biases, a row for each dimension and genre."""
    headings = ["Dimension", "Genre", "Clips", "Bias", "From shrinkage", "Beyond it"]
    rows = [
        [
            row["dimension"],
            row["genre"],
            f"{row['n']:,}",
            _with_interval(row["bias"]),
            _plain(row["expected"]),
            _with_interval(row["difference"]),
        ]
        for row in report["genres"]["rows"]
    ]
    return headings, rows


def _empty(layout: Any) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _empty(inner)
