"""An evaluation as rows, columns and cells of a heat map; no Qt here."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.cells import Cell
from merdesk.evaluation.recommender import Recommendation
from merdesk.ui.plots.matrix_cell import MatrixCell
from merdesk.ui.plots.matrix_layout import Place
from merdesk.ui.theme.figures import signed
from merdesk.ui.widgets import counted
from merdesk.workflows.evaluate import Evaluation
from merdesk.workflows.evaluation_work import Judged

DIMENSIONS = ("valence", "arousal")
OTHERS = "All others"
BEST = "Best union"
WORST_ERROR = 0.6
"""An RMSE of so much is at the dark end: what saying 0 to every clip costs on the five public datasets."""
WORST_BIAS = 0.4


def plain(value: float) -> str:
    """A score without a plus: it is no difference."""
    return signed(value).removeprefix("+")


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure on offer: its name in scores and in words, and where a value lies between worst and best."""

    name: str
    label: str
    share: Callable[[float], float]
    shown: Callable[[float], str] = plain


METRICS = (
    Metric("r2", "R²", lambda value: value),
    Metric("ccc", "CCC", lambda value: value),
    Metric("pearson", "Pearson r", lambda value: value),
    Metric("spearman", "Spearman ρ", lambda value: value),
    Metric("rmse", "RMSE", lambda value: 1 - value / WORST_ERROR),
    Metric("bias", "Bias", lambda value: 1 - abs(value) / WORST_BIAS, signed),
)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows and columns by name, what each cell shows, and the judged cell behind it; rows from `split` are unions.

    `unions` are the best unions that were tried for a test set, but not measured in full: training sets and test set.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[Place, MatrixCell]
    judged: dict[Place, tuple[Judged, str]]
    split: int
    unions: dict[Place, tuple[tuple[str, ...], str]] = field(default_factory=dict)


def grid_of(evaluation: Evaluation, metric: Metric, *, duplicates: bool = False) -> Grid:
    """Lay the cells out: each dataset a row, unions below, then leaving one dataset out, the best unions last.

    With `duplicates` contaminated cells show their scores with the duplicates in them.
    """
    columns = tuple(one.name for one in evaluation.datasets)
    rows = list(columns)
    for one in evaluation.cells:
        name = row_name(one.cell)
        if name not in rows:
            rows.append(name)
    cells, judged = {}, {}
    for one in evaluation.cells:
        for block, dimension in enumerate(DIMENSIONS):
            place = (
                rows.index(row_name(one.cell)),
                block * len(columns) + columns.index(one.cell.test),
            )
            cells[place] = shown_cell(evaluation, one.cell, dimension, metric, duplicates=duplicates)
            judged[place] = one, dimension
    grid = Grid(tuple(rows), columns, cells, judged, len(columns))
    return with_best(grid, evaluation, metric, duplicates=duplicates) if evaluation.recommended else grid


def with_best(grid: Grid, evaluation: Evaluation, metric: Metric, *, duplicates: bool) -> Grid:
    """The grid with a row of the best union for each test set."""
    row, cells, judged, unions = len(grid.rows), dict(grid.cells), dict(grid.judged), {}
    for found in evaluation.recommended:
        best = found.unions[0]
        one = evaluation.find(best.train, found.target)
        for block, dimension in enumerate(DIMENSIONS):
            place = row, block * len(grid.columns) + grid.columns.index(found.target)
            if one is None:
                cells[place] = union_cell(evaluation, found, dimension, metric)
                unions[place] = best.train, found.target
            else:
                shown = shown_cell(evaluation, one.cell, dimension, metric, duplicates=duplicates)
                cells[place] = replace(shown, words=f"{_tried(found)}\n{shown.words}")
                judged[place] = one, dimension
    return Grid((*grid.rows, BEST), grid.columns, cells, judged, grid.split, unions)


def union_cell(evaluation: Evaluation, found: Recommendation, dimension: str, metric: Metric) -> MatrixCell:
    """The best union for a test set, in the one measure by which unions were tried."""
    best, words = found.unions[0], _tried(found)
    score = best.scores[dimension]
    if metric.name != found.metric or not math.isfinite(score.value):
        return MatrixCell(None, "?", words=f"{words}\nOpen it to measure it in full")
    ceiling = evaluation.dataset(found.target).ceilings[dimension].value if metric.name == "r2" else math.nan
    interval = limits(score, metric)
    lines = (
        words,
        f"{' + '.join(best.train)} on {found.target}, {dimension}: {metric.label} {metric.shown(score.value)}"
        + (f", 95 % {interval}" if interval else ", no interval"),
        f"{counted(score.n, 'clip')} in {counted(score.n_clusters, 'group')}, trained on {counted(best.n_train, 'clip')}",
        "Open it to measure it in full and hear its clips",
    )
    return MatrixCell(
        share=min(max(metric.share(score.value), 0.0), 1.0),
        text=metric.shown(score.value),
        interval=interval,
        ceiling=ceiling if math.isfinite(ceiling) else None,
        few=score.doubtful,
        words="\n".join(lines),
    )


def _tried(found: Recommendation) -> str:
    best = " + ".join(found.unions[0].train)
    return f"Best of {counted(len(found.unions), 'union')} for {found.target}: {best}; {found.note}"


def row_name(cell: Cell) -> str:
    """The row that a cell stands in."""
    return OTHERS if cell.kind == "leave-one-dataset-out" else " + ".join(cell.train)


def shown_cell(
    evaluation: Evaluation, cell: Cell, dimension: str, metric: Metric, *, duplicates: bool = False
) -> MatrixCell:
    """One cell as it is painted."""
    facts = evaluation.dataset(cell.test)
    score = score_of(cell, dimension, metric, duplicates=duplicates)
    words = cell_words(evaluation, cell, dimension, metric, duplicates=duplicates)
    home = cell.test in cell.train
    if facts.ranked and metric.name in ("r2", "ccc", "rmse", "bias"):
        return MatrixCell(None, "ranks", home=home, marked=bool(cell.n_contaminated), words=words)
    if not math.isfinite(score.value):
        return MatrixCell(None, "n/a", home=home, words=words)
    ceiling = facts.ceilings[dimension].value if metric.name == "r2" else math.nan
    return MatrixCell(
        share=min(max(metric.share(score.value), 0.0), 1.0),
        text=metric.shown(score.value),
        interval=limits(score, metric),
        ceiling=ceiling if math.isfinite(ceiling) else None,
        few=score.doubtful,
        marked=bool(cell.n_contaminated),
        home=home,
        words=words,
    )


def score_of(cell: Cell, dimension: str, metric: Metric, *, duplicates: bool) -> Interval:
    """A score without the clips that two datasets share, or with them."""
    scores = cell.with_duplicates if duplicates and cell.with_duplicates is not None else cell.scores
    return scores[dimension][metric.name]


def limits(score: Interval, metric: Metric) -> str:
    """The interval in words, empty where there is none."""
    if not math.isfinite(score.low):
        return ""
    return f"{metric.shown(score.low)} to {metric.shown(score.high)}"


def title_of(cell: Cell) -> str:
    """What was trained and what was tested, in words."""
    if cell.kind == "in-domain":
        return f"{cell.test}, tested on folds that it was not trained on"
    return f"{', '.join(cell.train)} on {cell.test}"


def cell_words(
    evaluation: Evaluation, cell: Cell, dimension: str, metric: Metric, *, duplicates: bool = False
) -> str:
    """Everything that a cell says, a line each."""
    facts, score = (
        evaluation.dataset(cell.test),
        score_of(cell, dimension, metric, duplicates=duplicates),
    )
    lines = [f"{title_of(cell)}, {dimension}"]
    if not math.isfinite(score.value):
        return "\n".join([*lines, f"{metric.label} cannot be told: {score.note or cell.note}"])
    interval = limits(score, metric)
    lines.append(
        f"{metric.label} {metric.shown(score.value)}"
        + (f", 95 % {interval}" if interval else ", no interval")
    )
    lines.append(
        f"{counted(score.n, 'clip')} in {counted(score.n_clusters, 'group')}, trained on {counted(cell.n_train, 'clip')}"
    )
    ceiling = facts.ceilings[dimension]
    if metric.name == "r2":
        known = math.isfinite(ceiling.value)
        lines.append(
            f"Ceiling {ceiling.value:.2f}: annotators do not agree any better" if known else "Ceiling unknown"
        )
    if facts.ranked:
        lines.append("Annotations are ranks: only Spearman ρ means something")
    if cell.n_contaminated and cell.with_duplicates is not None:
        other = metric.shown(score_of(cell, dimension, metric, duplicates=not duplicates).value)
        n = counted(cell.n_contaminated, "duplicate")
        lines.append(
            f"{n} between training and test set counted; without them {other}"
            if duplicates
            else f"{n} left out of {cell.removed_from}; with them {other}"
        )
    if score.doubtful:
        lines.append("Under 20 groups: the interval is too narrow to lean on")
    if cell.note:
        lines.append(cell.note[0].upper() + cell.note[1:])
    return "\n".join(lines)
