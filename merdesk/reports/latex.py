"""The main tables of a report for a paper: LaTeX with booktabs, every text escaped."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from merdesk.reports.wording import MINUS, number, p_value

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}", "[": "{[}", "]": "{]}",
    "\n": " ", "\r": " ", "\t": " ",
}  # fmt: skip
"""Brackets in braces: after a line's end, LaTeX would read [ as an option of the line break."""
SCORES = (
    ("r2", "$R^2$", 2),
    ("rmse", "RMSE", 3),
    ("bias", "Bias", 3),
    ("pearson", "$r$", 2),
    ("spearman", r"$\rho$", 2),
    ("ccc", "CCC", 2),
)
PREAMBLE = (
    "% Tables of a merdesk bias report.\n"
    "% Needs \\usepackage{booktabs,textcomp}; XeLaTeX or LuaLaTeX for names beyond Latin.\n"
)


def latex_text(report: Mapping[str, Any]) -> str:
    """Scores by dataset and bias by genre, each a table of its own."""
    left_out = report["left_out"]
    tables = []
    if report["scores"]["rows"] and "scores" not in left_out:
        tables += [_scores(report, dimension) for dimension in ("Valence", "Arousal")]
    if any(row["reliable"] for row in report["genres"]["rows"]) and "genres" not in left_out:
        tables += [_genres(report, dimension) for dimension in ("Valence", "Arousal")]
    return PREAMBLE + "\n" + "\n".join(tables)


def escaped(text: str) -> str:
    r"""Text that LaTeX prints as it is.

    Examples
    --------
    >>> escaped("R&B_100%")
    'R\\&B\\_100\\%'
    """
    return re.sub(r"[\\{}$&#%_^~<>|\"`'\[\]\n\r\t]", lambda match: _SPECIAL[match.group()], text)


def _scores(report: Mapping[str, Any], dimension: str) -> str:
    rows = [
        [
            escaped(row["dataset"]) + ("" if row["reliable"] else r"\textsuperscript{*}"),
            str(row["n"]),
            str(row["n_clusters"]),
            *(
                # R2 of ranks is punished by scale alone: a paper must not quote it.
                "--" if name == "r2" and row["headline"] != "r2" else _number(row["metrics"][name], decimals)
                for name, _, decimals in SCORES
            ),
        ]
        for row in report["scores"]["rows"]
        if row["dimension"] == dimension
    ]
    head = ["Dataset", "Clips", "Groups", *(label for _, label, _ in SCORES)]
    caption = (
        f"{dimension}: agreement of held-out predictions with annotations, with 95\\,\\% cluster bootstrap intervals. "
        f"*: under {report['reproducibility']['min_clusters']} groups, the interval is too narrow."
    )
    return _table(head, rows, caption=caption, label=f"tab:scores-{dimension.lower()}")


def _genres(report: Mapping[str, Any], dimension: str) -> str:
    rows = [
        [
            escaped(row["genre"]),
            str(row["n"]),
            str(row["n_clusters"]),
            *(_number(row[name], 3) for name in ("bias", "expected", "difference")),
            _math(p_value(row["p_holm"])),
            _number(row["rmse"], 3),
        ]
        for row in report["genres"]["rows"]
        if row["dimension"] == dimension and row["reliable"]
    ]
    head = ["Genre", "Clips", "Groups", "Bias", "From shrinkage", "Difference", "$p$", "RMSE"]
    caption = (
        f"{dimension}: mean error by genre, what shrinkage alone would give, and the difference (Holm-corrected $p$), with 95\\,\\% "
        f"cluster bootstrap intervals; genres with at least {report['genres']['min_clips']} clips and "
        f"{report['genres']['min_clusters']} groups."
    )
    return _table(head, rows, caption=caption, label=f"tab:genres-{dimension.lower()}")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str, label: str) -> str:
    lines = [line for row in rows for line in _lines(row)]
    return "\n".join(
        [
            r"\begin{table}", r"\centering\small\setlength{\tabcolsep}{4pt}", rf"\caption{{{caption}}}",
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
