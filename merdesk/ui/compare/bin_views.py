"""Calibration, and error along what may explain it: two looks at residuals in bins of clips."""

from collections.abc import Sequence

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.evaluation.residuals import BIN_CLIPS, Bin, Trend
from merdesk.ui.compare.residual_look import ResidualLook
from merdesk.ui.plots.bin_plot import BinPlot
from merdesk.ui.plots.bin_scale import BinPicture, BinPoint
from merdesk.ui.theme.figures import MINUS, signed
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import column, counted, label, row
from merdesk.workflows.residuals import COVARIATES, ResidualViews

DIMENSIONS = ("valence", "arousal")
CALIBRATION_KEY = (
    "Mean annotation of clips with similar predictions, with 95 % intervals. On the dashed line a prediction is right on "
    "average; flatter than it, predictions are too extreme, steeper, too tame. Click a bin for its clips."
)
RANKS_KEY = (
    "Annotations of {clips} are ranks: their level and range mean nothing here, only their order does."
)
ERROR_KEY = (
    "Distance between prediction and annotation: means of equally filled bins and a straight line, with 95 % intervals and "
    "band. They go together or not; none of it says why. Click a bin for its clips."
)
TITLES = {
    "spread": ("Annotator spread", "spread, mean of valence and arousal", "{:.2f}", "no spread of the annotators was published"),
    "unlike": ("Unlike training clips", "percentile among training clips", "{:.0f}", "the model was trained on these clips, or the distance was not computed"),
    "loudness": ("Loudness", "LUFS", "{:.1f}", "loudness has not been measured; extract features first"),
    "duration": ("Duration", "seconds", "{:.1f}", "no length is known"),
}  # fmt: skip


class BinLook(ResidualLook):
    """Plots by name, of whose bins one is chosen at a time."""

    def __init__(self, plots: dict[str, BinPlot]) -> None:
        super().__init__()
        self.plots = plots
        for name, plot in plots.items():
            plot.bin_picked.connect(lambda number, name=name: self._choose(name, number))

    def bins_of(self, views: ResidualViews, name: str) -> Sequence[Bin]:
        """The bins of one plot."""
        raise NotImplementedError

    def words_of(self, name: str, one: Bin) -> str:
        """A bin in words."""
        raise NotImplementedError

    def _choose(self, name: str, number: int) -> None:
        if self._views is None:
            return
        for other, plot in self.plots.items():
            if other != name:
                plot.unpick()
        one = self.bins_of(self._views, name)[number]
        self.chosen.emit(self._views.ids[one.rows], self.words_of(name, one))


class CalibrationView(BinLook):
    """Prediction against annotation, valence beside arousal."""

    def __init__(self, theme: Theme) -> None:
        super().__init__({name: BinPlot(theme, name) for name in DIMENSIONS})
        pictures = row(*self.plots.values(), spacing=8)
        self._key = label(CALIBRATION_KEY, "caption", wrap=True)
        self.setLayout(column(pictures, self._key, margins=(8, 4, 16, 8)))
        self.setFocusProxy(self.plots["valence"])

    def show_views(self, views: ResidualViews) -> None:
        """Show the bins."""
        self._views = views
        n_ranked = int(np.isin(views.dataset, list(views.ranked)).sum())
        ranks = RANKS_KEY.format(clips=counted(n_ranked, "clip")) if n_ranked else ""
        self._key.setText(f"{CALIBRATION_KEY} {ranks}".strip())
        for axis, name in enumerate(DIMENSIONS):
            said = [_calibrated(name, one) for one in views.bins[axis]]
            self.plots[name].show_picture(
                BinPicture(
                    f"{name.capitalize()}, {counted(len(views.ids), 'clip')}",
                    ("Prediction", "Annotation"),
                    tuple(said),
                    cloud=np.stack([views.prediction[:, axis], views.affect[:, axis]], axis=1),
                    diagonal=True,
                    nothing=f"Under {BIN_CLIPS} clips: too few to tell.",
                    x_range=(-1.05, 1.05),
                    y_range=(-1.05, 1.05),
                )
            )

    def bins_of(self, views: ResidualViews, name: str) -> Sequence[Bin]:
        """Bins of similar predictions."""
        return views.bins[DIMENSIONS.index(name)]

    def words_of(self, name: str, one: Bin) -> str:
        """What was predicted for them."""
        return f"{name} predicted from {signed(one.low)} to {signed(one.high)}"


class ErrorView(BinLook):
    """Error along annotator spread, distance to the training clips, loudness, duration."""

    def __init__(self, theme: Theme) -> None:
        super().__init__({name: BinPlot(theme, "text") for name in COVARIATES})
        first, second = COVARIATES[:2], COVARIATES[2:]
        pictures = column(*(row(*(self.plots[name] for name in part), spacing=8) for part in (first, second)))
        self.setLayout(column(pictures, label(ERROR_KEY, "caption", wrap=True), margins=(8, 4, 16, 8)))
        self.setFocusProxy(self.plots["spread"])

    def show_views(self, views: ResidualViews) -> None:
        """Show the trends."""
        self._views = views
        top = float(np.quantile(views.error, 0.99)) if len(views.error) else 1.0
        for name in COVARIATES:
            picture = _trended(name, views.trends[name], views.covariates[name], views.error, top)
            self.plots[name].show_picture(picture)

    def bins_of(self, views: ResidualViews, name: str) -> Sequence[Bin]:
        """Bins along one covariate."""
        return views.trends[name].bins

    def words_of(self, name: str, one: Bin) -> str:
        """Where the bin lies."""
        return _span(name, one)


def _calibrated(name: str, one: Bin) -> BinPoint:
    words = (
        f"{name.capitalize()} predicted from {signed(one.low)} to {signed(one.high)}\n"
        f"Mean prediction {signed(one.x)}, mean annotation {signed(one.y.value)}{_limits(one)}\n{_n(one)}"
    )
    return _point(one, words)


def _trended(name: str, found: Trend, x: FloatArray, error: FloatArray, top: float) -> BinPicture:
    title, unit, _, nothing = TITLES[name]
    rho = found.rho
    head = title
    if np.isfinite(rho.value):
        head += f": ρ {signed(rho.value)}"
        if np.isfinite(rho.low):
            head += f" ({signed(rho.low)} to {signed(rho.high)})"
        head += f", n {rho.n:,}"
    points = tuple(
        _point(one, f"{_span(name, one)}\nMean error {one.y.value:.2f}{_limits(one, plain=True)}\n{_n(one)}")
        for one in found.bins
    )
    known = np.isfinite(x)
    why = nothing if not known.any() else f"under {BIN_CLIPS} clips"
    inside = np.quantile(x[known], (0.005, 0.995)) if known.any() else np.zeros(2)
    room = (inside[1] - inside[0]) * 0.05 or 0.5
    return BinPicture(
        head,
        (unit, "Error"),
        points if len(found.bins) > 1 else (),
        cloud=np.stack([x, error], axis=1),
        band=np.stack([found.x, found.line, found.low, found.high]),
        nothing=f"Not told: {why}." if len(found.bins) != 1 else "Not told: it is the same for all clips.",
        x_range=(float(inside[0] - room), float(inside[1] + room)),
        y_range=(0.0, top),
    )


def _point(one: Bin, words: str) -> BinPoint:
    return BinPoint(one.x, one.y.value, one.y.low, one.y.high, words, few=one.y.doubtful)


def _span(name: str, one: Bin) -> str:
    title, _, shown, _ = TITLES[name]
    low, high = (shown.format(value).replace("-", MINUS) for value in (one.low, one.high))
    return f"{title} {low}" if low == high else f"{title} {low} to {high}"


def _limits(one: Bin, *, plain: bool = False) -> str:
    if not np.isfinite(one.y.low):
        return ", no interval"
    low, high = (f"{end:.2f}" if plain else signed(end) for end in (one.y.low, one.y.high))
    return f" (95 % {low} to {high})"


def _n(one: Bin) -> str:
    few = "; under 20 groups: the interval is too narrow to lean on" if one.y.doubtful else ""
    return f"{counted(one.y.n, 'clip')} in {counted(one.y.n_clusters, 'group')}{few}"
