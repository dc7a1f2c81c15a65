"""Report: the bias report as it will be exported."""

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from merdesk.reports.sections import SECTIONS
from merdesk.ui.copying import put, table_text
from merdesk.ui.report.picture import ReportPicture
from merdesk.ui.report.sections import parts_of
from merdesk.ui.report.table import About, ReportTable
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, framed, label, row, rule, scrolled
from merdesk.workflows.report import ReportOptions

SIDE_WIDTH = 300
NOTES_HEIGHT = 72
TEXT_WIDTH = 980
PICTURES = {
    "plane": "Annotations in the valence-arousal plane",
    "fit": "Predictions against annotations",
    "genre_bias": "Mean error by genre",
}


class ReportPage(QWidget):
    """What the report says, read from the same content that is exported.

    Signals
    -------
    build_asked
        `ReportOptions` of a report to compute.
    export_asked
        Export the report.
    clips_asked
        Show the clips of a dataset and a genre, each empty for all.
    cell_asked
        Show what models trained on a list of datasets say of one.
    play_asked
        Play a clip.
    """

    build_asked = Signal(object)
    export_asked = Signal()
    clips_asked = Signal(str, str)
    cell_asked = Signal(list, str)
    play_asked = Signal(int)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self.pictures: dict[str, ReportPicture] = {}
        self._built_for: tuple[int, bool] | None = None
        self.setProperty("role", "plane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title, self.author, self.notes = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(NOTES_HEIGHT)
        self.sections = {name: QCheckBox(head) for name, head in SECTIONS}
        for box in self.sections.values():
            box.setChecked(True)
        for field, words in ((self.title, "Title"), (self.author, "Author"), (self.notes, "Notes")):
            field.setPlaceholderText(words)
            field.setAccessibleName(words)
        self.compute = button("Compute", "", "Compute the report from the clips as they are now")
        self.export = button(
            "Export", "primary", "Write the report into a folder, in the formats you choose (Ctrl+R)"
        )
        self.compute.clicked.connect(self.ask)
        self.export.clicked.connect(self.export_asked)
        self._body = QVBoxLayout()
        self._body.setSpacing(12)
        self.setLayout(row(self._side(), rule(upright=True), self._content(), spacing=0))
        self.show_waiting("")

    def _side(self) -> QWidget:
        side = framed(
            column(
                label("Bias report", "title"),
                column(label("On the first page", "section"), self.title, self.author, self.notes, spacing=6),
                column(label("Sections", "section"), *self.sections.values(), spacing=4),
                row(self.export, self.compute),
                None,
                label(
                    "Every number has its n and a 95 % interval that resamples whole groups (artist, piece or "
                    "recording). A click on a row shows its clips in Compare, one on a clip plays it. "
                    "What you write or choose here holds from the next Compute on.",
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
        self.build_asked.emit(
            ReportOptions(
                title=self.title.text(),
                author=self.author.text(),
                notes=self.notes.toPlainText(),
                without=tuple(name for name, box in self.sections.items() if not box.isChecked()),
            )
        )

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
        """Show the report's content, the same that its page holds."""
        from merdesk.reports.page_tree import page_tree

        self._clear()
        for part in parts_of(page_tree(report), self._open, _copy, self._picture):
            self._body.addWidget(part)
        self.export.setEnabled(True)

    def show_pictures(self, drawn: Mapping[str, str]) -> None:
        """Show pictures, SVG by name, in their places."""
        for name, place in self.pictures.items():
            if name in drawn:
                place.show_svg(drawn[name])

    def _picture(self, name: str) -> QWidget:
        self.pictures[name] = ReportPicture(self._theme, PICTURES.get(name, name))
        return self.pictures[name]

    def _open(self, about: About) -> None:
        if "clip" in about:
            self.play_asked.emit(int(about["clip"]))
        elif "train" in about:
            self.cell_asked.emit(json.loads(about["train"]), about["test"])
        else:
            self.clips_asked.emit(about.get("dataset", ""), about.get("genre", ""))

    def _clear(self) -> None:
        self.pictures = {}
        _empty(self._body)


def _copy(table: ReportTable) -> None:
    put(table_text(table))


def _empty(layout: Any) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _empty(inner)
