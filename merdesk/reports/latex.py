"""The main tables of a report for a paper: LaTeX with booktabs, every text escaped."""

from collections.abc import Mapping, Sequence
from typing import Any

from merdesk.reports.latex_names import escaped
from merdesk.reports.wording import MINUS, number, p_value

ERRORS = (("r2", "$R^2$", 2), ("rmse", "RMSE", 3), ("bias", "Bias", 3))
ORDER = (("pearson", "$r$", 2), ("spearman", r"$\rho$", 2), ("ccc", "CCC", 2))
DIMENSIONS = ("Valence", "Arousal")
LONG_NAME = 22
"""Letters; longer names are broken into lines, so that a table stays as wide as a page of the article class."""
PREAMBLE = r"""% Tables of a merdesk bias report.
% Needs \usepackage{booktabs,textcomp}; with pdfLaTeX \usepackage[T1]{fontenc}, too.
% Letters beyond Latin need XeLaTeX or LuaLaTeX and a font that has them; pdfLaTeX prints their code points.
\providecommand{\merdeskletters}[2]{\ifdefined\Umathcode#1\else#2\fi}
"""


def latex_text(report: Mapping[str, Any]) -> str:
    """Errors and order by dataset, bias and error by genre, each a table of its own, none wider than a page."""
    left_out = report["left_out"]
    tables = []
    if report["scores"]["rows"] and "scores" not in left_out:
        tables += [
            _scores(report, dimension, *what)
            for dimension in DIMENSIONS
            for what in (
                ("scores", "error of held-out predictions", ERRORS),
                ("order", "agreement of held-out predictions with annotations", ORDER),
            )
        ]
    if any(row["reliable"] for row in report["genres"]["rows"]) and "genres" not in left_out:
        tables += [*(_genres(report, dimension) for dimension in DIMENSIONS), _genre_errors(report)]
    return PREAMBLE + "\n" + "\n".join(tables)


def _scores(
    report: Mapping[str, Any],
    dimension: str,
    label: str,
    what: str,
    metrics: Sequence[tuple[str, str, int]],
) -> str:
    rows = [
        [
            _name(row["dataset"]) + ("" if row["reliable"] else r"\textsuperscript{*}"),
            str(row["n"]),
            str(row["n_clusters"]),
            *(
                # R2 of ranks is punished by scale alone: a paper must not quote it.
                "--" if name == "r2" and row["headline"] != "r2" else _number(row["metrics"][name], decimals)
                for name, _, decimals in metrics
            ),
        ]
        for row in report["scores"]["rows"]
        if row["dimension"] == dimension
    ]
    head = ["Dataset", "Clips", "Groups", *(head for _, head, _ in metrics)]
    caption = (
        f"{dimension}: {what}, with 95\\,\\% cluster bootstrap intervals. "
        f"*: under {report['reproducibility']['min_clusters']} groups, the interval is too narrow."
    )
    return _table(head, rows, caption=caption, label=f"tab:{label}-{dimension.lower()}")


def _genres(report: Mapping[str, Any], dimension: str) -> str:
    rows = [
        [
            _name(row["genre"]),
            str(row["n"]),
            str(row["n_clusters"]),
            *(_number(row[name], 3) for name in ("bias", "expected", "difference")),
            _math(p_value(row["p_holm"])),
        ]
        for row in report["genres"]["rows"]
        if row["dimension"] == dimension and row["reliable"]
    ]
    head = ["Genre", "Clips", "Groups", "Bias", "From shrinkage", "Difference", "$p$"]
    caption = (
        f"{dimension}: mean error by genre, what shrinkage alone would give, and the difference (Holm-corrected $p$), with 95\\,\\% "
        f"cluster bootstrap intervals; genres with at least {report['genres']['min_clips']} clips and "
        f"{report['genres']['min_clusters']} groups."
    )
    return _table(head, rows, caption=caption, label=f"tab:genres-{dimension.lower()}")


def _genre_errors(report: Mapping[str, Any]) -> str:
    by_genre: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in report["genres"]["rows"]:
        if row["reliable"]:
            by_genre.setdefault(row["genre"], {})[row["dimension"]] = row
    rows = []
    for genre, found in by_genre.items():
        one = next(iter(found.values()))
        errors = [
            _number(found[dimension]["rmse"], 3) if dimension in found else "--" for dimension in DIMENSIONS
        ]
        rows.append([_name(genre), str(one["n"]), str(one["n_clusters"]), *errors])
    caption = "RMSE of held-out predictions by genre, with 95\\,\\% cluster bootstrap intervals; the same genres as for bias."
    return _table(["Genre", "Clips", "Groups", *DIMENSIONS], rows, caption=caption, label="tab:genres-rmse")


def _name(name: str) -> str:
    """A name in a column of names; a long one in lines of its own."""
    text = escaped(name)
    return text if len(name) <= LONG_NAME else rf"\parbox[t]{{9em}}{{\raggedright {text}\strut}}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str, label: str) -> str:
    lines = [line for row in rows for line in _lines(row)]
    return "\n".join(
        [
            r"\begin{table}", r"\centering\small\setlength{\tabcolsep}{3pt}", rf"\caption{{{caption}}}",
            rf"\label{{{label}}}",
            rf"\begin{{tabular}}{{l{'r' * (len(head) - 1)}}}", r"\toprule", " & ".join(head) + r" \\",
            r"\midrule", *lines, r"\bottomrule", r"\end{tabular}", r"\end{table}", "",
        ]
    )  # fmt: skip


def _lines(row: Sequence[str]) -> list[str]:
    """A row of the table, and the intervals of its numbers in a smaller one below it."""
    parts = [cell.partition("\n") for cell in row]
    lines = [" & ".join(value for value, _, _ in parts) + r" \\"]
    if any(interval for _, _, interval in parts):
        lines.append(" & ".join(interval for _, _, interval in parts) + r" \\[2pt]")
    return lines


def _number(estimate: Mapping[str, Any], decimals: int) -> str:
    """Value, a line break, interval."""
    value = _math(number(estimate["value"], decimals))
    if estimate["low"] is None:
        return value
    low, high = (_math(number(estimate[part], decimals)) for part in ("low", "high"))
    return f"{value}\n" + rf"{{\scriptsize {{[}}{low}, {high}{{]}}}}"


def _math(text: str) -> str:
    return "--" if text == "\N{EN DASH}" else f"${text.replace(MINUS, '-')}$"
