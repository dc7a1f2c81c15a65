"""One finding: what it says, the plot, the clips before and after the repair, the numbers behind it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from merdesk.project.provenance import Entry
from merdesk.ui.copying import copies
from merdesk.ui.doctor.clip_model import FindingClips
from merdesk.ui.doctor.words import HEADS, evidence_text, title_of
from merdesk.ui.plots.finding_scatter import FindingScatter
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, framed, label, row
from merdesk.workflows.diagnose import Diagnosed, Diagnosis

TABLE_PX = 208
"""Header and seven rows."""
DETAILS_SHOWN = 200


class FindingView(QScrollArea):
    """The finding that is looked at.

    Signals
    -------
    play_asked
        Play the clip of this id.
    shown_asked
        Select these clips in the window.
    apply_asked, revert_asked
        Apply the repair of the finding shown, or let it hold no longer.
    """

    play_asked = Signal(int)
    shown_asked = Signal(object)
    apply_asked = Signal()
    revert_asked = Signal()

    def __init__(self, theme: Theme, *, read_only: bool) -> None:
        super().__init__()
        self._theme, self._read_only = theme, read_only
        self._one: Diagnosed | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._caption, self._title = label("", "muted"), label("", "title", wrap=True)
        self._what = label("", wrap=True)
        self._what.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._plots = QHBoxLayout()
        self._plots.setSpacing(16)
        self.clips = FindingClips()
        self.table = self._table()
        self._evidence, self._details = QGridLayout(), QVBoxLayout()
        self._build()

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.clips)
        table.setAccessibleName("Clips of this finding")
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setFixedHeight(TABLE_PX)
        table.setTabKeyNavigation(False)
        table.setStyleSheet("QTableView::item { padding: 0 5px; }")  # as far in as the header's words
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        table.doubleClicked.connect(lambda index: self.play_asked.emit(self.clips.clip_at(index.row())))
        copies(table)
        return table

    def _build(self) -> None:
        self._repair_text = label("", wrap=True)
        self._apply = button("Apply this repair")
        self._revert = button("Revert", "", "Values as filed stand again; undo brings the repair back")
        self._apply.clicked.connect(self.apply_asked)
        self._revert.clicked.connect(self.revert_asked)
        repair = row(self._repair_text, self._apply, self._revert, spacing=16, margins=(12, 10, 12, 10))
        repair.setStretch(0, 1)
        self._repair = framed(repair, "raised")
        self._n_clips = label("", "section")
        self._play = button("Play", "quiet", "Play the selected clip, else the first (double click)")
        self._show = button("Show in the plane", "quiet", "Select these clips in the window")
        self._play.clicked.connect(self._play_selected)
        self._show.clicked.connect(self._show_clips)
        self._clip_part = QWidget()
        self._clip_part.setLayout(
            column(row(self._n_clips, None, self._play, self._show), self.table, spacing=4)
        )
        self._evidence.setHorizontalSpacing(24)
        self._evidence.setVerticalSpacing(4)
        self._evidence.setColumnStretch(2, 1)
        self._evidence_part, self._details_part = QWidget(), QWidget()
        self._evidence_part.setLayout(column(label("Evidence", "section"), self._evidence, spacing=6))
        self._details_part.setLayout(column(label("In detail", "section"), self._details, spacing=6))
        inside = QWidget()
        inside.setProperty("role", "panel")
        inside.setLayout(
            column(
                column(self._caption, self._title, spacing=2),
                self._what,
                self._repair,
                self._plots,
                self._clip_part,
                self._evidence_part,
                self._details_part,
                None,
                spacing=16,
                margins=(24, 20, 24, 20),
            )
        )
        self.setWidget(inside)

    def show_finding(self, diagnosis: Diagnosis, one: Diagnosed, entry: Entry | None) -> None:
        """Show a finding; `entry` is its repair where that holds."""
        if self._one is None or self._one.key != one.key:
            self.verticalScrollBar().setValue(0)
        self._one = one
        finding = one.finding
        self._caption.setText(f"{finding.dataset} · {HEADS[finding.severity].lower()}")
        self._title.setText(title_of(finding))
        self._what.setText(finding.what)
        self._show_repair(one, entry)
        self._show_plots(one)
        rows = diagnosis.preview(one)
        self.clips.show_rows(rows)
        self._clip_part.setVisible(bool(rows))
        self._n_clips.setText(counted(len(rows), "clip"))
        self._fit_columns()
        self._show_texts(one)

    def _show_repair(self, one: Diagnosed, entry: Entry | None) -> None:
        repair = one.finding.repair
        self._repair.setVisible(repair is not None)
        self._apply.setVisible(entry is None)
        self._revert.setVisible(entry is not None)
        for asked in (self._apply, self._revert):
            asked.setEnabled(not self._read_only)
        if repair is not None:
            since = "" if entry is None else f"Repaired since {entry.created_at[:10]}. "
            self._repair_text.setText(since + repair.sentence)

    def _show_plots(self, one: Diagnosed) -> None:
        _clear(self._plots)
        for plot in one.finding.plots:
            scatter = FindingScatter(self._theme)
            labels = (plot.x_label, plot.y_label)
            scatter.show_points(
                plot.x, plot.y, plot.group, names=plot.group_names, labels=labels, title=plot.title
            )
            self._plots.addWidget(scatter, 1)
        if len(one.finding.plots) == 1:
            self._plots.addStretch(1)

    def _fit_columns(self) -> None:
        header = self.table.horizontalHeader()
        for place in range(self.clips.columnCount()):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            self.table.setColumnWidth(place, 96 if place else 120)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def _show_texts(self, one: Diagnosed) -> None:
        _clear(self._evidence)
        _clear(self._details)
        finding = one.finding
        self._evidence_part.setVisible(bool(finding.evidence))
        self._details_part.setVisible(bool(finding.details))
        for place, (name, value) in enumerate(finding.evidence.items()):
            self._evidence.addWidget(label(name, "muted"), place, 0)
            number = label(evidence_text(name, value))
            self._evidence.addWidget(number, place, 1, Qt.AlignmentFlag.AlignRight)
        for detail in finding.details[:DETAILS_SHOWN]:
            line = label(detail, "muted", wrap=True)
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._details.addWidget(line)
        if len(finding.details) > DETAILS_SHOWN:
            more = len(finding.details) - DETAILS_SHOWN
            self._details.addWidget(label(f"and {more:,} more; the export has all.", "muted"))

    def _play_selected(self) -> None:
        selected = self.table.selectionModel().selectedRows()
        if self.clips.rowCount():
            self.play_asked.emit(self.clips.clip_at(selected[0].row() if selected else 0))

    def _show_clips(self) -> None:
        if self._one is not None:
            self.shown_asked.emit(self._one.clip_ids)


def _clear(layout: QHBoxLayout | QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
