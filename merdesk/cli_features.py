"""Verbs of the command line about features that were computed elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from merdesk.terminal import Json, ProjectPath, answer, log, names_in, run, writable

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Features that were computed elsewhere.")


def register(verbs: typer.Typer) -> None:
    """Add the verbs of this module to the command line."""
    verbs.add_typer(app, name="features")


@app.callback()
def _verb() -> None:
    """Features that were computed elsewhere.

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


def _globs(text: str) -> tuple[str, ...]:
    return names_in(text) if text else ()
