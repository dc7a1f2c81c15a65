"""Milliseconds of the Matrix view: `PYTHONPATH=tests python tests/benchmarks/bench_models.py`.

Five datasets, every row with the best unions, 1,030x700: `cell` goes to another cell (words, decomposition, repaint of
the whole view), `measure` shows another measure, `duplicates` turns the switch. The bar is 50 ms. Processor time, so
that other work on the machine does not count.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from helpers.study import FEATURES, make_study
from PySide6.QtWidgets import QApplication

from merdesk.project.project import Project
from merdesk.ui.models.matrix_view import MatrixView
from merdesk.ui.theme.theme import Theme
from merdesk.workflows.evaluate import EvaluateModels, EvaluateRequest
from merdesk.workflows.workflow import run_here

N_TIMES = 100


def measured(folder):
    """An evaluation of five datasets."""
    path = make_study(Path(folder) / "s.merdesk", n_datasets=5, n_groups=24, n_copied=10)
    with Project.open(path) as project:
        return run_here(EvaluateModels(project, EvaluateRequest((FEATURES,), recommend=True)))


def milliseconds(view, call):
    """Median and 95th percentile of a change and the repaint after it."""
    took = []
    for step in range(N_TIMES):
        start = time.process_time()
        call(step)
        QApplication.processEvents()
        view.repaint()
        took.append((time.process_time() - start) * 1e3)
    return "{:8.2f} {:8.2f}".format(*np.percentile(took, (50, 95)))


def main(_arguments):
    """Print the figures."""
    application = QApplication([])
    view = MatrixView(Theme(application, "dark"))
    view.resize(1030, 700)
    with tempfile.TemporaryDirectory() as folder:
        view.show_evaluation(measured(folder))
    view.show()
    application.processEvents()
    places = list(view.plot.cells)
    print(f"{len(places)} cells, load {os.getloadavg()[0]:.1f}")
    for name, call in (
        ("cell", lambda step: view.plot.pick(places[step % len(places)])),
        ("measure", lambda step: view.measure.setCurrentIndex(step % view.measure.count())),
        ("duplicates", lambda step: view.duplicates.setChecked(step % 2 == 0)),
    ):
        print(f"{name:12s} {milliseconds(view, call)}")


if __name__ == "__main__":
    main(sys.argv[1:])
