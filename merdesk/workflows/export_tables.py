"""What an export writes, as tables of columns and under which names."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.domain.source import SourceDataset
from merdesk.errors import FeatureError
from merdesk.features import extractor
from merdesk.features.store import FeatureStore
from merdesk.project import clips, columns, models, predictions
from merdesk.project.project import Project
from merdesk.workflows.flat_tables import Columns


def file_name(name: str) -> str:
    """A dataset's or model's name as the name of a file: nothing in it leads to another folder.

    Examples
    --------
    >>> file_name("../My music"), file_name("DEAM 2"), file_name("...")
    ('My music', 'DEAM 2', 'unnamed')
    """
    return re.sub(r"[^\w .()-]+", "_", name).strip(" ._") or "unnamed"


def free_name(name: str, taken: set[str]) -> str:
    """The name, with a number after it where it is taken already; `taken` learns it."""
    wanted, n = name, 2
    while wanted.casefold() in taken:
        wanted, n = f"{name} ({n})", n + 1
    taken.add(wanted.casefold())
    return wanted


def rating_tables(sources: Iterable[SourceDataset]) -> dict[str, Columns]:
    """One table of ratings and one of samples over all datasets; native values, and on [-1, 1]."""
    ratings: list[tuple[Any, ...]] = []
    samples: list[tuple[Any, ...]] = []
    for dataset in sources:
        scale = dataset.info.scale
        for clip in dataset.clips:
            about = (
                dataset.info.name,
                clip.source_id,
                clip.title,
                clip.artist,
                clip.genre,
                clip.group,
                clip.split,
            )
            for said in clip.ratings:
                unit = scale.to_unit([said.valence, said.arousal]).tolist()
                native = (said.valence, said.arousal, said.valence_std, said.arousal_std)
                ratings.append((*about, said.annotator, *native, said.n_raters, *unit))
            if clip.trace is not None:
                units = clip.trace.scale.to_unit(clip.trace.affect)
                samples += [
                    (dataset.info.name, clip.source_id, time_s, *native, *unit)
                    for time_s, native, unit in zip(
                        clip.trace.time_s.tolist(), clip.trace.affect.tolist(), units.tolist(), strict=True
                    )
                ]
    head = (
        "dataset", "id", "title", "artist", "genre", "group", "split", "annotator", "valence", "arousal",
        "valence_std", "arousal_std", "n_raters", "valence_unit", "arousal_unit",
    )  # fmt: skip
    tables = {"annotations": _columns(head, ratings)}
    if samples:
        columns_of_traces = ("dataset", "id", "time_s", "valence", "arousal", "valence_unit", "arousal_unit")
        tables["traces"] = _columns(columns_of_traces, samples)
    return tables


def stored_names(store_dir: Path) -> list[str]:
    """Names of the feature sets that hold any clip, the oldest first."""
    with FeatureStore.open(store_dir) as store:
        return list(dict.fromkeys(found.features.extractor for found in store.sets() if found.n_clips))


def dimension_names(name: str, width: int) -> tuple[str, ...]:
    """A name for each column of a feature set: its extractor's words, or the set's name with a number."""
    try:
        words = extractor(name).dimension_names
    except FeatureError:  # imported, or an extractor whose weights are not here
        words = ()
    if len(words) == width:
        return words
    return tuple(f"{name} {number}" for number in range(width))


def _columns(head: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Columns:
    return {name: [row[n] for row in rows] for n, name in enumerate(head)}


def prediction_tables(project: Project) -> dict[str, Columns]:
    """A table for each model that has predicted; annotations beside predictions, on [-1, 1]."""
    loaded = columns.load(project)
    names = {found.id: found for found in clips.labels(project)}
    tables: dict[str, Columns] = {}
    taken: set[str] = set()
    for model in models.all(project):
        assert model.id is not None
        parts = predictions.of_model(project, model.id)
        ids = np.concatenate([part.clip_ids for part in parts])
        if not len(ids):
            continue
        affect = np.concatenate([part.affect for part in parts])
        truth = np.full((len(ids), 2), np.nan)
        known = np.isin(ids, loaded.ids)
        truth[known] = loaded.affect[loaded.rows_of(ids[known])]
        tables[f"predictions-{free_name(file_name(model.name), taken)}"] = {
            "clip_id": ids,
            "dataset": [names[key].dataset for key in ids.tolist()],
            "id": [names[key].source_id for key in ids.tolist()],
            "title": [names[key].title for key in ids.tolist()],
            "valence": affect[:, 0],
            "arousal": affect[:, 1],
            "held_out": np.repeat([part.held_out for part in parts], [len(part.clip_ids) for part in parts]),
            "valence_annotated": truth[:, 0],
            "arousal_annotated": truth[:, 1],
        }
    return tables
