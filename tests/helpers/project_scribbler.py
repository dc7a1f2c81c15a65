"""Random edits on a project: used by the property test, and as a program by the test that kills it.

As a program: `python project_scribbler.py edits|batch PATH SEED N [keep]`, one line a committed operation.
"""

import random
import sys
from pathlib import Path

import numpy as np

from helpers.project_rows import audio_file, clip_ids, dataset_info, source_clip
from merdesk.domain.affect import Affect, AffectScale
from merdesk.domain.changes import Changes
from merdesk.domain.prediction import Predictions
from merdesk.domain.rating import UNKNOWN_CIRCUMSTANCES, Comparison, Rating
from merdesk.domain.source import SourceRating, SourceTrace
from merdesk.project import (
    annotations,
    annotators,
    batches,
    clips,
    comparisons,
    datasets,
    genres,
    history,
    models,
    predictions,
    provenance,
    ratings,
    repairs,
    roots,
)
from merdesk.project.project import Project

EDITS = (
    "rate", "rate", "answer", "compare", "rate_batch", "unrate", "trace", "drag", "import", "folder", "into", "rename", "remove", "map", "exchange",
    "split", "revert", "locate", "locate_batch", "move", "annotator", "unmodel", "discard", "nothing",
)  # fmt: skip
OTHERS = ("tidy", "predict", "model", "digest", "abandon")
"""What is done beside the history."""


class Scribbler:
    """Does one named operation after the other; `a` and `b` choose what it is done to."""

    def __init__(self, project):
        self.project = project
        self.n_sources = 0
        self.ann = annotators.named(project, "Ann")

    def do(self, kind, a, b):
        """Do it, and say what changed; None when nothing was there to do it to."""
        if kind in ("undo", "redo"):
            return getattr(history, kind)(self.project)
        return getattr(self, f"_{kind}")(a, b)

    def _clip(self, a):
        ids = clip_ids(self.project)
        return ids[a % len(ids)] if ids else None

    def _dataset(self, a):
        rows = datasets.all(self.project)
        return rows[a % len(rows)] if rows else None

    def _new_clips(self, n):
        first = self.n_sources
        self.n_sources += n
        return [source_clip(number) for number in range(first, first + n)]

    def _rate(self, a, b, gesture=None):
        clip_id = self._clip(a)
        if clip_id is not None:
            unit = Affect((b % 21 - 10) / 10, (b % 7 - 3) / 3)
            return annotations.rate(
                self.project, clip_id=clip_id, annotator_id=self.ann, unit=unit, gesture=gesture
            )
        return None

    def _drag(self, a, b):
        said = [self._rate(a, b + step, gesture=f"drag {a} {b}") for step in range(3)]
        return None if None in said else said[0] | said[1] | said[2]

    def _answer(self, a, b):
        clip_id = self._clip(a)
        if clip_id is not None:
            rating = Rating(Affect((b % 21 - 10) / 10, 0) if b % 3 else None, b % 5 + 1, ("tag",))
            return ratings.give(self.project, clip_id=clip_id, annotator_id=self.ann, rating=rating)
        return None

    def _compare(self, a, b):
        ids = clip_ids(self.project)
        if len(ids) > 1:
            pair = ids[a % len(ids)], ids[(a + 1 + b % (len(ids) - 1)) % len(ids)]
            answers = [Comparison(*pair, "arousal", b % 3 - 1)]
            return comparisons.add(
                self.project, answers, annotator_id=self.ann, circumstances=UNKNOWN_CIRCUMSTANCES
            )
        return None

    def _rate_batch(self, a, b):
        batch = batches.Batch.begin(self.project, "Import ratings", keep_partial=False)
        ratings = [
            (clip_id, SourceRating(b % 9 + 1, 5, annotator="w1")) for clip_id in clip_ids(self.project)
        ]
        return batch.rate(ratings, source="study") | batch.finish()

    def _unrate(self, a, b):
        clip_id = self._clip(a)
        if clip_id is not None:
            return annotations.remove(self.project, clip_id=clip_id, annotator_id=self.ann)
        return None

    def _trace(self, a, b):
        clip_id = self._clip(a)
        if clip_id is not None:
            trace = SourceTrace(np.arange(3.0), np.full((3, 2), b / 100), AffectScale(-1, 1, -1, 1))
            return annotations.put_trace(self.project, clip_id=clip_id, annotator_id=self.ann, trace=trace)
        return None

    def _batch(self, label, n_slices, n, *, into=None, name="", keep_partial=False, discard=False):
        batch = batches.Batch.begin(self.project, label, keep_partial=keep_partial)
        dataset_id = into or batch.dataset(dataset_info(name), loader="folder")
        changes = Changes()
        for _ in range(n_slices):
            changes |= batch.add(dataset_id, self._new_clips(n))
        return changes | (batch.discard() if discard else batch.finish())

    def _import(self, a, b):
        return self._batch("Import", 1, a % 4 + 1, name=f"set {b % 3}")

    def _folder(self, a, b):
        return self._batch("Import folder", 2, a % 3 + 1, name=f"folder {b % 2}", keep_partial=True)

    def _into(self, a, b):
        target = self._dataset(a)
        if target is not None:
            return self._batch("Add to folder", 1, b % 3 + 1, into=target.id, keep_partial=bool(b % 2))
        return None

    def _abandon(self, a, b):
        return self._batch("Abandon", 1, a % 3 + 1, name="lost", discard=True)

    def _discard(self, a, b):
        return self._batch("Import folder", 1, 1, name="thrown away", keep_partial=True, discard=True)

    def _rename(self, a, b):
        dataset = self._dataset(a)
        name = f"name {b % 5}"
        if dataset is not None and name not in {row.info.name for row in datasets.all(self.project)}:
            return datasets.rename(self.project, dataset.id, name)
        return None

    def _remove(self, a, b):
        dataset = self._dataset(a)
        if dataset is not None:
            return datasets.remove(self.project, dataset.id)
        return None

    def _map(self, a, b):
        dataset = self._dataset(a)
        if dataset is not None:
            return genres.set_mapping(
                self.project, {(dataset.id, "Rock"): f"g{b % 3}", (dataset.id, "Jazz"): f"g{b % 2}"}
            )
        return None

    def _exchange(self, a, b):
        dataset = self._dataset(a)
        if dataset is not None:
            ids = clip_ids(self.project)[: b % 5] or None
            return provenance.add(
                self.project, title="Exchange", kind=repairs.EXCHANGE, dataset_id=dataset.id, clip_ids=ids
            )
        return None

    def _split(self, a, b):
        ids = clip_ids(self.project)
        if ids:
            return provenance.set_splits(
                self.project, {clip_id: ("train", "test")[clip_id % 2] for clip_id in ids}
            )
        return None

    def _revert(self, a, b):
        entries = provenance.all(self.project)
        if entries:
            return provenance.set_reverted(self.project, entries[a % len(entries)].id, reverted=bool(b % 2))
        return None

    def _locate(self, a, b):
        clip_id = self._clip(a)
        if clip_id is not None:
            track_id = clips.get(self.project, clip_id).track.id
            return clips.locate(self.project, {track_id: audio_file(b, b"/elsewhere")})
        return None

    def _locate_batch(self, a, b):
        tracks = sorted({place.track_id for place in clips.locations(self.project)})
        batch = batches.Batch.begin(self.project, "Locate all", keep_partial=False)
        batch.locate({track_id: audio_file(track_id, b"/moved%d" % (b % 3)) for track_id in tracks})
        return batch.finish()

    def _move(self, a, b):
        known = roots.all(self.project)
        if known:
            return roots.move(self.project, known[a % len(known)].id, Path(f"/root{b % 4}"))
        return None

    def _annotator(self, a, b):
        name = ("Ann", "Bea", "Cid")[b % 3]
        if name not in {one.name for one in annotators.all(self.project, annotators.WINDOW)}:
            return annotators.rename(self.project, self.ann, name)
        return None

    def _unmodel(self, a, b):
        known = models.all(self.project)
        if known:
            return models.remove(self.project, known[a % len(known)].id)
        return None

    def _nothing(self, a, b):
        with history.edit(self.project, "Nothing") as edit:
            self.project.database.execute("UPDATE dataset SET name = name")
        return edit.changes

    def _tidy(self, a, b):
        while self.project.tidy(1.0):
            pass
        return Changes()

    def _model(self, a, b):
        if models.find(self.project, f"model {a % 3}") is None:
            models.add(self.project, models.ModelRow(f"model {a % 3}", "ridge", "chroma", ("set 0",)))
            return models.set_current(self.project, None)
        return None

    def _predict(self, a, b):
        """Predict each clip's source number, so that a prediction tells which clip it was made for."""
        known = models.all(self.project)
        rows = self.project.database.rows("SELECT id, CAST(source_id AS INTEGER) FROM seen_clip")
        if known and rows:
            table = np.array(rows, dtype=float)
            said = Predictions(table[:, 0].astype(int), table[:, [1, 1]], held_out=bool(b % 2))
            return predictions.add(self.project, known[a % len(known)].id, said)
        return None

    def _digest(self, a, b):
        places = clips.locations(self.project)
        return clips.set_digests(self.project, {one.track_id: str(one.path).encode() for one in places})


def random_operations(seed, n):
    """The same n operations for the same seed; half of them can be undone, a third undo and redo."""
    generator = random.Random(seed)
    yield from (("import", 3, 0), ("folder", 2, 1), ("model", 0, 0))
    for _ in range(n):
        kind = generator.choice((*EDITS, *OTHERS, *["undo", "redo"] * 6))
        yield kind, generator.randrange(1000), generator.randrange(1000)


def tell(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(what, path, seed, n, *keep):
    with Project.open(Path(path)) as project:
        tell("open")
        if what == "edits":
            scribbler = Scribbler(project)
            for operation in random_operations(int(seed), int(n)):
                scribbler.do(*operation)
                tell(operation[0])
        else:
            batch = batches.Batch.begin(project, "Import", keep_partial=bool(keep))
            dataset_id = batch.dataset(dataset_info("big"), loader="folder")
            for start in range(0, 50 * int(n), 50):
                batch.add(dataset_id, [source_clip(start + i) for i in range(50)])
                tell("slice")
            batch.finish()
            tell("finished")


if __name__ == "__main__":
    main(*sys.argv[1:])
