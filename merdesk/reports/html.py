"""A report as one HTML file: no script, no request, readable in light and dark and on paper.

Every text of the report is escaped by Jinja2; the only marked-up values are our own style sheet, the pictures
(escaped where they are drawn) and links (checked below). A content policy forbids scripts on top of that.
"""

import json
from collections.abc import Mapping
from typing import Any

import jinja2
from markupsafe import Markup, escape

from merdesk.reports.carrying import rows_of
from merdesk.reports.excerpts import Excerpt, fitting
from merdesk.reports.figures import FIGURES, pictures, shown_genres
from merdesk.reports.palette import Scheme, genre_colour, swatches, tokens
from merdesk.reports.sections import left_out_in_words, shown_sections
from merdesk.reports.svg import colour_variables, inline
from merdesk.reports.wording import counted, number, p_value, prose, share
from merdesk.resources import resource

STRENGTH_WORDS = {"shown": "Shown", "open": "No evidence", "unknown": "Cannot be said", "fact": "Note"}
ROLE_WORDS = {
    "trained on": "trained on, out of fold",
    "not seen": "not in training",
    "pooled": "pooled",
}
METRIC_HEADS = {
    "r2": "R²",
    "pearson": "r",
    "spearman": "ρ",
    "affine_r2": "R² after 20 labels",
    "ranking": "Ranking",
}
METRIC_DECIMALS = {"rmse": 3, "mae": 3, "bias": 3}


def render(
    report: dict[str, Any],
    drawn: Mapping[str, str] | None = None,
    excerpts: Mapping[int, Excerpt] | None = None,
) -> str:
    """The page of a report, complete in itself; the same bytes for the same report.

    `drawn` stands in place of the pictures, by name; they are drawn when it is left out. `excerpts` is sound
    of the clips listed, by clip id.
    """
    if drawn is None:
        drawn = {name: inline(svg) for name, svg in pictures(report).items()}
    counts = report["confounding"]["counts"]
    template = _environment().get_template("report.html.j2")
    return template.render(
        report=report,
        style=Markup(_style()),  # noqa: S704  (our own files)
        figures=dict.fromkeys(FIGURES, "") | {name: Markup(svg) for name, svg in drawn.items()},  # noqa: S704  (escaped where they are drawn)
        sections=[
            {"id": name, "head": head, "template": f"sections/{name}.html.j2"}
            for name, head in shown_sections(report)
        ],
        matrix_rows=rows_of(report["carrying"]) if report["carrying"] else [],
        ranked=[row["name"] for row in report["data"]["datasets"] if _ranked(row)],
        ceilings={(row["dataset"], row["dimension"]): row["ceiling"] for row in report["scores"]["rows"]},
        excerpts={clip_id: one.as_link() for clip_id, one in fitting(excerpts or {}).items()},
        excerpt_s=max((one.duration_s for one in (excerpts or {}).values()), default=0),
        left_out=left_out_in_words(report),
        strength_words=STRENGTH_WORDS,
        role_words=ROLE_WORDS,
        metric_heads=METRIC_HEADS,
        metric_decimals=METRIC_DECIMALS,
        shown_genres=shown_genres(report["genres"]["rows"]),
        column_totals=[sum(column) for column in zip(*counts, strict=True)],
    )


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("report")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=number,
        p_value=p_value,
        share=share,
        count=lambda n: f"{n:,}",
        count_of=counted,
        prose=prose,
        genre_colour=_genre_variable,
        scale=_scale,
        link=_link,
        json=lambda value: json.dumps(value, ensure_ascii=False),
        renamed=_renamed,
        by_dimension=_by_dimension,
    )
    return environment


def _genre_variable(genre: str) -> str:
    return f"var(--{colour_variables()[genre_colour(genre)]})"


def _ranked(row: dict[str, Any]) -> bool:
    return row["about"] is not None and row["about"]["scale"]["kind"] == "rank"


def _renamed(mapping: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Genres of each dataset that were filed under other names, with all of these."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in mapping:
        if row["filed"].strip() != row["genre"]:
            found.setdefault((row["dataset"], row["genre"]), []).append(row["filed"].strip())
    return [{"dataset": key[0], "genre": key[1], "filed": filed} for key, filed in found.items()]


def _by_dimension(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """One line for rows that differ by their dimension alone: what `names` say, and the rows by dimension."""
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        lines.setdefault(tuple(row[name] for name in names), {})[row["dimension"]] = row
    return [{**dict(zip(names, key, strict=True)), "rows": found} for key, found in lines.items()]


def _scale(scale: dict[str, Any]) -> str:
    """A scale in words; one range where both dimensions share it."""
    valence, arousal = (
        f"{number(low, 3).rstrip('0').rstrip('.')} to {number(high, 3).rstrip('0').rstrip('.')}"
        for low, high in (scale["valence"], scale["arousal"])
    )
    return valence if valence == arousal else f"V {valence}, A {arousal}"


def _link(url: str) -> Markup:
    """A web address as a link; anything else (javascript:, data:, file:) as mere text."""
    if not url.startswith(("https://", "http://")):
        return escape(url)
    return Markup('<a href="{url}" rel="noopener noreferrer">{url}</a>').format(url=url)


def _style() -> str:
    light, dark = _variables("light"), _variables("dark")
    sheet = resource("report", "report.css").read_text(encoding="utf-8")
    return (
        f":root {{{light}}}\n@media (prefers-color-scheme: dark) {{ :root {{{dark}}} }}\n"
        f"@media print {{ :root {{{light}}} }}\n{sheet}"
    )


def _variables(scheme: Scheme) -> str:
    colours = {name.replace("_", "-"): colour for name, colour in tokens(scheme).items()}
    colours |= {name: pair[0 if scheme == "light" else 1] for name, pair in swatches().items()}
    return "".join(f" --{name}: {colour};" for name, colour in colours.items()) + " "
