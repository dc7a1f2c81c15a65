"""The pictures of a report, drawn from report.json alone: SVG text in the light colours, deterministic."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.reports.legend import draw_legend
from merdesk.reports.palette import genre_colour, tokens
from merdesk.reports.scored import DIMENSIONS
from merdesk.reports.svg import Labels, render
from merdesk.reports.wording import counted

FIGURES = ("plane", "fit", "genre_bias")
MARKERS = ("o", "^", "s", "D", "P", "v", "X", "h")
"""Shape by dataset, in the palette's order of markers."""
MARKER_AREAS = ((1000, 16.0), (200, 24.0), (0, 40.0))
"""Marker area in square points from this many clips on: a few dots must not look lost."""
MIN_TREND = 20
"""A trend line through fewer clips would suggest a knowledge that they do not hold."""
OPACITY = 0.78
CHUNK = 40
"""Points of one dataset drawn in one go; chunks of all datasets take turns so that none lies on top."""
MOST_GENRES = 20
CORNERS = (
    (-1, 1, "tense · angry", "left", "bottom"),
    (1, 1, "excited · joyful", "right", "bottom"),
    (-1, -1, "sad · weary", "left", "top"),
    (1, -1, "calm · content", "right", "top"),
)


def pictures(report: dict[str, Any]) -> dict[str, str]:
    """All pictures that the report has data for, by name: plane, fit, genre_bias."""
    draw = {"plane": plane, "fit": fit, "genre_bias": genre_bias}
    return {name: draw[name](report) for name in drawable(report)}


def drawable(report: dict[str, Any]) -> list[str]:
    """Names of the pictures that the report has data for."""
    there = {
        "plane": report["points"]["n_drawn"] > 0,
        "fit": any(value is not None for value in report["points"]["prediction_valence"]),
        "genre_bias": any(row["reliable"] for row in report["genres"]["rows"]),
    }
    return [name for name in FIGURES if there[name]]


def plane(report: dict[str, Any]) -> str:
    """Annotations in the valence-arousal plane, coloured by genre, marked by dataset."""
    figure = _figure(9.2, 6.4)
    axes = figure.add_axes((0.0, 0.0, 0.74, 1.0))
    points, labels = report["points"], Labels()
    valence, arousal = _shown(points, "valence"), _shown(points, "arousal")
    _draw_plane(axes, _reach(valence, arousal) * 1.04)
    _draw_points(axes, points, valence, arousal)
    draw_legend(figure, points, labels, MARKERS, left=0.765)
    title = f"Annotations of {counted(points['n_drawn'], 'clip')} in the valence-arousal plane"
    return render(figure, labels, name="plane", title=title)


def fit(report: dict[str, Any]) -> str:
    """Held-out predictions against annotations, valence and arousal side by side, with the line of shrinkage."""
    figure = _figure(9.2, 4.6)
    points, colours = report["points"], tokens("light")
    reach = _reach(*(_column(points, name, d) for name in ("annotation", "prediction") for d in DIMENSIONS))
    for axis, dimension in enumerate(DIMENSIONS):
        axes = figure.add_axes((0.065 + axis * 0.5, 0.115, 0.42, 0.8))
        exact = _column(points, "annotation", dimension)
        predicted = _column(points, "prediction", dimension)
        _draw_scale(axes, dimension, reach)
        _draw_points(axes, points, _shown(points, dimension), predicted)
        known = np.isfinite(predicted)
        if known.sum() >= MIN_TREND and np.ptp(exact[known]) > 0:
            slope, offset = np.polyfit(exact[known], predicted[known], 1)
            ends = np.array([exact[known].min(), exact[known].max()])
            axes.plot(ends, slope * ends + offset, color=colours["text"], lw=1.6, zorder=9000)
    title = "Predictions against annotations, valence and arousal"
    return render(figure, Labels(), name="fit", title=title)


def genre_bias(report: dict[str, Any]) -> str:
    """Mean error by genre with its interval, and beside it what shrinkage alone would give."""
    rows = report["genres"]["rows"]
    genres = shown_genres(rows)
    figure = _figure(9.2, 0.95 + 0.3 * len(genres))
    height = 0.3 * len(genres) / (0.95 + 0.3 * len(genres))
    labels = Labels()
    widest = _widest(rows, genres)
    for axis, dimension in enumerate(DIMENSIONS):
        axes = figure.add_axes((0.17 + axis * 0.43, 0.6 / (0.95 + 0.3 * len(genres)), 0.39, height))
        _draw_bias_axes(axes, dimension, len(genres), widest)
        for place, genre in enumerate(genres):
            row = next((r for r in rows if r["genre"] == genre and r["dimension"] == dimension), None)
            if row is not None:
                _draw_bias(axes, row, len(genres) - 1 - place)
        if axis == 0:
            axes.set_yticks(range(len(genres)), [labels.hold(genre) for genre in reversed(genres)])
        else:
            axes.set_yticks([])
    return render(figure, labels, name="genre_bias", title="Mean error by genre, valence and arousal")


def shown_genres(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Genres of the picture, most clips first, at most `MOST_GENRES`."""
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row["genre"]] = max(sizes.get(row["genre"], 0), row["n"])
    return sorted(sizes, key=lambda genre: (-sizes[genre], genre))[:MOST_GENRES]


def _figure(width: float, height: float) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="none")


def _column(points: dict[str, Any], name: str, dimension: str) -> FloatArray:
    return np.array(points[f"{name}_{dimension.lower()}"], dtype=np.float64)


def _shown(points: dict[str, Any], dimension: str) -> FloatArray:
    return _column(points, "annotation", dimension) + _column(points, "spread", dimension)


def _reach(*columns: FloatArray) -> float:
    """Half the width of a square that holds all values, and the scale itself."""
    return max(1.0, *(float(np.nanmax(np.abs(column), initial=0.0)) for column in columns)) * 1.02


def _draw_points(axes: Any, points: dict[str, Any], x: FloatArray, y: FloatArray) -> None:
    """Scatter in the stored order, which is shuffled; a chunk holds clips of one dataset, since markers differ."""
    colours = [genre_colour(name) for name in points["genres"]] + [genre_colour("")] * 2
    genre, dataset = np.array(points["genre"]), np.array(points["dataset"])
    known = np.isfinite(x) & np.isfinite(y)
    area = next(area for least, area in MARKER_AREAS if known.sum() >= least)
    chunks = []
    for code in range(-1, len(points["datasets"])):
        rows = np.flatnonzero(known & (dataset == code))
        chunks += [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
    for order, rows in enumerate(sorted(chunks, key=lambda rows: int(rows.mean()))):
        axes.scatter(
            x[rows], y[rows], s=area, marker=MARKERS[int(dataset[rows[0]]) % len(MARKERS)],
            c=[colours[code] for code in genre[rows]], alpha=OPACITY, linewidths=0, clip_on=False, zorder=10 + order,
        )  # fmt: skip


def _draw_plane(axes: Any, reach: float) -> None:
    colours = tokens("light")
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-reach, reach + 0.2)
    axes.set_ylim(-reach, reach)
    axes.set_anchor("W")
    for at in (-1, -0.5, 0.5, 1):
        axes.plot([-1, 1], [at, at], color=colours["grid"], lw=1, zorder=1)
        axes.plot([at, at], [-1, 1], color=colours["grid"], lw=1, zorder=1)
    axes.plot([-1, 1], [0, 0], color=colours["line"], lw=1.2, zorder=2)
    axes.plot([0, 0], [-1, 1], color=colours["line"], lw=1.2, zorder=2)
    for x, y, words, ha, va in CORNERS:
        axes.text(x, y * 1.015, words, color=colours["muted"], ha=ha, va=va, fontsize=9, zorder=9999)
    bold = {"color": colours["text"], "fontsize": 9, "fontweight": "bold", "zorder": 9999}
    axes.text(1.015, 0, "Valence +", ha="left", va="center", **bold)
    axes.text(0, 1.015, "Arousal +", ha="center", va="bottom", **bold)


def _draw_scale(axes: Any, dimension: str, reach: float) -> None:
    colours = tokens("light")
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.plot([-1, 1], [-1, 1], color=colours["muted"], lw=1, ls=(0, (4, 3)), zorder=5)
    axes.set_title(dimension, loc="left", fontsize=10, fontweight="bold", color=colours["text"])
    axes.set_xlabel("annotation", color=colours["muted"])
    axes.set_ylabel("prediction", color=colours["muted"])
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    axes.set_yticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    _style(axes)


def _style(axes: Any) -> None:
    colours = tokens("light")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.grid(visible=True, color=colours["grid"], lw=1)
    axes.set_axisbelow(True)
    axes.set_facecolor("none")
    axes.tick_params(colors=colours["muted"], length=0, labelsize=8.5)
    for label in axes.get_yticklabels():
        label.set_color(colours["text"])


def _widest(rows: Sequence[dict[str, Any]], genres: Sequence[str]) -> float:
    """Half the width of the bias axis: all points and limits of the genres shown, 1 at most."""
    values = [
        abs(row[name][part])
        for row in rows
        if row["genre"] in genres
        for name, part in (("bias", "value"), ("bias", "low"), ("bias", "high"), ("expected", "value"))
        if row[name][part] is not None
    ]
    return float(min(1.0, max([0.1, *values])) * 1.08)


def _draw_bias_axes(axes: Any, dimension: str, n_genres: int, widest: float) -> None:
    colours = tokens("light")
    axes.set_xlim(-widest, widest)
    axes.set_ylim(-0.6, n_genres - 0.4)
    axes.set_title(dimension, loc="left", fontsize=10, fontweight="bold", color=colours["text"])
    axes.xaxis.set_major_formatter(lambda value, _: _tick(value))
    axes.set_xlabel("too low   ·   mean error   ·   too high", color=colours["muted"])
    _style(axes)
    axes.grid(visible=False, axis="y")
    axes.axvline(0, color=colours["muted"], lw=1, zorder=2)


def _draw_bias(axes: Any, row: dict[str, Any], y: int) -> None:
    """One genre: its interval as a line, its bias as a dot, what shrinkage gives as a hollow diamond."""
    colours, bias, expected = tokens("light"), row["bias"], row["expected"]
    colour = genre_colour(row["genre"]) if row["reliable"] else colours["faint"]
    if bias["low"] is not None and bias["high"] is not None:
        axes.plot([bias["low"], bias["high"]], [y, y], color=colour, lw=2, solid_capstyle="round", zorder=4)
    if bias["value"] is not None:
        axes.plot([bias["value"]], [y], marker="o", ls="none", ms=6, color=colour, mew=0, zorder=5)
    if expected["value"] is not None:
        axes.plot(
            [expected["value"]], [y], marker="D", ms=5, mfc=colours["panel"], mec=colours["text"],
            mew=1.1, ls="none", zorder=6,
        )  # fmt: skip


def _tick(value: float) -> str:
    """A tick with a true minus and at most two decimals."""
    text = f"{abs(value):.2f}".rstrip("0").rstrip(".")
    return text if text == "0" else ("−" if value < 0 else "+") + text
