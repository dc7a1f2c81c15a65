"""Annotations as JAMS: one JSON document a clip, namespace `mood_thayer`, valence first, and back again.

Values are the native ones; what the namespace has no place for (scale, deviations, samples without a value) stands in
the sandbox of each annotation, what is known of the dataset in `dataset.json` beside the documents.

References
----------
Humphrey, E. J., et al. (2014). JAMS: A JSON annotated music specification for reproducible MIR research. ISMIR.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from merdesk.datasets.export import dataset_record
from merdesk.datasets.reading import segment
from merdesk.datasets.table import MAX_RATERS
from merdesk.datasets.tables import LARGEST
from merdesk.domain.affect import AffectScale
from merdesk.domain.arrays import FloatArray
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating, SourceTrace

JAMS_VERSION = "0.3.5"
NAMESPACE = "mood_thayer"
PUBLISHED = "published summary"
"""Annotator of what a dataset published."""


def as_jams(dataset: SourceDataset) -> dict[str, str]:
    """Return a document for each clip by file name, without annotation for a clip that has none, and `dataset.json`."""
    records = ((clip.source_id, clip_record(clip, dataset.info)) for clip in dataset.clips)
    about = json.dumps(dataset_record(dataset), indent=1, ensure_ascii=False) + "\n"
    return documents(records) | {"dataset.json": about}


def documents(records: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """Return the texts of documents, each with its clip's id, by a file name that no two of them share."""
    names: dict[str, str] = {}
    for source_id, record in records:
        stem = re.sub(r"[^\w.-]+", "_", source_id).strip(".") or "clip"
        name = stem if stem not in names else f"{stem}_{len(names)}"
        names[name] = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return {f"{name}.jams": text for name, text in names.items()}


def clip_record(clip: SourceClip, info: DatasetInfo) -> dict[str, Any]:
    """Return one clip as a JAMS document; `duration` is left out where it is unknown."""
    duration_s = length_s(clip)
    metadata: dict[str, Any] = {
        "title": clip.title,
        "artist": clip.artist,
        "release": clip.album,
        "identifiers": {"dataset": info.name, "id": clip.source_id, "file": clip.file_name},
        "jams_version": JAMS_VERSION,
    }
    if duration_s:
        metadata["duration"] = duration_s
    annotations = [static_record(rating, info, duration_s) for rating in clip.ratings]
    if clip.trace is not None:
        annotations.append(dynamic_record(clip.trace, info, duration_s))
    sandbox = {
        "genre": clip.genre,
        "group": clip.group,
        "split": clip.split,
        "onset_s": clip.onset_s,
        "duration_s": clip.duration_s,
        "segment_s": None if clip.segment_s is None else list(clip.segment_s),
        "licence": info.licence,
        "citation": info.citation,
    }
    return {"file_metadata": metadata, "annotations": annotations, "sandbox": sandbox}


def length_s(clip: SourceClip) -> float:
    """What is known of the clip's length: stated, probed, or at least where its trace ends; 0 for nothing."""
    if clip.duration_s is not None:
        return clip.duration_s
    if clip.audio is not None:
        return max(0.0, clip.audio.duration_s - clip.onset_s)
    return float(clip.trace.time_s[-1]) if clip.trace is not None and len(clip.trace.time_s) else 0.0


def static_record(rating: SourceRating, info: DatasetInfo, duration_s: float) -> dict[str, Any]:
    """Return a rating as an annotation of a JAMS document."""
    observation = {
        "time": 0.0,
        "duration": duration_s,
        "value": [rating.valence, rating.arousal],
        "confidence": None,
    }
    spread = [rating.valence_std, rating.arousal_std]
    sandbox: dict[str, Any] = {"kind": "static", "n_raters": rating.n_raters, "scale": _scale(info.scale)}
    if np.isfinite(spread).any():
        sandbox["standard_deviation"] = _nulls(np.array([spread]))[0]
    return _annotation(info, rating.annotator, [observation], sandbox, duration_s)


def dynamic_record(
    trace: SourceTrace, info: DatasetInfo, duration_s: float, annotator: str = ""
) -> dict[str, Any]:
    """Return a trace as an annotation of a JAMS document; a published one names no annotator.

    A sample holds until the next one; those that lack a value stand in the sandbox, for the namespace has no null.
    """
    held_s = np.diff(trace.time_s, append=trace.time_s[-1:])
    sandbox: dict[str, Any] = {"kind": "dynamic", "scale": _scale(trace.scale)}
    known = np.isfinite(trace.affect).all(axis=1)
    if not known.all():
        lacking = np.column_stack([trace.time_s, trace.affect])[~known]
        sandbox["incomplete_samples"] = _nulls(lacking)
    if trace.spread is not None:
        sandbox["standard_deviation"] = _nulls(np.concatenate([trace.spread[known], trace.spread[~known]]))
    observations = [
        {
            "time": float(time_s),
            "duration": float(held),
            "value": [float(affect[0]), float(affect[1])],
            "confidence": None,
        }
        for time_s, held, affect in zip(trace.time_s, held_s, trace.affect, strict=True)
        if np.isfinite(affect).all()
    ]
    return _annotation(info, annotator, observations, sandbox, duration_s)


def _nulls(values: FloatArray) -> list[list[float | None]]:
    """Numbers for JSON, which knows no NaN."""
    return [[float(value) if np.isfinite(value) else None for value in row] for row in values]


def _annotation(
    info: DatasetInfo,
    annotator: str,
    data: list[dict[str, Any]],
    sandbox: Mapping[str, Any],
    duration_s: float,
) -> dict[str, Any]:
    return {
        "namespace": NAMESPACE,
        "annotation_metadata": {
            "corpus": info.name,
            "annotator": {"name": annotator} if annotator else {"name": PUBLISHED},
            "annotation_rules": f"{info.emotion} emotion",
            "data_source": info.title,
        },
        "data": data,
        "sandbox": dict(sandbox),
        "time": 0.0,
        "duration": duration_s,
    }


def _scale(scale: AffectScale) -> dict[str, Any]:
    return asdict(scale)


# Reading


def clip_of(record: Mapping[str, Any]) -> SourceClip:
    """The clip of a document that `clip_record` made.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError
        When the document is another one.
    """
    metadata, sandbox = record["file_metadata"], record["sandbox"]
    said = [one for one in record["annotations"] if one["namespace"] == NAMESPACE]
    traces = [_trace_of(one) for one in said if one["sandbox"]["kind"] == "dynamic"]
    segment_s, duration_s = sandbox["segment_s"], sandbox["duration_s"]
    return SourceClip(
        source_id=str(metadata["identifiers"]["id"]),
        title=str(metadata["title"]),
        artist=str(metadata["artist"]),
        album=str(metadata["release"]),
        genre=str(sandbox["genre"]),
        group=str(sandbox["group"]),
        split=str(sandbox["split"]),
        onset_s=_finite(sandbox["onset_s"]),
        duration_s=None if duration_s is None else _finite(duration_s),
        ratings=tuple(_rating_of(one) for one in said if one["sandbox"]["kind"] == "static"),
        trace=traces[0] if traces else None,
        file_name=str(metadata["identifiers"]["file"]),
        segment_s=None if segment_s is None else segment(*map(_finite, segment_s)),
    )


def _rating_of(annotation: Mapping[str, Any]) -> SourceRating:
    valence, arousal = annotation["data"][0]["value"]
    name, sandbox = annotation["annotation_metadata"]["annotator"]["name"], annotation["sandbox"]
    valence_std, arousal_std = np.array(
        sandbox.get("standard_deviation", [None, None]), dtype=np.float64
    ).tolist()
    n_raters = sandbox["n_raters"]
    if (
        not (isinstance(n_raters, int) and 1 <= n_raters <= MAX_RATERS)
        or max(valence_std, arousal_std) > LARGEST
    ):
        raise ValueError("its rating has a number of annotators or a deviation that is none")
    return SourceRating(
        _finite(valence),
        _finite(arousal),
        valence_std,
        arousal_std,
        n_raters=n_raters,
        annotator="" if name == PUBLISHED else str(name),
    )


def _finite(value: Any) -> float:
    number = float(value)
    if not abs(number) <= LARGEST:
        raise ValueError(f"{value!r} is no finite number")
    return number


def _trace_of(annotation: Mapping[str, Any]) -> SourceTrace:
    sandbox = annotation["sandbox"]
    samples = [[one["time"], *one["value"]] for one in annotation["data"]]
    rows = np.array([*samples, *sandbox.get("incomplete_samples", [])], dtype=np.float64).reshape(-1, 3)
    if np.isnan(rows[:, 0]).any() or (np.abs(rows) > LARGEST).any():
        raise ValueError("its trace has a time or a value that is no number")
    order = np.argsort(rows[:, 0], kind="stable")
    spread = sandbox.get("standard_deviation")
    return SourceTrace(
        rows[order, 0],
        rows[order, 1:],
        AffectScale(**sandbox["scale"]),
        None if spread is None else np.array(spread, dtype=np.float64).reshape(-1, 2)[order],
    )
