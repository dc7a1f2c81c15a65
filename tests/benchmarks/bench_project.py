"""How long a project of 100,000 clips takes: `python tests/benchmarks/bench_project.py [N_CLIPS]` (PYTHONPATH=tests)."""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import figures
import numpy as np
from helpers.project_rows import dataset_info, source_clip

from merdesk.domain.affect import Affect
from merdesk.domain.prediction import Predictions
from merdesk.project import annotations, annotators, clips, columns, datasets, history, models, predictions
from merdesk.project.batches import SLICE_MAX, Batch
from merdesk.project.project import Project


def timed(label, call):
    """Print and return in ms how long a call took."""
    start = time.perf_counter()
    call()
    took_ms = (time.perf_counter() - start) * 1e3
    sys.stdout.write(f"{label:<44}{took_ms:10.2f} ms\n")
    figures.note(f"project: {label}", [took_ms])
    return took_ms


def median_of(label, calls):
    took = []
    for call in calls:
        start = time.perf_counter()
        call()
        took.append((time.perf_counter() - start) * 1e3)
    sys.stdout.write(f"{label:<44}{statistics.median(took):10.2f} ms, worst {max(took):.2f}\n")
    figures.note(f"project: {label}", took)


def main(n_clips=100_000):
    with tempfile.TemporaryDirectory() as folder, Project.create(Path(folder) / "p.merdesk") as project:
        batch = Batch.begin(project, "Import", keep_partial=False)
        dataset_id = batch.dataset(dataset_info(), loader="table")
        slices = (
            [source_clip(n) for n in range(start, min(start + SLICE_MAX, n_clips))]
            for start in range(0, n_clips, SLICE_MAX)
        )
        median_of("add a slice of 500 clips", [lambda s=s: batch.add(dataset_id, s) for s in slices])
        timed("finish the batch", batch.finish)
        timed("columns.load", lambda: columns.load(project))
        timed("columns.load from the cache", lambda: columns.load(project))
        shown = columns.load(project)
        ann = annotators.named(project, "Ann")
        said = []

        def rate(clip_id):
            said.append(
                annotations.rate(project, clip_id=clip_id, annotator_id=ann, unit=Affect(clip_id / 1000, 0))
            )

        median_of("rate a clip", [lambda i=i: rate(i) for i in range(1, 201)])
        median_of("undo a rating", [lambda: history.undo(project)] * 200)
        median_of("redo a rating", [lambda: history.redo(project)] * 200)
        timed("columns.patched", lambda: columns.patched(project, shown, said[-1]))
        model = models.add(project, models.ModelRow("m", "ridge", "chroma", ("set",)))
        said_all = Predictions(shown.ids, np.zeros((len(shown), 2)))
        timed("predictions.replace", lambda: predictions.replace(project, model, said_all))
        timed("columns.load with predictions", lambda: columns.load(project))
        timed("clips.search", lambda: clips.search(project, "song 77"))
        timed("clips.locations", lambda: clips.locations(project))
        timed("clips.known_files", lambda: clips.known_files(project))
        timed("datasets.all", lambda: datasets.all(project))
        timed("remove the dataset", lambda: datasets.remove(project, dataset_id))
        timed("undo its removal", lambda: history.undo(project))
        for _ in range(200):
            history.undo(project)
        timed("undo the batch", lambda: history.undo(project))
        timed("redo the batch", lambda: history.redo(project))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
