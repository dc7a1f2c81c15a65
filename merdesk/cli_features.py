"""Verbs of the command line about the sets of features that are stored, and those computed elsewhere."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from merdesk.errors import FeatureError
from merdesk.project.project import Project
from merdesk.terminal import Json, ProjectPath, answer, log, names_in, run, writable

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Sets of features: list, remove, import.")


def register(verbs: typer.Typer) -> None:
    """Add the verbs of this module to the command line."""
    verbs.add_typer(app, name="features")


@app.callback()
def _verb() -> None:
    """Sets of features: list, remove, import.

    Example: merdesk features import study.merdesk mert.csv --name mert
    """


@app.command("import")
def import_(
    project: ProjectPath,
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help="CSV (, ; or TAB), npz, parquet, or folder of .npy files.")
    ],
    name: Annotated[str, typer.Option(help="Name of the set, such as mert.")],
    id_: Annotated[str, typer.Option("--id", help="Column with ids or file names.")] = "",
    dataset: Annotated[str, typer.Option(help="Match clips of this dataset only.")] = "",
    columns: Annotated[str, typer.Option(help="Columns to take: GLOB,...")] = "",
    exclude: Annotated[str, typer.Option(help="Columns to leave out: GLOB,...")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of features with this name.")
    ] = False,
    json_: Json = False,
) -> None:
    """Import features of clips, matched by id or file name; columns that are labels are left out and named.

    Example: merdesk features import study.merdesk mert.csv --name mert --id file --exclude "mood_*"
    """
    from merdesk.workflows.import_features import ImportFeatures, TableChoice

    choice = TableChoice(id_, _globs(columns), _globs(exclude))
    with writable(project) as opened:
        found = run(ImportFeatures(opened, table, name, dataset=dataset, choice=choice, replace=replace))
    for column in found.left_out_columns:
        log.print(f"Column {column.name}: {column.reason}")
    for left in found.left_out:
        log.print(str(left), soft_wrap=True)
    values = {
        "features": found.name,
        "clips": found.n_clips,
        "new": found.n_new,
        "columns": found.n_columns,
        "clips_without": found.n_without,
        "left_out_columns": [{"name": one.name, "reason": one.reason} for one in found.left_out_columns],
        "left_out": [{"file": one.file, "line": one.line, "reason": one.reason} for one in found.left_out],
    }
    answer(values, found.sentence, as_json=json_)


@app.command("list")
def list_(project: ProjectPath, json_: Json = False) -> None:
    """Each set of features: clips that have it, values, room on the disk, whether it is still in use.

    Example: merdesk features list study.merdesk
    """
    from merdesk.workflows.feature_state import feature_states

    with Project.open(project, read_only=True) as opened:
        states = feature_states(opened)
    rows = [
        {
            "name": state.name,
            "version": state.features.version if state.features else None,
            "settings": state.features.settings if state.features else None,
            "imported": state.imported,
            "current": state.current,
            "clips": state.n_clips,
            "of": state.n_of,
            "earlier": state.n_earlier,
            "columns": state.n_columns,
            "bytes": state.n_bytes,
        }
        for state in states
    ]
    lines = [
        f"{state.name}{'' if state.current else ' (earlier version)'}: {state.sentence}, "
        f"{state.n_columns:,} values, {state.n_bytes / 1e6:,.1f} MB"
        for state in states
    ]
    answer({"sets": rows}, "\n".join(lines), as_json=json_)


@app.command()
def prune(
    project: ProjectPath,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Set to remove.")],
    earlier: Annotated[
        bool, typer.Option("--earlier", help="Only what earlier versions and other settings gave.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Remove without a question.")] = False,
    json_: Json = False,
) -> None:
    """Remove features from the disk; undo does not bring them back, extracting or importing them again does.

    Example: merdesk features prune study.merdesk chroma --earlier
    """
    from merdesk.workflows import feature_state

    with writable(project) as opened:
        found = [
            state
            for state in feature_state.feature_states(opened)
            if state.name == name and state.features is not None and state.n_stored
            if not (earlier and state.current)
        ]
        if not found:
            raise FeatureError(
                f"No such features named {name!r} are stored; merdesk features list shows all."
            )
        _ask(name, sum(state.n_bytes for state in found), yes=yes)
        freed = sum(
            feature_state.prune(opened, state.features)[0] for state in found if state.features is not None
        )
    answer(
        {"name": name, "sets": len(found), "freed": freed},
        f"{freed / 1e6:,.1f} MB free again.",
        as_json=json_,
    )


def _ask(name: str, n_bytes: int, *, yes: bool) -> None:
    """Go on only with somebody's consent."""
    told = f"This removes the features {name} ({n_bytes / 1e6:,.1f} MB) and cannot be undone."
    if yes:
        return
    if not sys.stdin.isatty():
        raise FeatureError(f"{told} Add --yes to remove them.")
    if not typer.confirm(f"{told} Remove them?", err=True):
        raise FeatureError("Nothing was removed.")


def _globs(text: str) -> tuple[str, ...]:
    return names_in(text) if text else ()
