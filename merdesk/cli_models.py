"""Verbs of the command line about models: train, predict, calibrate, carry from project to project, repeat the paper."""

from pathlib import Path
from typing import Annotated

import typer

from merdesk.project.project import Project
from merdesk.terminal import Json, ProjectPath, answer, names_in, run, writable

ModelName = Annotated[str, typer.Option("--model", help="Name of the model.")]
KINDS = "ridge (seconds), svr, mlp (minutes), blend, heads (experimental)"


def register(app: typer.Typer) -> None:
    """Add the verbs of this module to the command line."""
    app.command()(train)
    app.command()(predict)
    app.command()(calibrate)
    files = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode=None,
        help="Models as files, and beside one another: save, load, compare.",
    )
    files.command("save")(save)
    files.command("load")(load)
    files.command("compare")(compare)
    app.add_typer(files, name="model")
    app.command()(paper)


def train(
    project: ProjectPath,
    name: Annotated[str, typer.Option(help="Name of the model.")],
    on: Annotated[str, typer.Option(help="Training datasets, with commas between them.")],
    features: Annotated[str, typer.Option(help="NAME[+NAME...]")] = "chroma+basic",
    model: Annotated[str, typer.Option(help=KINDS)] = "ridge",
    search: Annotated[
        int, typer.Option(min=0, help="Settings of mlp or blend to try first, 12 for instance; 0 tries none.")
    ] = 0,
    transductive: Annotated[
        bool,
        typer.Option(
            "--transductive", help="Standardise features within each dataset, test sets too; marked as such."
        ),
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the folds and of the first network.")] = 0,
    networks: Annotated[
        int, typer.Option(min=1, max=25, help="Networks of mlp or blend, from consecutive seeds.")
    ] = 5,
    json_: Json = False,
) -> None:
    """Train a model and predict every clip that has its features.

    Example: merdesk train study.merdesk --name first --features chroma+basic --model ridge --on "My music"
    """
    from merdesk.workflows.train import TrainModel, TrainRequest

    request = TrainRequest(
        name, names_in(features, "+"), names_in(on), model, seed, search, transductive, networks
    )
    with writable(project) as opened:
        trained = run(TrainModel(opened, request))
    row = trained.row
    values = {"model": name, "kind": row.kind, "settings": dict(row.settings), "scores": dict(row.metrics)}
    answer(values, trained.sentence, as_json=json_)


def predict(
    project: ProjectPath,
    model: ModelName,
    clips: Annotated[
        list[int] | None, typer.Argument(metavar="CLIP", help="Clip ids; all without any.")
    ] = None,
    dynamic: Annotated[
        bool, typer.Option("--dynamic", help="Follow the clips over time, two values a second.")
    ] = False,
    json_: Json = False,
) -> None:
    """Predict clips that came after training, and print predictions; or follow clips over time.

    Example: merdesk predict study.merdesk --model first --dynamic
    """
    if dynamic:
        _follow(project, model, clips, json_)
        return
    from merdesk.workflows.predict import PredictClips

    with writable(project) as opened:
        result = run(PredictClips(opened, model, clips))
    rows = [
        {"clip": row.clip_id, "title": row.title, "valence": row.valence, "arousal": row.arousal}
        for row in result.rows
    ]
    text = "\n".join(
        f"{row.clip_id}\t{row.valence:+.3f}\t{row.arousal:+.3f}\t{row.title}" for row in result.rows
    )
    nothing = "No clip has the features of this model."
    answer({"model": model, "predictions": rows}, text or nothing, as_json=json_)


def _follow(project: Path, model: str, clips: list[int] | None, json_: bool) -> None:
    from merdesk.workflows.predict_dynamic import PredictDynamic, traces_of

    with writable(project) as opened:
        summary = run(PredictDynamic(opened, model, clips))
        values = traces_of(opened, summary) if json_ else []
    answer(
        {"model": model, "rate_hz": 2.0, "summary": summary.sentence, "traces": values},
        summary.sentence,
        as_json=json_,
    )


def calibrate(
    project: ProjectPath,
    model: ModelName,
    to: Annotated[str, typer.Option(help="Name of who rated, as on the Annotate page.")],
    name: Annotated[str, typer.Option(help="Name of the new model.")] = "",
    json_: Json = False,
) -> None:
    """Bring a model onto the scale of somebody who rated 20 of its clips or more; the model itself stays.

    Example: merdesk calibrate study.merdesk --model first --to carla
    """
    from merdesk.workflows.calibrate import CalibrateModel

    with writable(project) as opened:
        made = run(CalibrateModel(opened, model, to, name))
    values = {
        "model": made.row.name,
        "n": made.n,
        "scores": dict(made.row.metrics),
        **dict(made.row.settings)["calibrated"],
    }
    answer(values | {"model": made.row.name}, made.sentence, as_json=json_)


def compare(
    project: ProjectPath,
    first: Annotated[str, typer.Argument(metavar="FIRST", help="Name of a model.")],
    second: Annotated[str, typer.Argument(metavar="SECOND", help="Name of another one.")],
    seed: Annotated[int, typer.Option(help="Seed of resamples and signs.")] = 0,
    json_: Json = False,
) -> None:
    """Compare two models on the rated clips that neither was fitted on, with intervals and corrected tests.

    Example: merdesk model compare study.merdesk first second
    """
    from merdesk.workflows.compare_runs import CompareRuns
    from merdesk.workflows.comparison_text import as_table, as_values

    with Project.open(project, read_only=True) as opened:
        found = run(CompareRuns(opened, first, second, seed=seed))
    answer(as_values(found), as_table(found), as_json=json_)


def save(
    project: ProjectPath,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="File to write, NAME.mermodel.")],
    model: ModelName,
    json_: Json = False,
) -> None:
    """Write a model to a file that other projects can load; no audio and no annotations are in it.

    Example: merdesk model save study.merdesk first.mermodel --model first
    """
    from merdesk.workflows.model_files import save_model

    with Project.open(project) as opened:
        path = save_model(opened, model, out)
    answer({"model": model, "file": str(path)}, str(path), as_json=json_)


def load(
    project: ProjectPath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .mermodel file.")],
    name: Annotated[str, typer.Option(help="Name of the model here; its own when left out.")] = "",
    json_: Json = False,
) -> None:
    """Take a model in from a file, and predict every clip that has its features.

    Example: merdesk model load study.merdesk first.mermodel
    """
    from merdesk.workflows.model_files import LoadModel

    with writable(project) as opened:
        loaded = run(LoadModel(opened, file, name))
    values = {
        "model": loaded.row.name,
        "kind": loaded.row.kind,
        "predicted": len(loaded.held_out.clip_ids) + len(loaded.fitted.clip_ids),
    }
    answer(values, loaded.sentence, as_json=json_)


def paper(
    project: ProjectPath,
    features: Annotated[
        str, typer.Option(help="NAME[+NAME...]; the paper's when left out.")
    ] = "jukebox+chroma",
    model: Annotated[str, typer.Option(help=KINDS)] = "mlp",
    seed: Annotated[int, typer.Option(help="Seed of folds and resamples.")] = 0,
    json_: Json = False,
) -> None:
    """Repeat the experiment of Ching & Widmer (2025), arXiv 2510.04688, on those of its sets that are here.

    Example: merdesk paper study.merdesk --features chroma+basic --model ridge
    """
    from merdesk.workflows.paper import RunPaper
    from merdesk.workflows.paper_text import record, text

    with Project.open(project) as opened:
        result = run(RunPaper(opened, names_in(features, "+"), model, seed))
    answer(record(result), text(result), as_json=json_)
