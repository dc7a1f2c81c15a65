"""Verbs of the command line about data: what is wrong with it, where it lies, how it gets out."""

from pathlib import Path
from typing import Annotated, Any

import typer

from merdesk.domain.source import LeftOut
from merdesk.domain.words import counted
from merdesk.errors import DatasetError
from merdesk.project.project import Project
from merdesk.terminal import AsFiled, Json, ProjectPath, answer, log, run, writable


def register(app: typer.Typer) -> None:
    """Add the verbs of this module to the command line."""
    app.command()(doctor)
    app.command()(export)
    app.command()(locate)
    app.command()(genres)
    app.command()(splits)


def doctor(
    project: ProjectPath,
    apply_: Annotated[
        list[str] | None,
        typer.Option("--apply", metavar="ID", help="Apply this repair; all: every repair of wrong numbers."),
    ] = None,
    revert: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Let this repair hold no longer; all: every one.")
    ] = None,
    audio: Annotated[
        bool,
        typer.Option("--audio", help="Listen to every clip first: silence, clipping, one recording twice."),
    ] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the findings as Markdown.")] = False,
    json_: Json = False,
) -> None:
    """Say what is wrong with the datasets, apply or revert repairs.

    Example: merdesk doctor study.merdesk --apply "DEAM/exchanged/2..1000"
    """
    from merdesk.workflows import diagnose
    from merdesk.workflows.check_audio import CheckAudio

    if apply_ and revert:
        raise DatasetError("--apply and --revert exclude one another; call merdesk doctor twice.")
    with writable(project) if apply_ or revert else Project.open(project) as opened:
        reverted = diagnose.holding_named(opened, revert or ())
        for entry in reverted:
            diagnose.revert(opened, entry)
        listened = run(CheckAudio(opened)) if audio else None
        diagnosis = run(diagnose.Diagnose(opened))
        chosen = diagnose.wanted(diagnosis, diagnose.applied(opened), apply_ or ())
        for one in chosen:
            diagnose.apply(opened, one)
        holding = diagnose.applied(opened)
    said = {
        "applied": [one.finding.id for one in chosen],
        "reverted": [entry.title for entry in reverted],
        **diagnose.record(diagnosis, holding),
    }
    if listened is not None:
        said["listened"] = {"sentence": listened.sentence, "problems": list(listened.problems)}
    text = diagnose.markdown(diagnosis, holding) if markdown else _findings_text(said)
    answer(said, text, as_json=json_)


def export(
    project: ProjectPath,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write into.")],
    what: Annotated[
        str, typer.Option(help="annotations, ratings, features, predictions, splits")
    ] = "annotations",
    format_: Annotated[
        str, typer.Option("--format", help="csv, npz, parquet; annotations also jams, croissant, source")
    ] = "csv",
    as_filed: AsFiled = False,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Ratings without names, tags and notes.")
    ] = False,
    consensus: Annotated[
        str, typer.Option(help="Ratings of a clip as one point: mean, median, trimmed or weighted.")
    ] = "",
    json_: Json = False,
) -> None:
    """Write annotations, people's ratings with a datasheet, features, predictions or splits for other programs.

    Example: merdesk export study.merdesk out --what annotations --format source
    """
    from merdesk.workflows.export import Export, ExportOptions

    with Project.open(project) as opened:
        summary = run(Export(opened, out, ExportOptions(what, format_, as_filed, anonymous, consensus)))
    said = {"files": [str(path) for path in summary.files], "notes": list(summary.notes)}
    answer(said, summary.sentence, as_json=json_)


def locate(
    project: ProjectPath,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder below which the audio lies.")],
    dataset: Annotated[str, typer.Option(help="The dataset whose audio it is; any when left out.")] = "",
    json_: Json = False,
) -> None:
    """Find audio that is not located, or that moved: by content, by id or by name.

    Example: merdesk locate study.merdesk ~/DEAM_audio --dataset DEAM
    """
    from merdesk.workflows.locate import LocateAudio

    with writable(project) as opened:
        summary = run(LocateAudio(opened, folder, dataset=dataset)).summary
    for left in summary.left_out:
        log.print(str(left), soft_wrap=True)
    said = {
        "wanted": summary.n_wanted,
        "by_content": summary.n_by_content,
        "by_name": summary.n_by_name,
        "doubtful": dict(summary.doubtful),
        "missing": [{"dataset": name, "id": source_id} for name, source_id in summary.missing],
        "unmatched": list(summary.unmatched),
        "unreadable": [{"file": left.file, "reason": left.reason} for left in summary.left_out],
    }
    answer(said, summary.sentence, as_json=json_)


def genres(
    project: ProjectPath,
    map_: Annotated[
        Path | None, typer.Option("--map", metavar="CSV", help="Columns raw, primary and perhaps dataset.")
    ] = None,
    json_: Json = False,
) -> None:
    """Show the mapping of raw to primary genres as CSV, or set it.

    Example: merdesk genres study.merdesk > genres.csv; edit it; merdesk genres study.merdesk --map genres.csv
    """
    from merdesk.workflows import genres as mapping

    with Project.open(project) if map_ is None else writable(project) as opened:
        rows = mapping.genre_rows(opened)
        n_changed = 0
        left_out: tuple[LeftOut, ...] = ()
        if map_ is not None:
            wanted, left_out = mapping.read_mapping(rows, map_)
            mapping.set_mapping(opened, wanted)
            n_changed, rows = len(wanted), mapping.genre_rows(opened)
    for left in left_out:
        log.print(str(left), soft_wrap=True)
    said = {
        "changed": n_changed,
        "left_out": [{"line": left.line, "reason": left.reason} for left in left_out],
        "genres": [
            {
                "dataset": row.dataset,
                "raw": row.raw,
                "primary": row.primary,
                "labels": list(row.labels),
                "clips": row.n_clips,
            }
            for row in rows
        ],
    }
    changed = f"{counted(n_changed, 'genre')} mapped anew."
    answer(said, mapping.as_table(rows).rstrip("\n") if map_ is None else changed, as_json=json_)


def splits(
    project: ProjectPath,
    table: Annotated[
        Path, typer.Option("--import", metavar="CSV", help="Columns id, split and perhaps dataset.")
    ],
    json_: Json = False,
) -> None:
    """Take splits from a table; the published ones come back by undo.

    Example: merdesk splits study.merdesk --import splits.csv
    """
    from merdesk.workflows.splits import import_splits

    with writable(project) as opened:
        summary = import_splits(opened, table)
    for left in summary.left_out:
        log.print(str(left), soft_wrap=True)
    left_out = [{"line": left.line, "reason": left.reason} for left in summary.left_out]
    answer({"splits": dict(summary.counts), "left_out": left_out}, summary.sentence, as_json=json_)


def _findings_text(said: dict[str, Any]) -> str:
    """Findings in words, one paragraph each, with the id under which a repair is asked for."""
    lines = [f"Reverted: {title}" for title in said["reverted"]]
    lines += [f"Applied: {finding_id}" for finding_id in said["applied"]]
    if "listened" in said:
        lines.append(said["listened"]["sentence"])
    for found in said["findings"]:
        lines.append(f"{found['severity']}: {found['what']}")
        if found["repaired"]:
            lines.append(f"  repaired; --revert {found['id']!r} takes it back")
        elif found["repair"]:
            lines.append(f"  repair: {found['repair']['sentence']} --apply {found['id']!r}")
    return "\n".join(lines) or "The doctor found nothing."
