"""The tables of a report: once as rows of values, from which CSV here and LaTeX in `latex` are written.

Spreadsheets run text that starts with =, +, - or @ as a formula, and titles come from strangers' files: such a cell
gets an apostrophe in front. Numbers are written by Python, with a point, whatever the locale.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | float | int | bool | None
_FORMULA_STARTS = (*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the full-width forms, which some spreadsheets take for the others."""
_PARTS = ("value", "low", "high")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below a head; text stays text, numbers numbers, None is an empty cell."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(report: Mapping[str, Any]) -> tuple[Table, ...]:
    """All tables of a report: data_card, findings, scores, coverage, genres, unevenness, genre_by_dataset, worst_clips, verdict.

    With an evaluation across datasets also: matrix, decomposition, mixes; with a gap: gap, blocks, ceilings. Sections left
    out by choice have none.
    """
    made = {
        "data": [_data_card(report), *_findings(report)],
        "scores": [_scores(report), *_coverage(report)],
        "genres": [_genres(report), _unevenness(report)],
        "confounding": [_genre_by_dataset(report)],
        "worst": [_worst_clips(report)],
        "carrying": _carrying(report),
        "gap": _gap(report),
    }
    kept = [table for name, tables in made.items() if name not in report["left_out"] for table in tables]
    return (*kept, _of("verdict", ("about", "strength", "text"), report["verdict"]))


def csv_text(table: Table) -> str:
    """A table as CSV: comma, quotes where needed, LF, no byte order mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_neutral(name) for name in table.head])
    writer.writerows([_neutral(cell) for cell in row] for row in table.rows)
    return buffer.getvalue()


def _neutral(cell: Cell) -> Cell:
    """A cell that no spreadsheet runs.

    Examples
    --------
    >>> _neutral("=1+1"), _neutral("Pop"), _neutral(-0.5)
    ("'=1+1", 'Pop', -0.5)
    """
    if not isinstance(cell, str):
        return cell
    # Blanks are trimmed by some programs before they look for the formula.
    runs = cell.startswith(_FORMULA_STARTS) or cell.lstrip(" ").startswith(_FORMULA_STARTS)
    return f"'{cell}" if runs else cell


def _of(name: str, head: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Table:
    return Table(name, tuple(head), tuple(tuple(row[column] for column in head) for row in rows))


def _carrying(report: Mapping[str, Any]) -> list[Table]:
    """The matrix and its decomposition, a row for each cell and dimension; none when none was measured."""
    part = report["carrying"]
    if part is None:
        return []
    about = ("trained_on", "tested_on", "kind", "dimension")
    counts = ("n", "n_groups", "n_train", "n_duplicates")
    metrics, parts = ("r2", "ccc", "spearman", "rmse", "bias"), ("total", "association", "gain", "offset")
    matrix, drops = [], []
    for cell in part["cells"]:
        for dimension, scores in cell["scores"].items():
            named = (" + ".join(cell["train"]), cell["test"], cell["kind"], dimension)
            numbers = [scores[metric][place] for metric in metrics for place in _PARTS]
            matrix.append((*named, *(cell[name] for name in counts), *numbers))
            if cell["decomposition"] is not None:
                drop = cell["decomposition"][dimension]
                numbers = [drop[name][place] for name in parts for place in _PARTS]
                drops.append((*named, *numbers, drop["verdict"]))
    return [
        Table("matrix", (*about, *counts, *_columns(metrics)), tuple(matrix)),
        Table("decomposition", (*about, *_columns(parts), "verdict"), tuple(drops)),
        _mixes(part, about),
    ]


def _mixes(part: Mapping[str, Any], about: Sequence[str]) -> Table:
    """What the other mix of genres makes of a cell, a row for each cell and dimension."""
    head = ("worth_tested", "left_out", *_columns(("r2_change", "pearson_change")), "worth_trained")
    unknown = dict.fromkeys(("r2_change", "association_change"), dict.fromkeys(_PARTS))
    rows = [
        (
            *(" + ".join(cell["train"]), cell["test"], cell["kind"], dimension),
            *(mix["n_effective"], mix["left_out"]),
            *(mix["changes"][metric][place] for metric in ("r2", "pearson") for place in _PARTS),
            cell["mix"]["n_effective"],
            *(change[place] for change in (mix["retrained"] or unknown).values() for place in _PARTS),
        )
        for cell in part["cells"]
        if cell["mix"] is not None
        for dimension in cell["scores"]
        for mix in (cell["mix"][dimension],)
    ]
    trained = _columns(("trained_r2_change", "trained_association_change"))
    return Table("mixes", (*about, *head, *trained), tuple(rows))


def _columns(names: Iterable[str]) -> list[str]:
    return [name if part == "value" else f"{name}_{part}" for name in names for part in _PARTS]


def _gap(report: Mapping[str, Any]) -> list[Table]:
    """Distances between datasets, a row for each, also by block of features; ceilings; none when none was measured."""
    part = report["gap"]
    if part is None:
        return []
    rows = [
        (pair["a"], pair["b"], kind, *_distance(value))
        for pair in part["pairs"]
        for kind in ("labels", "features")
        for value in pair[kind]
    ]
    blocks = [(one["a"], one["b"], one["block"], *_distance(one)) for one in part["blocks"]]
    head = ("distance", "value", "halves_a", "halves_b", "null_mean", "null_95", "p", "p_holm", "n_a", "n_b")
    found = [
        Table("gap", ("a", "b", "of", *head), tuple(rows)),
        Table("blocks", ("a", "b", "block", *head), tuple(blocks)),
        _ceilings(part),
    ]
    return [table for table in found if table.rows or table.name == "gap"]


def _distance(value: Mapping[str, Any]) -> tuple[Cell, ...]:
    numbers = (value["null_mean"], value["null_high"], value["p"], value["p_holm"])
    return (value["label"], value["value"], *value["halves"], *numbers, *value["n"])


def _ceilings(part: Mapping[str, Any]) -> Table:
    """Ceilings of R2 and genre's share of the variance of annotations, a row for each dataset and dimension."""
    shares = ("value", "null_mean", "null_high", "p", "p_holm")
    rows = [
        (
            *(one["name"], dimension, one["n"], one["n_groups"]),
            *(one["ceilings"][dimension][place] for place in _PARTS),
            *(share[name] for name in shares),
        )
        for one in part["datasets"]
        for dimension, share in one["genre_eta2"].items()
    ]
    eta = tuple("genre_eta2" if name == "value" else f"genre_eta2_{name}" for name in shares)
    return Table(
        "ceilings", ("dataset", "dimension", "n", "n_groups", *_columns(("ceiling",)), *eta), tuple(rows)
    )


def _data_card(report: Mapping[str, Any]) -> Table:
    head = ("dataset", "n_clips", "n_annotated", "n_scored", "n_groups", "n_artists", "n_without_genre")
    marginals = ("mean", "sd", "spread")
    extra = tuple(f"{dimension}_{part}" for dimension in ("valence", "arousal") for part in marginals)
    about = ("scale", "emotion", "grouped_by", "licence", "citation")
    rows = []
    for row in report["data"]["datasets"]:
        known = row["about"] or dict.fromkeys(about, "")
        scale = known["scale"]["kind"] if known["scale"] else ""
        rows.append(
            (
                row["name"],
                *(row[column] for column in head[1:]),
                *(part[name] for part in row["annotations"] for name in marginals),
                scale,
                *(known[name] for name in about[1:]),
            )
        )
    return Table("data_card", head + extra + about, tuple(rows))


def _findings(report: Mapping[str, Any]) -> list[Table]:
    if report["doctor"] is None:
        return []
    head = ("dataset", "severity", "what", "n_clips", "repair", "repaired", "id")
    return [_of("findings", head, report["doctor"]["findings"])]


def _coverage(report: Mapping[str, Any]) -> list[Table]:
    if report["coverage"] is None:
        return []
    rows = tuple(
        (
            *(row[name] for name in ("dimension", "kind", "name")),
            *(row["share"][part] for part in (*_PARTS, "n", "n_clusters")),
        )
        for row in report["coverage"]["rows"]
    )
    return [Table("coverage", ("dimension", "kind", "name", *_columns(["share"]), "n", "n_clusters"), rows)]


def _scores(report: Mapping[str, Any]) -> Table:
    """One row per dimension, dataset and metric, since that is what programs read best."""
    head = ("dimension", "dataset", "role", "metric", *_PARTS, "n", "n_clusters", "reliable", "note")
    rows = []
    for row in report["scores"]["rows"]:
        for name, number in {**row["metrics"], "ceiling_of_r2": row["ceiling"]}.items():
            rows.append(
                (
                    row["dimension"],
                    row["dataset"],
                    row["role"],
                    name,
                    *(number[part] for part in _PARTS),
                    number["n"],
                    number["n_clusters"],
                    row["reliable"],
                    number["note"],
                )
            )
    return Table("scores", head, tuple(rows))


def _genres(report: Mapping[str, Any]) -> Table:
    numbers = (
        "bias",
        "expected",
        "difference",
        "within_datasets",
        "beyond_overall",
        "rmse",
        "mae",
        "pearson",
    )
    plain = ("dimension", "genre", "n", "n_clusters", "reliable", "p", "p_holm", "p_within")
    head = plain + tuple(name if part == "value" else f"{name}_{part}" for name in numbers for part in _PARTS)
    rows = tuple(
        (*(row[name] for name in plain), *(row[name][part] for name in numbers for part in _PARTS))
        for row in report["genres"]["rows"]
    )
    return Table("genres", head, rows)


def _unevenness(report: Mapping[str, Any]) -> Table:
    parts = ("value", "null_mean", "null_high", "p", "p_holm")
    rows = tuple(
        (row["dimension"], row["n_genres"], row["worst_genre"], name, *(row[name][part] for part in parts))
        for row in report["genres"]["disparity"]
        for name in ("worst", "range", "spread")
    )
    return Table("unevenness", ("dimension", "n_genres", "worst_genre", "statistic", *parts), rows)


def _genre_by_dataset(report: Mapping[str, Any]) -> Table:
    grid = report["confounding"]
    rows = tuple((genre, *counts) for genre, counts in zip(grid["genres"], grid["counts"], strict=True))
    return Table("genre_by_dataset", ("genre", *grid["datasets"]), rows)


def _worst_clips(report: Mapping[str, Any]) -> Table:
    head = (
        "clip_id", "source_id", "title", "artist", "dataset", "genre", "annotation_valence",
        "annotation_arousal", "prediction_valence", "prediction_arousal", "distance",
    )  # fmt: skip
    return _of("worst_clips", head, report["worst_clips"]["rows"])
