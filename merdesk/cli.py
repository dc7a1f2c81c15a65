"""The command line: the same workflows as the window; a contract that scripts rely on.

Exit 0 done, 1 a problem told in one sentence on stderr, 2 usage. With `--json`, one JSON object on stdout and nothing
else; progress and log go to stderr.
"""

import logging
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from merdesk import __version__, log
from merdesk.cli_data import register as _register_data
from merdesk.cli_evaluation import register as _register_evaluation
from merdesk.cli_features import register as _register_features
from merdesk.cli_jukebox import DeviceName
from merdesk.cli_jukebox import register as _register_jukebox
from merdesk.cli_models import register as _register_models
from merdesk.errors import Failure, MerdeskError, attempt
from merdesk.features.jukebox.choice import DEVICE_VARIABLE
from merdesk.project.project import Project
from merdesk.terminal import AsFiled, Json, ProjectPath, Workers
from merdesk.terminal import answer as _answer
from merdesk.terminal import log as _log
from merdesk.terminal import names_in as _names
from merdesk.terminal import run as _run
from merdesk.terminal import run_stoppable as _run_stoppable
from merdesk.terminal import writable as _writable

LOG = logging.getLogger(__name__)

app = typer.Typer(
    name="merdesk",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="merdesk PROJECT opens the window; the commands below do the same work without it.",
)
_register_data(app)
_register_features(app)
_register_models(app)
_register_evaluation(app)
_register_jukebox(app)


INTERRUPTED = 130
"""The exit code that typer makes of Ctrl-C."""


@app.command()
def new(project: ProjectPath, json_: Json = False) -> None:
    """Make an empty project.

    Example: merdesk new study.merdesk
    """
    with Project.create(project) as made:
        _answer({"project": str(made.path)}, f"{made.path} is ready.", as_json=json_)


@app.command("import")
def import_(
    project: ProjectPath,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Audio file, folder, dataset or table.")],
    as_: Annotated[
        str, typer.Option("--as", help="auto, folder, emomusic, deam, pmemo, wtc, wcmed, table, traces")
    ] = "auto",
    audio: Annotated[Path | None, typer.Option(help="Folder in which the audio lies.")] = None,
    name: Annotated[str, typer.Option(help="Name of the dataset; of traces, the annotator.")] = "",
    map_: Annotated[str, typer.Option("--map", help="file=COL,valence=COL,arousal=COL,...")] = "",
    valence_scale: Annotated[str, typer.Option(help="MIN:MAX of valence in the table.")] = "",
    arousal_scale: Annotated[str, typer.Option(help="MIN:MAX of arousal in the table.")] = "",
    workers: Workers = 0,
    json_: Json = False,
) -> None:
    """Import music, a dataset or a table of ratings.

    Example: merdesk import study.merdesk ~/Music
    """
    from merdesk.workflows.import_any import TableOptions, importer, recognised

    options = TableOptions.parse(map_, valence_scale, arousal_scale, name)
    with _writable(project) as opened:
        summaries = [
            _run_stoppable(
                partial(importer, opened, path, kind=kind, audio=audio, table=options, workers=workers)
            )
            for kind in (recognised(path) if as_ == "auto" else (as_,))
        ]
    left_out = [left for summary in summaries for left in summary.left_out]
    for left in left_out:
        _log.print(str(left), soft_wrap=True)
    told = [{"file": left.file, "line": left.line, "reason": left.reason} for left in left_out]
    sentence = " ".join(summary.sentence for summary in summaries)
    _answer({"summary": sentence, "left_out": told}, sentence, as_json=json_)


@app.command()
def extract(
    project: ProjectPath,
    features: Annotated[
        str, typer.Option(help="Names, with commas between them; jukebox-layer18-cover-fp32 for choices.")
    ] = "chroma,basic",
    workers: Workers = 0,
    device: Annotated[
        DeviceName | None, typer.Option(help="Where Jukebox is computed; as in the window when left out.")
    ] = None,
    cluster: Annotated[
        str, typer.Option(help="Dask cluster: tcp://HOST:PORT, tls://HOST:PORT or local:N.")
    ] = "",
    cluster_tls: Annotated[
        tuple[Path, Path, Path] | None,
        typer.Option(metavar="CA CERT KEY", help="PEM files for tls://; Dask's configuration without it."),
    ] = None,
    json_: Json = False,
) -> None:
    """Extract the features that are missing; safe to interrupt and repeat, and beside an open window.

    Example: merdesk extract study.merdesk --features chroma,basic --workers 2
    """
    from merdesk.cluster.address import ClusterAddress
    from merdesk.workflows.executors import Elsewhere
    from merdesk.workflows.extract_beside import extract_beside
    from merdesk.workflows.features import licence_notes

    if (workers and cluster) or (cluster_tls and not cluster):
        raise typer.BadParameter("--workers is for this machine, --cluster-tls for --cluster")
    if device:
        os.environ[DEVICE_VARIABLE] = device.value
    for note in licence_notes(_names(features)):
        _log.print(note, soft_wrap=True)
    tell = partial(_log.print, soft_wrap=True)
    elsewhere = Elsewhere(ClusterAddress.parse(cluster, cluster_tls), tell) if cluster else None
    summary = extract_beside(
        project,
        _names(features),
        workers=workers,
        run=lambda work: _run_stoppable(lambda: work),
        elsewhere=elsewhere,
    )
    for problem in summary.problems:
        _log.print(str(problem), soft_wrap=True)
    values = {
        "extracted": summary.n_extracted,
        "there": summary.n_there,
        "without_audio": summary.n_without_audio,
        "failed": [{"file": problem.file, "reason": problem.reason} for problem in summary.problems],
    }
    _answer(values, summary.sentence, as_json=json_)


@app.command()
def report(
    project: ProjectPath,
    out: Annotated[Path, typer.Option(help="Folder to write into.")],
    format_: Annotated[
        str, typer.Option("--format", help="html, pdf, json, csv, latex, svg, with commas between.")
    ] = "html,json,csv",
    model: Annotated[str, typer.Option(help="Name of the model; the one in use when left out.")] = "",
    title: Annotated[str, typer.Option(help="Title on the first page.")] = "",
    author: Annotated[str, typer.Option(help="Author on the first page.")] = "",
    notes: Annotated[str, typer.Option(help="Notes on the first page.")] = "",
    seed: Annotated[int, typer.Option(help="Seed of the resampling.")] = 0,
    without: Annotated[
        str,
        typer.Option(
            help="Sections that page and tables leave out, with commas between: worst,gap. JSON keeps all."
        ),
    ] = "",
    excerpts: Annotated[
        bool,
        typer.Option(
            "--excerpts", help="Put 8 s of each of the worst clips into the page; mind their licences."
        ),
    ] = False,
    as_filed: AsFiled = False,
    json_: Json = False,
) -> None:
    """Write the bias report.

    Example: merdesk report study.merdesk --out report --format html,pdf,json
    """
    from merdesk.workflows.report import BuildReport, ReportOptions
    from merdesk.workflows.write_report import LICENCE_WARNING, WriteReport

    options = ReportOptions(
        title=title,
        author=author,
        notes=notes,
        model=model,
        seed=seed,
        without=tuple(_names(without)) if without else (),
    )
    with Project.open(project) as opened:
        opened.as_filed = as_filed
        built = _run(BuildReport(opened, options))
        work = WriteReport(opened, built, out, _names(format_), excerpts=excerpts)
    if excerpts:
        _log.print(LICENCE_WARNING, soft_wrap=True)
    written = [str(path) for path in _run(work)]
    _answer({"files": written}, "\n".join(written), as_json=json_)


@app.command()
def info(project: ProjectPath, json_: Json = False) -> None:
    """Counts, features, models, pending work and provenance.

    Example: merdesk info study.merdesk --json
    """
    from merdesk.workflows.info import project_info, text_of

    with Project.open(project) as opened:
        found = project_info(opened)
    _answer(found, text_of(found), as_json=json_)


@app.command()
def demo(project: ProjectPath, workers: Workers = 0, json_: Json = False) -> None:
    """Build the demo project: synthesise, import, extract, train, evaluate.

    Example: merdesk demo demo.merdesk
    """
    from merdesk.workflows.demo import build_demo

    summary = build_demo(project, run=_run, workers=workers)
    _answer({"project": str(project), "clips": summary.n_clips}, summary.sentence, as_json=json_)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"merdesk {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Read what stands before the command."""


def main(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code."""
    handler = log.start()
    try:
        return _logged(arguments)
    finally:
        log.stop(handler)


def _logged(arguments: Sequence[str]) -> int:
    """What was asked for and how it ended stands in the log beside what the window did."""
    LOG.info("merdesk %s, version %s", " ".join(arguments), __version__)
    outcome = attempt(_called(arguments))
    if not isinstance(outcome, Failure):
        LOG.info("ended with %d", outcome)
        return outcome
    LOG.error("failed: %s", outcome.message if outcome.expected else outcome.details)
    if not outcome.expected:
        _log.print(outcome.details)
        _log.print("This is a defect of merdesk; the lines above help to find it.")
    else:
        _log.print(outcome.message, soft_wrap=True)
    return 1


def _called(arguments: Sequence[str]) -> Callable[[], int]:
    def call() -> int:
        try:
            app(list(arguments), prog_name="merdesk")
        except SystemExit as stop:
            if stop.code == INTERRUPTED:
                raise MerdeskError(
                    "Stopped by Ctrl-C; what was finished is kept, and the same command does the rest."
                ) from stop
            return stop.code if isinstance(stop.code, int) else 1
        return 0

    return call
