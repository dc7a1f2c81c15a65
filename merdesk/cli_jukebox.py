"""Verbs of the command line about Jukebox: its weights, what a run costs here, one file's embedding."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from merdesk.errors import FeatureError
from merdesk.features.jukebox import weights as known
from merdesk.terminal import Json, answer, log, run
from merdesk.workflows import jukebox

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Jukebox embeddings and their weights.")

Weights = Annotated[
    Path | None,
    typer.Option("--weights", metavar="DIR", help="Folder of the weights; the usual places when left out."),
]
Layer = Annotated[
    int | None, typer.Option(min=1, help="Counted from 1; 36, or the last of a smaller checkpoint.")
]


class DeviceName(StrEnum):
    """Where to compute."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class PrecisionName(StrEnum):
    """How exactly."""

    AUTO = "auto"
    FP32 = "fp32"
    BF16 = "bf16"
    FP16 = "fp16"


class WindowName(StrEnum):
    """What is heard of a file."""

    FIRST = "first"
    COVER = "cover"


Device = Annotated[DeviceName, typer.Option(help="Where to compute.")]
Precision = Annotated[PrecisionName, typer.Option(help="How exactly to compute.")]


def register(verbs: typer.Typer) -> None:
    """Add the verbs of this module to the command line."""
    verbs.add_typer(app, name="jukebox")


@app.callback()
def _verb() -> None:
    """Jukebox embeddings and their weights.

    Example: merdesk jukebox embed song.mp3 --out song.npz
    """


@app.command()
def download(
    weights: Weights = None,
    accept: Annotated[
        bool, typer.Option("--accept-licence", help="Accept the licence that is printed, without a question.")
    ] = False,
    source: Annotated[
        str, typer.Option("--from", metavar="URL", help="Another address with the same files.")
    ] = "",
    json_: Json = False,
) -> None:
    """Fetch the weights, 10.3 GB; call it again to go on where it stopped.

    Example: merdesk jukebox download --weights /data/jukebox
    """
    folder = weights or known.download_folder()
    if not known.WeightsFolder(folder).complete:
        _ask(accepted=accept)
        run(jukebox.DownloadWeights(folder, licence_accepted=True, base_url=source), in_bytes=True)
    found = known.WeightsFolder(folder)
    files = {path.name: path.stat().st_size for path in (found.vqvae, found.prior)}
    answer(
        {"weights": str(folder), "files": files, "licence": known.LICENCE_URL},
        f"The Jukebox weights are in {folder}.",
        as_json=json_,
    )


def _ask(*, accepted: bool) -> None:
    """Show the licence, and go on only with somebody's consent."""
    log.print(known.LICENCE, soft_wrap=True)
    if accepted:
        return
    if not sys.stdin.isatty():
        raise FeatureError(
            "The weights were not downloaded, because their licence was not accepted; read it above and add "
            "--accept-licence."
        )
    if not typer.confirm("Do you accept this licence?", err=True):
        raise FeatureError("The weights were not downloaded, because their licence was not accepted.")


@app.command()
def verify(
    weights: Weights = None,
    references: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder with the published reference recordings, for the golden figures."
        ),
    ] = None,
    device: Device = DeviceName.AUTO,
    json_: Json = False,
) -> None:
    """Tell whether the weights are the published ones; exit 1 when they are not.

    Example: merdesk jukebox verify --weights /data/jukebox
    """
    found = run(jukebox.VerifyWeights(weights, references=references, device=device))
    values: dict[str, Any] = {
        "weights": str(found.folder),
        "published": found.published,
        "passed": found.passed,
        "layers": found.shape.depth,
        "width": found.shape.width,
        "codes": found.shape.n_ctx,
        "files": [
            {"name": file.name, "bytes": file.n_bytes, "sha256": file.sha256, "published": file.published}
            for file in found.files
        ],
        "golden": [
            {"name": check.name, "passed": check.passed, "sentence": check.sentence} for check in found.golden
        ],
    }
    answer(values, "\n".join(found.sentences), as_json=json_)
    if not found.passed:
        log.print("These are not the published weights, or merdesk computes other figures with them.")
        raise typer.Exit(1)


@app.command()
def bench(
    weights: Weights = None,
    layer: Layer = None,
    device: Device = DeviceName.AUTO,
    precision: Precision = PrecisionName.AUTO,
    json_: Json = False,
) -> None:
    """Measure one layer here, and say how long clips take; without weights with made-up ones of the published size.

    Example: merdesk jukebox bench --device cpu
    """
    if weights is not None:
        known.locate_weights(weights)
    found = known.find_weights(weights)
    depth = layer or (jukebox.default_layer(found.folder) if found else 36)
    measured = run(jukebox.EstimateRun(weights, layer=depth, device=device, precision=precision))
    values = {
        "device": measured.device,
        "precision": measured.precision,
        "weights": str(found.folder) if found else None,
        "width": measured.width,
        "layer": measured.layer,
        "layer_s": measured.layer_s,
        "read_s": measured.read_s,
        "window_s": measured.window_s,
        "window_range_s": list(measured.window_range_s),
        "hours_per_1000_clips": measured.window_s * 1000 / 3600,
    }
    low, high = measured.window_range_s
    text = (
        f"A window of 23.8 s takes {measured.window_s:.3g} s ({low:.3g} to {high:.3g}) on {measured.device} in {measured.precision} "
        f"({measured.layer} layers of width {measured.width}); 1,000 clips take {values['hours_per_1000_clips']:.3g} h."
    )
    answer(values, text, as_json=json_)


@app.command()
def embed(
    audio: Annotated[Path, typer.Argument(metavar="AUDIO", help="Audio file.")],
    out: Annotated[Path, typer.Option(metavar="FILE.npz", help="Where to write codes, frames and pooled.")],
    weights: Weights = None,
    layer: Layer = None,
    device: Device = DeviceName.AUTO,
    precision: Precision = PrecisionName.AUTO,
    windows: Annotated[
        WindowName, typer.Option(help="first hears 23.8 s, as published; cover the whole file.")
    ] = WindowName.FIRST,
    json_: Json = False,
) -> None:
    """Write codes [L], frames [L, width] at 344.53 Hz and their mean, pooled [width], of one file.

    Example: merdesk jukebox embed song.mp3 --out song.npz
    """
    found = run(
        jukebox.EmbedFile(
            audio, folder=weights, layer=layer, device=device, precision=precision, window=windows.value
        )
    )
    jukebox.save_embedding(out, found)
    n_codes, width = found.frames.shape
    answer(
        {"file": str(out), "codes": n_codes, "width": width},
        f"{n_codes:,} codes and frames of width {width:,} written to {out}.",
        as_json=json_,
    )
