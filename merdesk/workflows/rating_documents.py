"""What people answered in the window as JAMS: every rating and every trace of a clip in its document."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from merdesk.datasets.jams import clip_record, documents, dynamic_record, length_s, static_record
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating
from merdesk.project.ratings import Given
from merdesk.workflows.rating_tables import Answers


def rating_documents(answers: Answers, clip_ids: Sequence[int], dataset: SourceDataset) -> dict[str, str]:
    """Documents by file name, one for each clip of a dataset that somebody rated; `clip_ids` [n] go with its labels."""
    clips = {clip.source_id: clip for clip in dataset.clips}
    records = []
    for clip_id in clip_ids:
        own = [one for one in answers.given if one.clip_id == clip_id]
        clip = clips.get(answers.labels[clip_id].source_id) if clip_id in answers.labels else None
        if own and clip is not None:
            records.append((clip.source_id, _record(answers, clip, own, dataset.info)))
    return documents(records)


def _record(answers: Answers, clip: SourceClip, own: Sequence[Given], info: DatasetInfo) -> dict[str, Any]:
    record = clip_record(replace(clip, ratings=(), trace=None), info)
    duration_s = length_s(clip)
    for one in own:
        who = answers.names[one.annotator_id]
        value = answers.native.get((one.clip_id, one.annotator_id))
        trace = answers.traces.get((one.clip_id, one.annotator_id))
        if one.kind == "trace" and trace is not None:
            made = dynamic_record(trace, info, duration_s, who)
        elif one.kind == "point" and value is not None and not one.cannot_say:
            made = static_record(SourceRating(*value, annotator=who), info, duration_s)
        else:
            continue
        made["sandbox"] |= {"annotator_id": one.annotator_id, **_how(answers, one)}
        record["annotations"].append(made)
    return record


def _how(answers: Answers, one: Given) -> dict[str, Any]:
    rating = one.rating
    how = asdict(rating.circumstances) | {"visible": sorted(rating.circumstances.visible)}
    traced = {} if np.isnan(one.rate_hz) else {"rate_hz": one.rate_hz, "lag_s": np.nan_to_num(one.lag_s)}
    words = {"categories": list(rating.categories), "tags": list(rating.tags), "note": rating.note}
    study, plan, position = answers.place(one)
    place = {"study": study, "plan": plan, "position": int(position)} if study else {}
    return {"confidence": rating.confidence, **words, **how, **traced, "given_at": one.given_at, **place}
