"""A report as one HTML file: no script, no request, readable in light and dark and on paper.

Every text of the report is escaped by Jinja2; the only marked-up values are our own style sheet, the pictures
(escaped where they are drawn) and links (checked below). A content policy forbids scripts on top of that.
"""

from typing import Any

import jinja2
from markupsafe import Markup, escape

from merdesk.reports.carrying import rows_of
from merdesk.reports.figures import FIGURES, pictures, shown_genres
from merdesk.reports.palette import Scheme, genre_colour, swatches, tokens
from merdesk.reports.svg import colour_variables, inline
from merdesk.reports.wording import counted, number, p_value, share
from merdesk.resources import resource

SECTIONS = (
    ("data", "Data"),
    ("scores", "Agreement with annotations"),
    ("carrying", "From dataset to dataset"),
    ("gap", "How far datasets lie apart"),
    ("genres", "Bias by genre"),
    ("confounding", "Genre and dataset"),
    ("worst", "Largest errors"),
    ("limits", "Limits"),
    ("reproducibility", "Reproducing this report"),
)
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


def render(report: dict[str, Any]) -> str:
    """The page of a report, complete in itself; the same bytes for the same report."""
    counts = report["confounding"]["counts"]
    template = _environment().get_template("report.html.j2")
    return template.render(
        report=report,
        style=Markup(_style()),  # noqa: S704  (our own files)
        figures=dict.fromkeys(FIGURES, "")
        | {name: Markup(inline(svg)) for name, svg in pictures(report).items()},  # noqa: S704
        sections=[
            {"id": name, "head": head, "template": f"sections/{name}.html.j2"}
            for name, head in SECTIONS
            if report.get(name, True) is not None
        ],
        matrix_rows=rows_of(report["carrying"]) if report["carrying"] else [],
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
        genre_colour=_genre_variable,
        scale=_scale,
        link=_link,
    )
    return environment


def _genre_variable(genre: str) -> str:
    return f"var(--{colour_variables()[genre_colour(genre)]})"


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
