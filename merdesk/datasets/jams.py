"""Annotations as JAMS: one JSON document a clip, namespace `mood_thayer`, valence first.

Values are the native ones; their scale stands in the sandbox of each annotation, because the namespace has none.

References
----------
Humphrey, E. J., et al. (2014). JAMS: A JSON annotated music specification for reproducible MIR research. ISMIR.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from merdesk.domain.affect import AffectScale
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating, SourceTrace

JAMS_VERSION = "0.3.5"
NAMESPACE = "mood_thayer"


def as_jams(dataset: SourceDataset) -> dict[str, str]:
    """Return a document for each clip that has an annotation, by file name."""
    names: dict[str, str] = {}
    for clip in dataset.clips:
        if clip.ratings or clip.trace is not None:
            stem = re.sub(r"[^\w.-]+", "_", clip.source_id).strip(".") or "clip"
            name = stem if stem not in names else f"{stem}_{len(names)}"
            names[name] = (
                json.dumps(clip_record(clip, dataset.info), indent=1, ensure_ascii=False, allow_nan=False)
                + "\n"
            )
    return {f"{name}.jams": text for name, text in names.items()}


def clip_record(clip: SourceClip, info: DatasetInfo) -> dict[str, Any]:
    """Return one clip as a JAMS document; `duration` is left out where it is unknown."""
    duration_s = _duration_s(clip)
    metadata: dict[str, Any] = {
        "title": clip.title,
        "artist": clip.artist,
        "release": clip.album,
        "identifiers": {"dataset": info.name, "id": clip.source_id, "file": clip.file_name},
        "jams_version": JAMS_VERSION,
    }
    if duration_s:
        metadata["duration"] = duration_s
    annotations = [_static(rating, info, duration_s) for rating in clip.ratings]
    if clip.trace is not None:
        annotations.append(_dynamic(clip.trace, info, duration_s))
    sandbox = {
        "genre": clip.genre,
        "group": clip.group,
        "split": clip.split,
        "licence": info.licence,
        "citation": info.citation,
    }
    return {"file_metadata": metadata, "annotations": annotations, "sandbox": sandbox}


def _duration_s(clip: SourceClip) -> float:
    """What is known of the clip's length: stated, probed, or at least where its trace ends; 0 for nothing."""
    if clip.duration_s is not None:
        return clip.duration_s
    if clip.audio is not None:
        return max(0.0, clip.audio.duration_s - clip.onset_s)
    return float(clip.trace.time_s[-1]) if clip.trace is not None and len(clip.trace.time_s) else 0.0


def _static(rating: SourceRating, info: DatasetInfo, duration_s: float) -> dict[str, Any]:
    observation = {
        "time": 0.0,
        "duration": duration_s,
        "value": [rating.valence, rating.arousal],
        "confidence": None,
    }
    spread = [rating.valence_std, rating.arousal_std]
    sandbox: dict[str, Any] = {"kind": "static", "n_raters": rating.n_raters, "scale": _scale(info.scale)}
    if np.isfinite(spread).all():
        sandbox["standard_deviation"] = spread
    return _annotation(info, rating.annotator, [observation], sandbox, duration_s)


def _dynamic(trace: SourceTrace, info: DatasetInfo, duration_s: float) -> dict[str, Any]:
    """A sample holds until the next one; samples without valence or arousal are left out, JSON knows no NaN."""
    held_s = np.diff(trace.time_s, append=trace.time_s[-1:])
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
    return _annotation(info, "", observations, {"kind": "dynamic", "scale": _scale(trace.scale)}, duration_s)


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
            "annotator": {"name": annotator} if annotator else {"name": "published summary"},
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
