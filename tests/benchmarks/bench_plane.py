"""Milliseconds of the plane at 1000x800: `PYTHONPATH=tests python tests/benchmarks/bench_plane.py [N_CLIPS...]`.

Each frame is a change of the range and a repaint; `peer` is a frame of pyqtgraph's ScatterPlotItem with as many points,
in the same run. `--numpy` measures without the compiled loops. A busy machine shows in the load average, which is
printed too.
"""

import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import figures
import numpy as np
import pyqtgraph as pg
from helpers.columns import some_columns
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from merdesk.exploration import compiled
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.hover_card import HoverText
from merdesk.ui.theme.theme import Theme

N_FRAMES = 60


def milliseconds(call, n):
    """How long each of n calls took."""
    took = []
    for step in range(n):
        start = time.perf_counter()
        call(step)
        took.append((time.perf_counter() - start) * 1e3)
    return took


def things(theme, n_clips):
    """Name and figures of each thing one does with the plane."""
    columns = some_columns(n_clips)
    plane = AffectPlane(theme, lambda clip_id: HoverText(str(clip_id), "", ""))
    plane.resize(1000, 800)
    plane.show()
    QApplication.processEvents()
    canvas, rng = plane.canvas, np.random.default_rng(0)
    places = [QPointF(x, y) for x, y in rng.uniform(200, 600, (300, 2)).tolist()]
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    corners = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (0.4 + 0.2 * rng.random((200, 1)))

    def framed(change):
        change()
        canvas.viewport().repaint()

    yield "build", milliseconds(lambda _: framed(lambda: plane.set_clips(columns)), 3)
    yield "pan", milliseconds(lambda i: framed(lambda: canvas.view.translateBy(x=0.01 * (-1) ** i)), N_FRAMES)
    yield "zoom", milliseconds(lambda i: framed(lambda: canvas.zoom(1.05 ** ((-1) ** i))), N_FRAMES)
    yield "hover", milliseconds(lambda i: canvas.hovered_px.emit(places[i]), len(places))
    yield (
        "recolour",
        milliseconds(lambda i: framed(lambda: plane.set_colouring(("genre", "dataset")[i % 2])), 6),
    )
    yield "lasso", milliseconds(lambda _: canvas.lassoed.emit(corners), 10)
    plane.deleteLater()
    yield "peer, pan", peer(columns.affect)


def peer(xy):
    """The same with pyqtgraph's own item, which paints each point by itself."""
    view = pg.PlotWidget()
    view.resize(1000, 800)
    view.addItem(pg.ScatterPlotItem(pos=xy, size=3, pen=None, brush="r"))
    view.show()
    QApplication.processEvents()
    box = view.getPlotItem().getViewBox()

    def frame(step):
        box.translateBy(x=0.01 * (-1) ** step)
        view.viewport().repaint()

    took = milliseconds(frame, 6)
    view.close()
    return took


def main(arguments):
    """Print figures for each number of clips."""
    theme = Theme(QApplication([]), "dark")
    if "--numpy" not in arguments:
        compiled.load()
    arguments = [argument for argument in arguments if argument != "--numpy"]
    for n_clips in [int(argument) for argument in arguments] or [2_000, 20_000, 100_000]:
        sys.stdout.write(f"{n_clips:,} clips    median      p95 ms    load {os.getloadavg()[0]:.1f}\n")
        took = {}
        for name, took[name] in things(theme, n_clips):
            sys.stdout.write("  {:<12}{:8.2f} {:8.2f}\n".format(name, *np.percentile(took[name], (50, 95))))
        peer_took = took.pop("peer, pan")
        for name, times in took.items():
            figures.note(f"plane, {n_clips:,} clips: {name}", times, peer=peer_took if name == "pan" else ())


if __name__ == "__main__":
    main(sys.argv[1:])
