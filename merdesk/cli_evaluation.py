"""Verbs of the command line about carrying over: how far, why no further, and how far apart datasets are."""

from typing import Annotated

import typer

from merdesk.project import provenance
from merdesk.project.project import Project
from merdesk.terminal import AsFiled, Json, ProjectPath, answer, names_in, run

Features = Annotated[str, typer.Option(help="NAME[+NAME...]")]


def register(app: typer.Typer) -> None:
    """Add the verbs of this module to the command line."""
    app.command()(evaluate)
    app.command()(gap)


def evaluate(
    project: ProjectPath,
    features: Features = "chroma+basic",
    model: Annotated[
        str, typer.Option(help="ridge (seconds), svr, mlp (minutes), blend, heads (experimental)")
    ] = "ridge",
    train: Annotated[
        str, typer.Option(help="Training datasets, with commas between them; none for the whole matrix.")
    ] = "",
    test: Annotated[str, typer.Option(help="Test dataset; none for every one.")] = "",
    explain: Annotated[
        bool, typer.Option(help="Take every cell apart, also for slow models (ridge's always are).")
    ] = False,
    recommend: Annotated[
        bool,
        typer.Option(help="Say which union of datasets carries best to each, and what each of them adds."),
    ] = False,
    transductive: Annotated[
        bool,
        typer.Option(
            "--transductive", help="Standardise features within each dataset, test sets too; marked as such."
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of folds and resamples.")] = 0,
    as_filed: AsFiled = False,
    json_: Json = False,
) -> None:
    """Say how far a model carries from some datasets to others, why no further, and whether to believe it.

    Example: merdesk evaluate study.merdesk --features chroma+basic --train EmoMusic,PMEmo --test DEAM
    """
    from merdesk.workflows.evaluate import EvaluateModels, EvaluateRequest
    from merdesk.workflows.evaluation_record import record
    from merdesk.workflows.evaluation_text import text

    request = EvaluateRequest(
        names_in(features, "+"),
        model,
        names_in(train) if train else (),
        test.strip(),
        seed,
        explain=explain,
        recommend=recommend,
        transductive=transductive,
    )
    with Project.open(project) as opened:
        opened.as_filed = as_filed
        found = run(EvaluateModels(opened, request))
        labels = provenance.in_words(opened)
    told = "\n".join((text(found), *(f"Labels: {words}" for words in labels)))
    answer(record(found) | {"labels": list(labels)}, told, as_json=json_)


def gap(
    project: ProjectPath,
    features: Features = "chroma+basic",
    same_format: Annotated[
        bool,
        typer.Option(
            help="Also describe clips in one format, to see whether only format gives datasets away."
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of draws and permutations.")] = 0,
    as_filed: AsFiled = False,
    json_: Json = False,
) -> None:
    """Say how far datasets lie apart in annotations and features, beside what chance gives.

    Example: merdesk gap study.merdesk --features chroma+basic
    """
    from merdesk.workflows.gap import MeasureGap
    from merdesk.workflows.gap_text import text

    with Project.open(project) as opened:
        opened.as_filed = as_filed
        found = run(MeasureGap(opened, names_in(features, "+"), seed=seed, same_format=same_format))
        labels = provenance.in_words(opened)
    told = "\n".join((text(found), *(f"Labels: {words}" for words in labels)))
    answer(found | {"labels": list(labels)}, told, as_json=json_)
