"""Bias by genre and dataset as a heat map; a cell shows its clips."""

import numpy as np
from PySide6.QtWidgets import QWidget

from merdesk.evaluation.residuals import LEAST_CLIPS, LEAST_CLUSTERS, BiasCell
from merdesk.ui.clip_filter import NO_GENRE
from merdesk.ui.compare.residual_look import ResidualLook
from merdesk.ui.plots.matrix import MatrixPlot
from merdesk.ui.plots.matrix_cell import MatrixCell
from merdesk.ui.plots.matrix_layout import Place
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import column, counted, label, scroll_pane
from merdesk.workflows.residuals import ResidualViews

WORST_BIAS = 0.4
"""A bias of so much has the full colour."""
KEY = (
    "Bias: mean of prediction minus annotation, and its 95 % interval. Orange: predicted too high, blue: too low. Pale: "
    f"under 20 groups. Blank: under {LEAST_CLIPS} clips or {LEAST_CLUSTERS} groups, too few to tell. A model that pulls "
    "towards the mean has a bias in every genre far from it: the report tells what is beyond that."
)


class BiasView(ResidualLook):
    """Genres down, datasets across, valence beside arousal."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._codes: tuple[list[int], list[int]] = ([], [])
        self._names: tuple[list[str], list[str]] = ([], [])
        self.plot = MatrixPlot(theme, "Bias by genre and dataset", stacks=True)
        self.plot.cell_picked.connect(self._choose)
        inside = QWidget()
        inside.setProperty("role", "plane")
        inside.setLayout(column(self.plot, label(KEY, "caption", wrap=True), None, margins=(16, 4, 16, 8)))
        self.setLayout(column(scroll_pane(inside)))
        self.setFocusProxy(self.plot)

    def show_views(
        self, views: ResidualViews, genre_names: tuple[str, ...], dataset_names: tuple[str, ...]
    ) -> None:
        """Show the cells; genres and datasets without a clip have no row and no column."""
        self._views = views
        known, counts = np.unique(np.maximum(views.genre, -1), return_counts=True)
        # The largest first: dozens of genres with a clip or two must not come before those that can be told.
        genres = [code for _, _, code in sorted(zip(known < 0, -counts, known.tolist(), strict=True))]
        datasets = sorted({cell.second for cell in views.grid})
        self._codes = (genres, datasets)
        self._names = (
            [genre_names[code] if code >= 0 else NO_GENRE for code in genres],
            [dataset_names[code] for code in datasets],
        )
        self.plot.show_cells(*self._names, dict(self._placed(cell) for cell in views.grid))

    def _placed(self, cell: BiasCell) -> tuple[Place, MatrixCell]:
        rows, columns = self._codes
        row, column_ = rows.index(cell.first), columns.index(cell.second)
        block = 0 if cell.dimension == "valence" else len(columns)
        name = f"{self._names[0][row]} in {self._names[1][column_]}"
        ranked = self._views is not None and cell.second in self._views.ranked
        return (row, block + column_), _shown(cell, name, ranked=ranked)

    def _choose(self, row: int, column_: int) -> None:
        if self._views is None:
            return
        genre, dataset = self._codes[0][row], self._codes[1][column_ % len(self._codes[1])]
        mine = (np.maximum(self._views.genre, -1) == genre) & (self._views.dataset == dataset)
        words = f"{self._names[0][row]} in {self._names[1][column_ % len(self._names[1])]}"
        self.chosen.emit(self._views.ids[mine], words)


def _shown(cell: BiasCell, name: str, *, ranked: bool) -> MatrixCell:
    bias = cell.bias
    n = f"{counted(bias.n, 'clip')} in {counted(bias.n_clusters, 'group')}"
    if not cell.told:
        return MatrixCell(
            None, "", n=f"n {bias.n:,}", words=f"{name}, {cell.dimension}\n{n}: too few to tell"
        )
    known = np.isfinite(bias.low)
    limits = f"{signed(bias.low)} to {signed(bias.high)}" if known else ""
    words = [
        f"{name}, {cell.dimension}",
        f"Bias {signed(bias.value)}" + (f", 95 % {limits}" if known else ", no interval"),
        n,
    ]
    if bias.doubtful:
        words.append("Under 20 groups: the interval is too narrow to lean on")
    if ranked:
        words.append("Annotations are ranks: only their order means something, no bias")
        return MatrixCell(None, "ranks", n=f"n {bias.n:,}", words="\n".join(words))
    return MatrixCell(
        None,
        signed(bias.value),
        limits,
        few=bias.doubtful,
        words="\n".join(words),
        tone=bias.value / WORST_BIAS,
        n=f"n {bias.n:,}",
    )
