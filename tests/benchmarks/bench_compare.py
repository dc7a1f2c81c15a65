"""Milliseconds of Compare's plane and the matrix: `PYTHONPATH=tests python tests/benchmarks/bench_compare.py [N_CLIPS]`.

`pan` is a frame of the plane with every residual as a line, 1000x800; 60 frames a second leave 16.7 ms. `matrix` is a
repaint of 8 rows by 5 datasets, valence and arousal. Processor time, so that other work on the machine does not count.
"""

import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from helpers.columns import some_columns
from PySide6.QtWidgets import QApplication

from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.hover_card import HoverText
from merdesk.ui.plots.matrix import MatrixPlot
from merdesk.ui.plots.matrix_cell import MatrixCell
from merdesk.ui.plots.residual_field import ResidualField
from merdesk.ui.theme.theme import Theme

N_FRAMES = 120
ROWS, DATASETS = 8, 5


def milliseconds(call):
    """Median and 95th percentile."""
    took = []
    for step in range(N_FRAMES):
        start = time.process_time()
        call(step)
        took.append((time.process_time() - start) * 1e3)
    return "{:8.2f} {:8.2f}".format(*np.percentile(took, (50, 95)))


def main(arguments):
    """Print the figures."""
    n_clips = int(arguments[0]) if arguments else 4000
    application = QApplication([])
    theme = Theme(application, "dark")
    columns = some_columns(n_clips)
    plane = AffectPlane(theme, lambda clip_id: HoverText(str(clip_id), "", ""))
    plane.set_shown("both")
    plane.set_clips(columns)
    field = ResidualField(theme)
    plane.canvas.view.addItem(field, ignoreBounds=True)
    rng = np.random.default_rng(0)
    ends = np.clip(columns.affect + rng.normal(0, 0.3, (n_clips, 2)), -1, 1)
    field.show_lines(np.stack([columns.affect, ends], axis=1))
    plane.resize(1000, 800)
    plane.show()
    application.processEvents()

    def pan(step):
        plane.canvas.view.translateBy(x=0.01 * (-1) ** step)
        plane.canvas.viewport().repaint()

    print(f"pan, {field.n_lines} lines  {milliseconds(pan)}   load {os.getloadavg()[0]:.1f}")
    matrix = MatrixPlot(theme)
    cells = {
        (row, column): MatrixCell(float(rng.random()), "0.42", "0.30 to 0.51", ceiling=0.9, words="words")
        for row in range(ROWS)
        for column in range(2 * DATASETS)
    }
    matrix.show_cells([f"Train {n}" for n in range(ROWS)], [f"Set {n}" for n in range(DATASETS)], cells)
    matrix.resize(1500, 520)
    matrix.show()
    application.processEvents()
    print(f"matrix              {milliseconds(lambda _: matrix.repaint())}")


if __name__ == "__main__":
    main(sys.argv[1:])
