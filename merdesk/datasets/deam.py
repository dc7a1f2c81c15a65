"""DEAM, the MediaEval Database for Emotional Analysis in Music (Aljanaki, Yang, Soleymani 2017).

Who rated: ten crowd workers a song in 2013 and 2014, five in 2015; perceived emotion, static and at 2 Hz from second 15.
Scale: static 1..9, traces -1..1; standard deviations with ddof 0. Counts: 1802 songs: 744 of 2013 (those of EmoMusic),
1000 of 2014, 58 of 2015. Licence: CC BY-NC.

Public copies of the static table have valence and arousal exchanged for ids 2-1000; values are read as filed, and the
doctor proposes the repair.
"""

import re
from collections.abc import Mapping

from merdesk.datasets.deam_metadata import describe
from merdesk.datasets.loader import Recognition, audio_part, sentence
from merdesk.datasets.matching import natural_order
from merdesk.datasets.parsing import find_with, read
from merdesk.datasets.reading import Reading, Row
from merdesk.datasets.source import Source, SourceFile, fold_name
from merdesk.datasets.traces import WideTable, join_wide, read_wide
from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating, SourceTrace
from merdesk.errors import DatasetError

KEY = "deam"
INFO = DatasetInfo(
    name="DEAM",
    title="DEAM (MediaEval Database for Emotional Analysis in Music)",
    scale=AffectScale(1, 9, 1, 9),
    description=(
        "1744 excerpts of 45 s and 58 full songs, royalty-free, rated for perceived emotion by ten crowd workers "
        "(2015: five), once for the whole clip (1..9) and continuously (-1..1, 2 Hz from second 15). Ids up to 1000 "
        "are the clips of EmoMusic. Published standard deviations have ddof 0."
    ),
    citation=(
        "Aljanaki, A., Yang, Y.-H., & Soleymani, M. (2017). Developing a benchmark for emotional analysis of music. "
        "PLOS ONE, 12(3), e0173392. https://doi.org/10.1371/journal.pone.0173392"
    ),
    bibtex="""@article{aljanaki2017,
  author = {Aljanaki, Anna and Yang, Yi-Hsuan and Soleymani, Mohammad},
  title = {Developing a benchmark for emotional analysis of music},
  journal = {PLOS ONE},
  volume = {12},
  number = {3},
  pages = {e0173392},
  year = {2017},
  doi = {10.1371/journal.pone.0173392}
}""",
    licence="CC BY-NC",
    url="https://cvml.unige.ch/databases/DEAM/",
    emotion="perceived",
    grouped_by="artist",
    expected_counts=(
        ("clips", 1802), ("annotated", 1802), ("traces", 1802), ("split development", 1744), ("split evaluation", 58),
        ("shortest clip, s", 45), ("longest clip, s", 629),
    ),
)  # fmt: skip
LAST_OF_2014 = 2000
_STATIC = re.compile(r"static_annotations_averaged_songs_[\d_]+\.csv")
_METADATA = ("metadata_2013.csv", "metadata_2014.csv", "metadata_2015.csv")
_ID = ("song_id", "songid", "id")


def find_static(source: Source) -> tuple[SourceFile, ...]:
    """Find the averaged static tables; the same name twice (a folder nested in itself) counts once."""
    found: dict[str, SourceFile] = {}
    for file in sorted(source.files, key=lambda file: file.name.count("/")):
        if _STATIC.fullmatch(fold_name(file.base)):
            found.setdefault(fold_name(file.base), file)
    return tuple(found[name] for name in sorted(found))


def find_traces(source: Source) -> tuple[SourceFile | None, SourceFile | None]:
    """Find the averaged tables of valence and of arousal over time."""
    valence, arousal = (
        find_with(source, ("song_id", "sample_15000ms"), f"{name}.csv") for name in ("valence", "arousal")
    )
    return valence, arousal


def recognise(source: Source) -> Recognition | None:
    """Say which of the published tables are there."""
    static, traces = find_static(source), find_traces(source)
    metadata = [file for name in _METADATA if (file := source.find(name))]
    if not static and not (all(traces) and metadata):
        return None
    n_clips = sum(len(read(source, file)) for file in static)
    kinds = " and ".join(kind for kind, there in (("static", static), ("per-second", all(traces))) if there)
    parts = [
        f"{n_clips} songs" if static else "",
        f"{kinds} annotations",
        f"{len(metadata)} metadata files" if metadata else "no metadata (titles and genres are missing)",
        audio_part(source, n_clips),
    ]
    return Recognition(
        KEY, INFO, sentence(INFO.name, parts), (("annotated", n_clips), ("metadata files", len(metadata)))
    )


def load(source: Source) -> SourceDataset:
    """Read static summaries, traces and descriptions; clips are all that any annotation table names."""
    reading = Reading(source)
    static: dict[str, Row] = {}
    for file in find_static(source):
        static |= reading.rows(reading.table(file), *_ID)
    columns = ("valence_mean", "arousal_mean", "valence_std", "arousal_std")
    ratings = {key: reading.rating(row, *columns, n_raters=n_raters_of(key)) for key, row in static.items()}
    return assemble(reading, ratings, INFO)


def assemble(
    reading: Reading, ratings: Mapping[str, tuple[SourceRating, ...]], info: DatasetInfo
) -> SourceDataset:
    """Bring ratings by song, traces and descriptions together."""
    traces = _traces(reading)
    metadata: dict[str, Row] = {}
    for name in _METADATA:
        metadata |= reading.rows(reading.table(reading.source.find(name)), *_ID, ragged=True)
    ids = tuple(dict.fromkeys((*ratings, *traces)))
    if not ids:
        raise DatasetError(
            f"{reading.source.root.name} has no annotations of DEAM; choose the folder that holds 'annotations'."
        )
    clips = []
    for key in ids:
        clip = _clip(key, ratings.get(key, ()), traces.get(key))
        clips.append(describe(reading, clip, metadata[key]) if key in metadata else clip)
    return SourceDataset(info, natural_order(clips), tuple(reading.left_out))


def _traces(reading: Reading) -> dict[str, SourceTrace]:
    valence, arousal = (read_wide(reading, reading.table(file)) for file in find_traces(reading.source))
    none = WideTable(valence.time_s[:0], {})
    return join_wide(
        reading, valence, arousal, none, none, scale=UNIT_SCALE, names=("valence.csv", "arousal.csv")
    )


def n_raters_of(song_id: str) -> int:
    """Number of people behind a published mean."""
    return 5 if is_of_2015(song_id) else 10


def is_of_2015(song_id: str) -> bool:
    """Return whether a song is one of the 58 full songs of the evaluation set."""
    return song_id.isdecimal() and len(song_id) <= 9 and int(song_id) > LAST_OF_2014


def _clip(key: str, ratings: tuple[SourceRating, ...], trace: SourceTrace | None) -> SourceClip:
    return SourceClip(
        source_id=key,
        split="evaluation" if is_of_2015(key) else "development",
        ratings=ratings,
        trace=trace,
        file_name=f"{key}.mp3",
    )
