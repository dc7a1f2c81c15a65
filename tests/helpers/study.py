"""A small project of simulated datasets whose features and annotations are known, without a sound."""

import numpy as np

from helpers.project_rows import NINE, audio_file
from merdesk.domain.source import DatasetInfo, SourceClip, SourceRating
from merdesk.features import imported
from merdesk.features.store import FeatureStore
from merdesk.project import clips
from merdesk.project.batches import SLICE_MAX, Batch
from merdesk.project.project import Project

NAMES = ("Ash", "Birch", "Cedar", "Elm", "Fir")
GENRES = ("Rock", "Jazz")
FEATURES = "made"


def make_study(path, *, n_datasets=3, n_groups=24, per_group=2, d=6, shift=0.0, n_copied=0, seed=0):
    """Make a project; affect is linear in features, the last dataset's valence is moved by `shift`.

    The first `n_copied` clips of the second dataset are the same audio and annotations as the first dataset's.
    """
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(d, 2)) * 0.3 / np.sqrt(d)
    n = n_groups * per_group
    features = rng.normal(size=(n_datasets, n, d))
    affect = features @ truth + rng.normal(0, 0.06, (n_datasets, n, 2))
    affect[-1, :, 0] += shift
    if n_copied:
        features[1, :n_copied], affect[1, :n_copied] = features[0, :n_copied], affect[0, :n_copied]
    affect = np.clip(affect, -0.95, 0.95)
    with Project.create(path) as project:
        for number in range(n_datasets):
            _add(project, number, affect[number] * 4 + 5, per_group)
        places = clips.locations(project)
        same = {n + i: i for i in range(n_copied)}
        clips.set_digests(
            project,
            {place.track_id: b"%032d" % same.get(row, row) for row, place in enumerate(places)},
        )
        rows = {place.clip_id: features.reshape(-1, d)[row] for row, place in enumerate(places)}
        with FeatureStore.open(project.features_dir) as store:
            imported.write(store, FEATURES, [f"c{i}" for i in range(d)], rows, replace=False)
    return path


def _add(project, number, native, per_group):
    info = DatasetInfo(
        name=NAMES[number], title=f"The dataset {NAMES[number]}", scale=NINE, grouped_by="artist"
    )
    batch = Batch.begin(project, f"Import {info.name}", keep_partial=False)
    dataset_id = batch.dataset(info, loader="table")
    made = [
        SourceClip(
            source_id=f"{info.name}-{i}",
            title=f"Song {i}",
            genre=GENRES[(i // per_group) % 2],
            group=f"artist {i // per_group}",
            duration_s=45.0,
            audio=audio_file(1000 * number + i),
            ratings=(SourceRating(float(v), float(a), 0.8, 0.8, n_raters=10),),
        )
        for i, (v, a) in enumerate(native)
    ]
    for start in range(0, len(made), SLICE_MAX):
        batch.add(dataset_id, made[start : start + SLICE_MAX])
    batch.finish()
