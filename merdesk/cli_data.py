"""Verbs of the command line about data: what is wrong with it, where it lies, how it gets out."""

from pathlib import Path
from typing import Annotated, Any

import typer

from merdesk.errors import DatasetError
from merdesk.project.project import Project
from merdesk.terminal import Json, ProjectPath, answer, run, writable


def register(app: typer.Typer) -> None:
    """Add the verbs of this module to the command line."""
    app.command()(doctor)
    app.command()(export)


def doctor(
    project: ProjectPath,
    apply_: Annotated[
        list[str] | None,
        typer.Option("--apply", metavar="ID", help="Apply this repair; all: every repair of wrong numbers."),
    ] = None,
    revert: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Let this repair hold no longer; all: every one.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the findings as Markdown.")] = False,
    json_: Json = False,
) -> None:
    """Say what is wrong with the datasets, apply or revert repairs.

    Example: merdesk doctor study.merdesk --apply "DEAM/exchanged/2..1000"
    """
    from merdesk.workflows import diagnose

    if apply_ and revert:
        raise DatasetError("--apply and --revert exclude one another; call merdesk doctor twice.")
    with writable(project) if apply_ or revert else Project.open(project) as opened:
        reverted = diagnose.holding_named(opened, revert or ())
        for entry in reverted:
            diagnose.revert(opened, entry)
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
    text = diagnose.markdown(diagnosis, holding) if markdown else _findings_text(said)
    answer(said, text, as_json=json_)


def export(
    project: ProjectPath,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write into.")],
    what: Annotated[str, typer.Option(help="annotations, features, predictions, splits")] = "annotations",
    format_: Annotated[
        str, typer.Option("--format", help="csv, npz, parquet; annotations also jams, source")
    ] = "csv",
    as_filed: Annotated[
        bool, typer.Option("--as-filed", help="Without the repairs of this project.")
    ] = False,
    json_: Json = False,
) -> None:
    """Write annotations, features, predictions or splits for other programs.

    Example: merdesk export study.merdesk out --what annotations --format source
    """
    from merdesk.workflows.export import Export, ExportOptions

    with Project.open(project) as opened:
        summary = run(Export(opened, out, ExportOptions(what, format_, as_filed)))
    said = {"files": [str(path) for path in summary.files], "notes": list(summary.notes)}
    answer(said, summary.sentence, as_json=json_)


def _findings_text(said: dict[str, Any]) -> str:
    """Findings in words, one paragraph each, with the id under which a repair is asked for."""
    lines = [f"Reverted: {title}" for title in said["reverted"]]
    lines += [f"Applied: {finding_id}" for finding_id in said["applied"]]
    for found in said["findings"]:
        lines.append(f"{found['severity']}: {found['what']}")
        if found["repaired"]:
            lines.append(f"  repaired; --revert {found['id']!r} takes it back")
        elif found["repair"]:
            lines.append(f"  repair: {found['repair']['sentence']} --apply {found['id']!r}")
    return "\n".join(lines) or "The doctor found nothing."
