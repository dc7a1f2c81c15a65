"""WCMED, and CCMED its sister: Western and Chinese classical music (Fan, Yang, Dong, Pasquier 2020).

Who rated: 989 crowd workers from 21 countries ranked excerpts for perceived emotion. Scale: ranks mapped evenly onto
[-1, 1] (rating = 1 - (rank - 1) * 0.005), so that both marginals are uniform and no standard deviations exist. Counts:
400 excerpts of 8-20 s from 62 recordings of the Saarland Music Data. Licence: not stated, research use.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from merdesk.datasets.loader import Recognition, audio_part, sentence
from merdesk.datasets.matching import fold_path, natural_order, stem_of
from merdesk.datasets.parsing import read
from merdesk.datasets.reading import Reading, Row, segment
from merdesk.datasets.source import Source, SourceFile, fold_name
from merdesk.domain.affect import AffectScale
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating
from merdesk.errors import DatasetError

KEY = "wcmed"
_CITATION = (
    "Fan, J., Yang, Y.-H., Dong, K., & Pasquier, P. (2020). A comparative study of Western and Chinese classical music "
    "based on soundscape models. In ICASSP 2020 (pp. 521-525). https://doi.org/10.1109/ICASSP40776.2020.9052994"
)
INFO = DatasetInfo(
    name="WCMED",
    title="WCMED (Western Classical Music Emotion Dataset)",
    scale=AffectScale(-1, 1, -1, 1, kind="rank"),
    description=(
        "Excerpts of 8-20 s of Western classical music from the Saarland Music Data, ranked for perceived valence and "
        "arousal by 989 crowd workers; the ranks are mapped evenly onto [-1, 1]."
    ),
    citation=_CITATION,
    bibtex="""@inproceedings{fan2020,
  author = {Fan, Jianyu and Yang, Yi-Hsuan and Dong, Kui and Pasquier, Philippe},
  title = {A Comparative Study of {Western} and {Chinese} Classical Music Based on Soundscape Models},
  booktitle = {IEEE International Conference on Acoustics, Speech and Signal Processing (ICASSP)},
  pages = {521--525},
  year = {2020},
  doi = {10.1109/ICASSP40776.2020.9052994}
}""",
    licence="Not stated; for research",
    url="https://metacreation.net/wcmed-ccmed/",
    emotion="perceived",
    grouped_by="recording",
    expected_counts=(
        ("clips", 400),
        ("annotated", 400),
        ("groups", 62),
        ("shortest clip, s", 8),
        ("longest clip, s", 20),
    ),
)
CCMED = replace(
    INFO,
    name="CCMED",
    title="CCMED (Chinese Classical Music Emotion Dataset)",
    description=(
        "Excerpts of Chinese classical music, ranked for perceived valence and arousal like those of WCMED; "
        "the ranks are mapped evenly onto [-1, 1]."
    ),
    expected_counts=(("clips", 400), ("annotated", 400)),
)
_GENRES = {"wcmed": "Classical", "ccmed": "Chinese classical"}
_INFOS = {"wcmed": INFO, "ccmed": CCMED}
_TABLE = re.compile(r"(wcmed|ccmed)_(arousal|valence)_(rating|ranking|rank)s?\.csv")


def find_tables(source: Source) -> dict[str, dict[tuple[str, str], SourceFile]]:
    """Find tables of ratings and rankings by (dimension, kind), for each sister that is there."""
    found: dict[str, dict[tuple[str, str], SourceFile]] = {}
    for file in sorted(source.files, key=lambda file: file.name.count("/")):
        if match := _TABLE.fullmatch(fold_name(file.base)):
            sister, dimension, kind = match.groups()
            kind = "rating" if kind == "rating" else "ranking"
            found.setdefault(sister, {}).setdefault((dimension, kind), file)
    return found


def recognise(source: Source) -> Recognition | None:
    """Say which of the published tables are there, and of which sister."""
    for sister, tables in find_tables(source).items():
        info = _INFOS[sister]
        kind = _best_kind(tables)
        if kind is None:
            missing = sorted({"valence", "arousal"} - {dimension for dimension, _ in tables})
            text = f"{info.name}, but the table of {' and '.join(missing)} is missing; add it to read the dataset."
            return Recognition(KEY, info, text, supported=False)
        n_clips = len(read(source, tables["valence", kind]))
        metadata = "metadata" if find_metadata(source, sister) else "no metadata"
        parts = [f"{n_clips} excerpts with {kind}s", metadata, audio_part(source, n_clips)]
        return Recognition(KEY, info, sentence(info.name, parts), (("annotated", n_clips),))
    return None


def find_metadata(source: Source, sister: str) -> SourceFile | None:
    """Find the table of segments."""
    return source.find(f"{sister}_metadata.csv")


def _best_kind(tables: Mapping[tuple[str, str], SourceFile]) -> str | None:
    """Ratings where both dimensions have them, else rankings, else None."""
    kinds = ("rating", "ranking")
    return next((kind for kind in kinds if ("valence", kind) in tables and ("arousal", kind) in tables), None)


def load(source: Source) -> SourceDataset:
    """Read ratings, or make them of the rankings, with segment times and composers."""
    reading = Reading(source)
    found = find_tables(source)
    sister = next(iter(found), "")
    kind = _best_kind(found.get(sister, {}))
    if kind is None:
        raise DatasetError(
            f"{source.root.name} lacks a table of WCMED; both WCMED_Valence_Rating.csv and WCMED_Arousal_Rating.csv are needed."
        )
    valence, arousal = (
        reading.rows(reading.table(found[sister][dimension, kind]), "name", "filename")
        for dimension in ("valence", "arousal")
    )
    segments = _segments(reading, find_metadata(source, sister))
    clips = []
    for name in valence.keys() | arousal.keys():
        rating = _rating(reading, kind, valence.get(name), arousal.get(name))
        clips.append(_clip(name, rating, _GENRES[sister], segments))
    return SourceDataset(_INFOS[sister], natural_order(clips), tuple(reading.left_out))


def rating_of_rank(rank: float, n_clips: int = 400) -> float:
    """Return the published rating of a rank.

    Examples
    --------
    >>> rating_of_rank(1), rating_of_rank(400)
    (1.0, -0.995)
    """
    return (n_clips - 2 * (rank - 1)) / n_clips


def _rating(
    reading: Reading, kind: str, valence: Row | None, arousal: Row | None
) -> tuple[SourceRating, ...]:
    if valence is None or arousal is None:
        there = valence or arousal
        if there is not None:
            reading.leave_out(
                there.table, there.line, "has no counterpart in the table of the other dimension"
            )
        return ()
    value = reading.rating(valence, kind, kind)
    other = reading.rating(arousal, kind, kind)
    if not value or not other:
        return ()
    affect = value[0].valence, other[0].arousal
    if kind == "ranking":
        affect = rating_of_rank(affect[0], len(valence.table)), rating_of_rank(affect[1], len(arousal.table))
    return (SourceRating(*affect),)


def recording_of(name: str) -> str:
    """Return the recording of an excerpt: its stem without the number of the segment.

    Examples
    --------
    >>> recording_of("Ravel_PianoTrio-01_109_20100205-SMD_3.mp3"), recording_of("Rachmaninoff_Op005-01_120_20101031-SMD-1.wav")
    ('ravel_pianotrio-01_109_20100205-smd', 'rachmaninoff_op005-01_120_20101031-smd')
    """
    return re.sub(r"[-_]\d+$", "", stem_of(fold_path(name)))


def _segments(reading: Reading, file: SourceFile | None) -> dict[tuple[str, str], tuple[float, float]]:
    """Segment times by recording and number of the segment.

    The number stands in a column of its own, which is right where the names have slipped (the published table lists
    `Chopin_Op031_103_20040204-SMD_8.mp3` twice and lacks `_10`, with the numbers 9 and 10 in that column).
    """
    table = reading.table(file)
    segments: dict[tuple[str, str], tuple[float, float]] = {}
    if table is None:
        return segments
    for line, cells in zip(table.lines, table.rows, strict=True):
        row = Row(table, line, cells)
        name, number = row.text("filename"), row.text("segmentid")
        try:
            times = segment(row.number("start_point"), row.number("stop_point"))
        except ValueError as error:
            reading.leave_out(table, line, str(error))
            continue
        if number != _segment_of(name):
            reading.leave_out(
                table, line, f"names {name} but is segment {number}; its times were given to segment {number}"
            )
        if times is not None:
            segments[recording_of(name), number] = times
    return segments


def _segment_of(name: str) -> str:
    match = re.search(r"[-_](\d+)$", stem_of(fold_path(name)))
    return match.group(1) if match else ""


def _clip(
    name: str,
    ratings: tuple[SourceRating, ...],
    genre: str,
    segments: Mapping[tuple[str, str], tuple[float, float]],
) -> SourceClip:
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    composer, _, work = stem.partition("_")
    return SourceClip(
        source_id=stem,
        title=f"{work.split('_')[0]}, segment {_segment_of(name)}" if work else stem,
        artist=composer if work else "",
        genre=genre,
        group=re.sub(r"[-_]\d+$", "", stem),
        ratings=ratings,
        file_name=name,
        segment_s=segments.get((recording_of(name), _segment_of(name))),
    )
