"""How good the ratings are, in tables; a rating that stands out plays at a click; a calculator plans the next study."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QTableWidget, QTableWidgetItem, QTabWidget, QWidget

from merdesk.evaluation.raters import clips_needed
from merdesk.ui.annotate import quality_rows
from merdesk.ui.annotate.consensus_tab import ConsensusTab
from merdesk.ui.annotate.quality_rows import fill, table
from merdesk.ui.decimal_box import DecimalBox, WholeBox
from merdesk.ui.help.window import HelpKey
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.rating_quality import Quality

ABOUT = {
    "Agreement": "With 95 % intervals from resampled artists or groups; none under 20 of them. ICC(A,1) and ICC(A,k) "
    "count clips that everybody rated.",
    "Annotators": "Leniency is the mean distance from the others, r the correlation with them, retest and anchors the "
    "mean absolute difference from one's own first and from the known answer.",
    "Traces": "Each trace is moved by its lag behind their mean first; CCC is the mean of every two.",
    "Pairs": "Shares of equal answers: to a pair that came twice in a study, and among the answers that others gave to "
    "the same pairs. Guessing without ties gives a half.",
    "To hear again": "Ratings more than 2.5 standard deviations from what the others said. Enter or a double click plays.",
}
READING = "Looking at the ratings."
FEW = "Two people have to rate the same clips before anything can be said of agreement."


class QualityDialog(QDialog):
    """Stays open beside the window while people rate.

    Signals: `play_asked` the id of a clip to listen to; `consensus_chosen` how ratings are pooled from now on.
    """

    play_asked = Signal(int)
    consensus_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "agreement")
        self.setWindowTitle("Quality of ratings")
        self._quality = Quality((), (), ())
        heads = quality_rows
        self.agreed, self.raters, self.traces, self.pairs, self.out = map(
            table, (heads.AGREED, heads.RATERS, heads.TRACES, heads.PAIRS, heads.OUT)
        )
        self.out.itemActivated.connect(self._play)
        self.tabs = QTabWidget()
        for name, shown in zip(
            ABOUT, (self.agreed, self.raters, self.traces, self.pairs, self.out), strict=True
        ):
            self.tabs.addTab(_page(name, shown), name)
        self.consensus = ConsensusTab(table(heads.CONSENSUS))
        self.consensus.chosen.connect(self.consensus_chosen)
        self.tabs.addTab(self.consensus, "Consensus")
        self.tabs.currentChanged.connect(self._fill)
        self.note = label(READING, "muted", wrap=True)
        close = button("Close")
        close.clicked.connect(self.reject)
        head = column(label("Quality of ratings", "title"), self.note, spacing=4)
        self.setLayout(
            column(
                head,
                self.tabs,
                self._planner(),
                row(None, close),
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(980, 560)

    def show_quality(self, quality: Quality) -> None:
        """Show what the ratings say by now; only the tab in sight is filled."""
        self._quality = quality
        people = [one for one in quality.raters if one.dimension == "valence"]
        n_ratings = sum(one.rater.n for one in people)
        said = (
            f"{counted(n_ratings, 'rating')} by {counted(len(people), 'person', 'people')}, as they come in."
        )
        self.note.setText(said if quality.agreed else f"{said} {FEW}")
        self._fill()

    def _fill(self) -> None:
        quality, rows = self._quality, quality_rows
        shown = self.tabs.currentIndex()
        if shown == self.tabs.indexOf(self.consensus):
            self.consensus.show_ways(quality.consensus, quality.chosen, quality.titles)
            return
        # Made only for the tab in sight: a map is not walked through before.
        tables = (
            (self.agreed, map(rows.agreed_row, quality.agreed)),
            (self.raters, map(rows.rater_row, quality.raters)),
            (self.traces, map(rows.trace_row, quality.traced)),
            (self.pairs, map(rows.pair_row, quality.paired)),
            (self.out, map(rows.out_row, quality.standing_out)),
        )
        where, lines = tables[shown]
        fill(where, list(lines))

    def _play(self, item: QTableWidgetItem) -> None:
        self.play_asked.emit(int(self._quality.standing_out[item.row()].clip_id))

    def _planner(self) -> QWidget:
        self.expected, self.n_raters = DecimalBox(), WholeBox()
        self.expected.setRange(0.0, 0.99)
        self.expected.setSingleStep(0.05)
        self.expected.setValue(0.6)
        self.n_raters.setRange(2, 200)
        self.n_raters.setValue(5)
        self.needed = label("", "strong")
        for spin, name in ((self.expected, "Expected ICC"), (self.n_raters, "Annotators of each clip")):
            spin.setAccessibleName(name)
            spin.valueChanged.connect(self._plan)
        self._plan()
        made = QWidget()
        made.setLayout(
            row(
                label("For an ICC(1,1) known to ± .05, where", "muted"),
                self.expected,
                label("is expected with", "muted"),
                self.n_raters,
                label("annotators of each clip:", "muted"),
                self.needed,
                None,
            )
        )
        return made

    def _plan(self) -> None:
        n = clips_needed(self.expected.value(), self.n_raters.value())
        self.needed.setText(f"{n:,} clips")


def _page(name: str, shown: QTableWidget) -> QWidget:
    made = QWidget()
    made.setLayout(column(label(ABOUT[name], "muted", wrap=True), shown, spacing=8, margins=(0, 12, 0, 0)))
    return made
