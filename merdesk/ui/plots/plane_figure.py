"""What the figure of a plane says beside the picture: legend, what colours and shapes stand for, n."""

import numpy as np

from merdesk.domain.arrays import BoolArray
from merdesk.ui.plots.colouring import Colouring
from merdesk.ui.plots.figure import Figure, LegendBlock, shortened
from merdesk.ui.plots.legend import LegendEntry, entries_of
from merdesk.ui.plots.markers import marker_of
from merdesk.ui.plots.plane_canvas import PlaneCanvas
from merdesk.ui.plots.plane_scene import PlaneScene
from merdesk.ui.theme.figures import count
from merdesk.ui.theme.theme import Theme

PLACED_BY = {
    "annotation": "Placed by annotation",
    "prediction": "Placed by prediction (hollow)",
    "both": "Placed by annotation, joined to the prediction (hollow)",
}


def plane_figure(
    canvas: PlaneCanvas,
    theme: Theme,
    scene: PlaneScene,
    colouring: Colouring,
    note: str,
    placed: str = "",
    *,
    shaped: bool = False,
) -> Figure:
    """A figure of what the canvas shows; `placed` says by what the axes are, where it is not valence and arousal."""
    shown = np.isfinite(scene.place[:, 0])
    words = [f"n = {count(scene.n_clips)} {'clip' if scene.n_clips == 1 else 'clips'}"]
    by = scene.shown if scene.columns.predicted[shown].any() else "annotation"
    words.append(placed or f"{PLACED_BY[by]}, valence and arousal on [\N{MINUS SIGN}1, 1]")
    words.append(f"Colour: {colouring.title.lower()}")
    if note:
        words.append(note.rstrip("."))
    return Figure(
        canvas,
        theme,
        canvas.content_px(),
        _blocks(scene, colouring, shown, theme, shaped=shaped),
        ". ".join(words) + ".",
    )


def _blocks(
    scene: PlaneScene, colouring: Colouring, shown: BoolArray, theme: Theme, *, shaped: bool
) -> tuple[LegendBlock, ...]:
    datasets = _datasets(scene, colouring, shown, theme)
    blocks = []
    if colouring.bounds is not None:
        blocks.append(LegendBlock(colouring.title, scale=colouring))
    elif shaped or colouring.kind != "dataset":
        entries = shortened(entries_of(colouring, shown, shaped=shaped), theme.palette.no_category)
        blocks.append(LegendBlock(colouring.title, entries))
    if not shaped and (colouring.kind == "dataset" or len(datasets) > 1):
        blocks.append(LegendBlock("Dataset", shortened(datasets, theme.palette.no_category)))
    return tuple(blocks)


def _datasets(scene: PlaneScene, colouring: Colouring, shown: BoolArray, theme: Theme) -> list[LegendEntry]:
    codes = scene.columns.dataset[shown]
    names = scene.columns.dataset_names
    numbers = np.bincount(codes[codes >= 0], minlength=len(names))
    colours = colouring.colours if colouring.kind == "dataset" else (theme.palette.text,) * len(names)
    return [
        LegendEntry(name, name, int(n), colours[code], marker_of(code))
        for code, (name, n) in enumerate(zip(names, numbers, strict=True))
        if n
    ]
