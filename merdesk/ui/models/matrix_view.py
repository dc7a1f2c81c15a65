"""The cross-dataset matrix: how far each training set carries, why no further, and the clips behind a cell."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QScrollArea, QStackedWidget, QWidget

from merdesk.ui.models.matrix_cells import METRICS, Grid, grid_of, title_of
from merdesk.ui.plots.drop_picture import DropPicture, Parts
from merdesk.ui.plots.matrix import MatrixPlot
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row, rule
from merdesk.workflows.evaluate import Evaluation
from merdesk.workflows.evaluation_reasons import verdict
from merdesk.workflows.evaluation_text import doubts, recommended
from merdesk.workflows.evaluation_work import Judged

EMPTY = (
    "Every dataset trains a model that is tested on every other one, so that you see how far it carries. "
    "Choose features and a model at the left, then measure."
)
EXPLAIN = "Take every cell apart, also for models that are slow to fit; quick ones always are"
RECOMMEND = "Try every union of the other datasets on each test set: what to train on. Takes a fit for each."
DUPLICATES = "Count clips that training and test set share; such scores are too good (the corners show where)"
KEY = "Rest on a cell to see it taken apart, click to see and hear its clips. Bold: tested at home, on other folds. Tick: ceiling of R². Corner: duplicates were left out. Pale: under 20 groups."


class MatrixView(QWidget):
    """The heat map, and below it what the picked cell says.

    Signals
    -------
    asked
        Measure, or complete, the matrix.
    cell_opened
        A `Judged` cell whose clips the user wants to see and hear.
    union_opened
        An `EvaluateRequest` for a union that was tried, but not measured in full: the user wants to see its clips.
    """

    asked = Signal()
    cell_opened = Signal(object)
    union_opened = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._evaluation: Evaluation | None = None
        self._grid: Grid | None = None
        self.plot = MatrixPlot(theme, opens=True)
        self.picture = DropPicture(theme)
        self.measure = QComboBox()
        self.measure.addItems([metric.label for metric in METRICS])
        self.measure.setAccessibleName("Measure")
        self.compute = button("Measure", "", "Train on every dataset and test on every other one")
        self.explain = QCheckBox("Take apart")
        self.recommend = QCheckBox("Try unions")
        for box, tip in ((self.explain, EXPLAIN), (self.recommend, RECOMMEND)):
            box.setToolTip(tip)
            box.setAccessibleDescription(tip)
        self.duplicates = QCheckBox("With duplicates")
        self.duplicates.setToolTip(DUPLICATES)
        self.duplicates.setAccessibleDescription(DUPLICATES)
        self.open = button("See and hear its clips", "", "Show this cell's predictions in Compare (Enter)")
        self._about = label("", "muted", wrap=True)
        self._empty = label(EMPTY, "muted", wrap=True)
        self._title = label("", "strong", wrap=True)
        self._facts = label("", wrap=True)
        self._why = label("", wrap=True)
        self._doubts = label("", "muted", wrap=True)
        self._advice = label("", wrap=True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing())
        self._stack.addWidget(self._full())
        head = row(self.measure, self.duplicates, None, self.explain, self.recommend, self.compute)
        self.setLayout(column(head, self._about, self._stack, spacing=8))
        self.setFocusProxy(self.plot)
        # The Tab key comes to what stands for the whole view, and would never come to what is above that.
        for one, following in pairwise(
            (self.plot, self.measure, self.duplicates, self.explain, self.recommend, self.compute, self.open)
        ):
            self.setTabOrder(one, following)
        self.compute.clicked.connect(self.asked)
        self.measure.currentIndexChanged.connect(lambda _: self._lay_out())
        self.duplicates.toggled.connect(lambda _: self._lay_out())
        self.plot.cell_picked.connect(lambda *_: self._show_cell())
        self.plot.cell_opened.connect(lambda *_: self._open())
        self.open.clicked.connect(self._open)
        self.show_evaluation(None)

    def _nothing(self) -> QWidget:
        nothing = QWidget()
        nothing.setLayout(column(self._empty, None))
        return nothing

    def _full(self) -> QWidget:
        inside = QWidget()
        inside.setProperty("role", "plane")
        title = row(self._title, self.open)
        title.setStretch(0, 1)
        inside.setLayout(
            column(
                self.plot,
                # The picture comes first: it is in sight on a small screen, too.
                title,
                self.picture,
                column(self._why, self._facts, spacing=6),
                rule(),
                label(KEY, "caption", wrap=True),
                self._advice,
                self._doubts,
                None,
                spacing=8,
                margins=(0, 0, 8, 0),
            )
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        return scroll

    # What is shown

    def say_lacking(self, why: str) -> None:
        """Say what to do before anything can be measured; nothing for an empty text."""
        self._empty.setText(why or EMPTY)

    def show_evaluation(self, evaluation: Evaluation | None, labels: Sequence[str] = ()) -> None:
        """Show an evaluation, with what was changed in the labels that it rests on, or how to get one."""
        self._evaluation = evaluation
        self._stack.setCurrentIndex(0 if evaluation is None else 1)
        self.measure.setVisible(evaluation is not None)
        self._about.setVisible(evaluation is not None)
        shared = evaluation is not None and any(one.cell.n_contaminated for one in evaluation.cells)
        self.duplicates.setVisible(shared)
        self.compute.setText("Measure" if evaluation is None else "Measure again")
        if evaluation is None:
            self._about.setText("")
            return
        request = evaluation.request
        self._about.setText(
            f"{request.kind} on {' + '.join(request.features)}, seed {request.seed}. Rows train, columns test."
        )
        advice = [line for one in evaluation.recommended for line in recommended(one, noted=False)]
        # The same for every test set, so it is said once.
        notes = dict.fromkeys(
            f"{one.note[:1].upper()}{one.note[1:]}." for one in evaluation.recommended if one.note
        )
        self._advice.setVisible(bool(advice))
        self._advice.setText("\n".join(["What to train on", *advice, *notes]).replace("R2", "R²"))
        said = [*doubts(evaluation), *(f"Labels: {words.rstrip('.')}." for words in labels)]
        self._doubts.setText("Can it be believed? " + " ".join(said).replace("R2", "R²"))
        self._lay_out()

    def _lay_out(self) -> None:
        if self._evaluation is None:
            return
        self._grid = grid_of(
            self._evaluation,
            METRICS[self.measure.currentIndex()],
            duplicates=self.duplicates.isChecked(),
        )
        grid = self._grid
        self.plot.show_cells(grid.rows, grid.columns, grid.cells, split=grid.split)
        self._show_cell()

    def chosen(self) -> tuple[Judged, str] | None:
        """The cell that is picked, with its dimension."""
        if self._grid is None or self.plot.picked is None:
            return None
        return self._grid.judged.get(self.plot.picked)

    def _show_cell(self) -> None:
        chosen = self.chosen()
        if self._grid is None or self.plot.picked is None:
            return
        head, *facts = self._grid.cells[self.plot.picked].words.split("\n")
        self._title.setText(head)
        self._facts.setText(". ".join(facts) + ".")
        if chosen is None:
            self._say_why("")
            self.picture.show_parts((), "valence")
            self.open.setEnabled(True)
            self.open.setAccessibleName(f"Measure and open: {head}")
            return
        judged, dimension = chosen
        drop = None if judged.drop is None else judged.drop.drops[dimension]
        if drop is None:
            self._say_why(
                ""
                if judged.cell.test in judged.cell.train
                else "Why it carries no further was not computed for this model."
            )
            self.picture.show_parts((), dimension)
        else:
            note = f" {judged.drop.note.capitalize()}." if judged.drop and judged.drop.note else ""
            ranked = self._evaluation is not None and self._evaluation.dataset(judged.cell.test).ranked
            self._say_why((verdict(drop, ranked=ranked) + note).replace("R2", "R²"))
            self.picture.show_parts(
                [
                    Parts(
                        name,
                        side.association.value,
                        side.gain.value,
                        side.offset.value,
                        (
                            (side.association.low, side.association.high),
                            (side.gain.low, side.gain.high),
                            (side.offset.low, side.offset.high),
                            (side.r2.low, side.r2.high),
                        ),
                        side.r2.n,
                    )
                    for name, side in (
                        (f"{judged.cell.test} itself", drop.home),
                        (f"from {' + '.join(judged.cell.train)}", drop.away),
                    )
                ],
                dimension,
            )
        self.open.setEnabled(bool(judged.cell.n_train))
        self.open.setAccessibleName(f"See and hear the clips of {title_of(judged.cell)}")

    def _say_why(self, text: str) -> None:
        self._why.setText(text)
        self._why.setVisible(bool(text))

    def _open(self) -> None:
        chosen = self.chosen()
        if chosen is not None and chosen[0].cell.n_train:
            self.cell_opened.emit(chosen[0])
        elif (
            self._grid is not None and self._evaluation is not None and self.plot.picked in self._grid.unions
        ):
            train, test = self._grid.unions[self.plot.picked]
            self.union_opened.emit(replace(self._evaluation.request, train=train, test=test))
