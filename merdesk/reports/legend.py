"""The key of a picture: genres by colour, datasets by marker, with counts."""

from collections.abc import Sequence
from typing import Any

from merdesk.reports.palette import genre_colour, tokens
from merdesk.reports.svg import Labels

ROW_HEIGHT = 0.041
TOP = 0.955


def draw_legend(
    figure: Any, points: dict[str, Any], labels: Labels, markers: Sequence[str], *, left: float
) -> None:
    """Write genres and datasets with their counts beside a picture, from the figure's share `left` on."""
    axes = figure.add_axes((left, 0, 1 - left, 1))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    height = _section(axes, labels, "Dataset, by shape", _datasets(points, markers), TOP)
    genres = _genres(points)
    if genres:
        _section(axes, labels, "Genre, by colour", genres, height - ROW_HEIGHT * 0.8)


def _datasets(points: dict[str, Any], markers: Sequence[str]) -> list[tuple[str, str, str, int]]:
    colour = tokens("light")["text"]
    counts = [(code, points["dataset"].count(code)) for code in range(len(points["datasets"]))]
    return [(points["datasets"][code], markers[code % len(markers)], colour, n) for code, n in counts if n]


def _genres(points: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    named = [(name, genre_colour(name)) for name in points["genres"]]
    named += [("Other genres", genre_colour(""))]
    rows = [(name, "o", colour, points["genre"].count(code)) for code, (name, colour) in enumerate(named)]
    unnamed = points["genre"].count(-1)
    if unnamed < len(points["genre"]):
        rows.append(("No genre", "o", genre_colour(""), unnamed))
    return [row for row in rows if row[3]]


def _section(
    axes: Any, labels: Labels, head: str, rows: Sequence[tuple[str, str, str, int]], height: float
) -> float:
    """Draw a head and its rows from `height` down; return where it ends."""
    colours = tokens("light")
    axes.text(0.02, height, head, color=colours["muted"], fontsize=8, fontweight="bold", va="center")
    for name, marker, colour, n in rows:
        height -= ROW_HEIGHT
        axes.plot([0.05], [height], marker=marker, color=colour, ms=5.5, mew=0, ls="none")
        text = {"color": colours["text"], "fontsize": 9, "va": "center_baseline"}
        axes.text(0.11, height - 0.001, labels.hold(name, most=24), **text)
        axes.text(0.98, height - 0.001, f"{n:,}", ha="right", **{**text, "color": colours["muted"]})
    return height - ROW_HEIGHT
