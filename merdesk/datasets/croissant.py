"""A dataset described for machines: Croissant, JSON-LD of files, tables, columns, licence and citation.

The description goes with the CSV files of `export`; programs that read Croissant load them without knowing merdesk.

References
----------
Akhtar, M., et al. (2024). Croissant: A metadata format for ML-ready datasets. DEEM. Croissant 1.0 and its vocabulary for
responsible AI: https://docs.mlcommons.org/croissant/
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from merdesk.datasets.export import CLIP_COLUMNS, TRACE_COLUMNS, as_csv
from merdesk.domain.affect import AffectScale
from merdesk.domain.source import DatasetInfo, SourceDataset

FILE = "croissant.json"
CONFORMS_TO = ("http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0")
CONTEXT: Mapping[str, Any] = MappingProxyType(
    {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "extract": "cr:extract",
        "field": "cr:field",
        "fileObject": "cr:fileObject",
        "fileProperty": "cr:fileProperty",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    }
)
"""As the standard prints it: readers compare."""
_TEXTS = frozenset({"id", "file", "title", "artist", "album", "genre", "group", "split", "annotator"})
_ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "id": "Id of the clip in the dataset.",
        "file": "Name of the audio file, which is not part of this distribution.",
        "title": "Title of the recording.",
        "artist": "Who plays.",
        "album": "Album of the recording.",
        "genre": "Genre as the source states it.",
        "group": "What must not be split between training and test.",
        "split": "Official split.",
        "onset_s": "Where the clip starts in its file, in seconds.",
        "duration_s": "Length of the clip in seconds; empty: to the end of the file.",
        "segment_start_s": "Where in the full song the clip was cut out, in seconds; empty: not stated.",
        "segment_stop_s": "Where in the full song the clip ends, in seconds; empty: not stated.",
        "n_raters": "How many people stand behind the rating.",
        "annotator": "Who rated; empty for the published summary.",
        "time_s": "Seconds from the clip's onset.",
    }
)


def as_croissant(dataset: SourceDataset, repairs: Sequence[str] = ()) -> dict[str, str]:
    """Return the CSV files of `as_csv` and `croissant.json`, which describes them.

    Parameters
    ----------
    repairs
        Titles of repairs that the values went through; they are stated as preprocessing.
    """
    files = as_csv(dataset)
    record = description(dataset, files, repairs)
    return {**files, FILE: json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False) + "\n"}


def description(
    dataset: SourceDataset, files: Mapping[str, str], repairs: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the description of a dataset whose CSV files have these texts."""
    info = dataset.info
    tables = {name: text for name, text in files.items() if name.endswith(".csv")}
    record: dict[str, Any] = {
        "@context": dict(CONTEXT),
        "@type": "sc:Dataset",
        "name": info.name,
        "alternateName": info.title,
        "description": info.description or info.title,
        "conformsTo": list(CONFORMS_TO),
        "license": info.licence or "Not stated",
        "url": info.url,
        "citeAs": info.bibtex or info.citation,
        "keywords": ["music emotion recognition", "valence", "arousal"],
        "isLiveDataset": False,
        "distribution": [_file(name, text) for name, text in tables.items()],
        "recordSet": [_records(name, dataset) for name in tables],
        **_responsible(dataset, repairs),
    }
    if year := re.search(r"\byear\s*=\s*[{\"]?(\d{4})", info.bibtex):
        record["datePublished"] = year[1]
    return {name: value for name, value in record.items() if value not in ("", [])}


def _file(name: str, text: str) -> dict[str, Any]:
    content = text.encode("utf-8")
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "encodingFormat": "text/csv",
        "contentSize": f"{len(content)} B",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _records(name: str, dataset: SourceDataset) -> dict[str, Any]:
    stem = name.removesuffix(".csv")
    traces = stem == "traces"
    scale = dataset.info.scale
    if traces:
        scale = next((clip.trace.scale for clip in dataset.clips if clip.trace is not None), scale)
    return {
        "@type": "cr:RecordSet",
        "@id": stem,
        "name": stem,
        "description": "Ratings over time, a row a sample."
        if traces
        else "A row a rating; a clip without rating has one row with empty values.",
        "field": [_field(stem, column, scale) for column in (TRACE_COLUMNS if traces else CLIP_COLUMNS)],
    }


def _field(stem: str, column: str, scale: AffectScale) -> dict[str, Any]:
    kind = "sc:Text" if column in _TEXTS else "sc:Float"
    return {
        "@type": "cr:Field",
        "@id": f"{stem}/{column}",
        "name": column,
        "description": _ABOUT.get(column) or _of_affect(column, scale),
        "dataType": kind,
        "source": {"fileObject": {"@id": f"{stem}.csv"}, "extract": {"column": column}},
    }


def _of_affect(column: str, scale: AffectScale) -> str:
    dimension, _, spread = column.partition("_")
    low, high = (
        (scale.valence_min, scale.valence_max)
        if dimension == "valence"
        else (scale.arousal_min, scale.arousal_max)
    )
    span = f"{low:g} to {high:g}"
    if spread:
        return f"Standard deviation of {dimension} over annotators, in units of the scale {span}; empty: not stated."
    return f"{dimension.capitalize()} on a scale from {span}" + (
        ", made of ranks." if scale.kind == "rank" else "."
    )


def _responsible(dataset: SourceDataset, repairs: Sequence[str]) -> dict[str, Any]:
    """What is known of how the labels came about, in the vocabulary for responsible AI."""
    info = dataset.info
    raters = sorted(
        {rating.n_raters for clip in dataset.clips for rating in clip.ratings if rating.n_raters > 1}
    )
    record: dict[str, Any] = {
        "rai:dataCollection": info.description,
        "rai:dataAnnotationProtocol": _protocol(info),
        "rai:dataLimitations": _limitations(info),
    }
    if raters:
        span = f"{raters[0]}" if raters[0] == raters[-1] else f"{raters[0]} to {raters[-1]}"
        record["rai:annotationsPerItem"] = f"{span} annotators a clip; the published value is their mean"
    if repairs:
        record["rai:dataPreprocessingProtocol"] = [f"Repaired in merdesk: {title}" for title in repairs]
    return record


def _protocol(info: DatasetInfo) -> str:
    emotion = {"perceived": "Perceived emotion", "induced": "Induced (felt) emotion"}.get(
        info.emotion, "Emotion (perceived or felt is not stated)"
    )
    scale = info.scale
    return (
        f"{emotion}: valence from {scale.valence_min:g} to {scale.valence_max:g}, arousal from {scale.arousal_min:g} to "
        f"{scale.arousal_max:g}."
    )


def _limitations(info: DatasetInfo) -> list[str]:
    told = ["Audio is not part of this distribution."]
    if info.scale.kind == "rank":
        told.append(
            "Values are ranks mapped evenly onto the scale: their distribution says nothing about the music."
        )
    if info.grouped_by:
        told.append(f"Clips of one {info.grouped_by} must not be split between training and test.")
    return told
