"""WTC: Bach's Well-Tempered Clavier, book I, played by six pianists (ratings by Battcock and Schutz).

Who rated: listeners of Battcock and Schutz's studies, perceived emotion; recordings as used by Chowdhury and Widmer
(2021). Scale: valence and arousal on different ones (reported: arousal 1..100, valence -5..5 or 1..7), so both are
proposed from the observed range and confirmed by the user. Counts: 48 pieces x 6 pianists = 288 recordings. Licence: not
public; there is no published file, so this loader reads a mapped table beside the audio.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from merdesk.datasets import table as tables_of_anything
from merdesk.datasets.loader import Recognition, audio_part, sentence
from merdesk.datasets.mapping import ColumnMapping, propose_affect_scale, propose_mapping
from merdesk.datasets.parsing import read, read_head
from merdesk.datasets.source import Source, SourceFile
from merdesk.datasets.tables import Table
from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset
from merdesk.errors import DatasetError

KEY = "wtc"
INFO = DatasetInfo(
    name="WTC",
    title="WTC (Well-Tempered Clavier I by six pianists)",
    scale=UNIT_SCALE,
    description=(
        "Recordings of the 48 preludes and fugues of Bach's Well-Tempered Clavier, book I, by six pianists, rated for "
        "perceived emotion; read from a table whose columns and scales the user confirms."
    ),
    citation=(
        "Battcock, A., & Schutz, M. (2019). Acoustically expressing affect. Music Perception, 37(1), 66-91. "
        "https://doi.org/10.1525/mp.2019.37.1.66; Chowdhury, S., & Widmer, G. (2021). On perceived emotion in "
        "expressive piano performance: Further experimental evidence for the relevance of mid-level perceptual "
        "features. In ISMIR 2021."
    ),
    bibtex="""@article{battcock2019,
  author = {Battcock, Aimee and Schutz, Michael},
  title = {Acoustically Expressing Affect},
  journal = {Music Perception},
  volume = {37},
  number = {1},
  pages = {66--91},
  year = {2019},
  doi = {10.1525/mp.2019.37.1.66}
}

@inproceedings{chowdhury2021,
  author = {Chowdhury, Shreyan and Widmer, Gerhard},
  title = {On Perceived Emotion in Expressive Piano Performance: Further Experimental Evidence for the Relevance of Mid-level Perceptual Features},
  booktitle = {Proceedings of the 22nd International Society for Music Information Retrieval Conference},
  year = {2021}
}""",
    licence="Not public; as agreed with the authors",
    url="https://maplelab.net/",
    emotion="perceived",
    grouped_by="piece",
    expected_counts=(("clips", 288), ("annotated", 288), ("groups", 48)),
)  # fmt: skip
CLIP_COLUMN = "clip"
"""Column that is added to a table that names piece and performer apart."""
_ABOUT_WTC = re.compile(
    r"bwv[\s_.-]*8(4[6-9]|5\d|6\d)|\bwtc|well.?tempered|wohltemperiert|pr[eaä]lude|fug[aeu]", re.IGNORECASE
)
_BWV = re.compile(r"bwv[\s_.-]*(8\d\d)", re.IGNORECASE)


def find(source: Source) -> SourceFile | None:
    """Find a table that names Bach's pieces in most rows and has valence and arousal."""
    for file in filter(tables_of_anything.is_table_name, source.files):
        try:
            table = read_head(source, file)
        except DatasetError:
            continue
        named, mapping = with_clips(table, propose_mapping(table))
        if (
            mapping.valence
            and mapping.arousal
            and (mapping.file or mapping.id)
            and _is_about_wtc(named, mapping)
        ):
            return file
    return None


def _is_about_wtc(table: Table, mapping: ColumnMapping) -> bool:
    """Most rows of the columns that name things speak of preludes, fugues or BWV 846-869."""
    columns = [
        table.column(name) for name in (mapping.file, mapping.id, mapping.group, mapping.title) if name
    ]
    hits = sum(bool(_ABOUT_WTC.search(" ".join(row[column] for column in columns))) for row in table.rows)
    return hits * 2 > len(table)


def propose(table: Table) -> ColumnMapping:
    """Guess the mapping; piece and performer together name the clip where nothing else does."""
    return with_clips(table, propose_mapping(table))[1]


def with_clips(table: Table, mapping: ColumnMapping) -> tuple[Table, ColumnMapping]:
    """Return table and mapping with a column of "piece, performer", unless a file or an id is mapped already."""
    if mapping.file or mapping.id or not (mapping.group and mapping.artist):
        return table, mapping
    piece, performer = table.column(mapping.group), table.column(mapping.artist)
    width = len(table.columns)
    rows = tuple((*row[:width], f"{row[piece]}, {row[performer]}".strip(", ")) for row in table.rows)
    named = Table(table.name, (*table.columns, CLIP_COLUMN), rows, table.lines, note=table.note)
    return named, replace(mapping, id=CLIP_COLUMN)


def recognise(source: Source) -> Recognition | None:
    """Say which table would be read, on which scales, and how many pieces and performers it has."""
    file = find(source)
    if file is None:
        return None
    dataset = load(source)
    scale = dataset.info.scale
    valence, arousal = (
        f"{low:g}..{high:g}"
        for low, high in ((scale.valence_min, scale.valence_max), (scale.arousal_min, scale.arousal_max))
    )
    parts = [
        f"{len(dataset.clips)} recordings of {len({clip.group for clip in dataset.clips})} pieces",
        f"valence on {valence} and arousal on {arousal} (to be confirmed)",
        audio_part(source, len(dataset.clips)),
    ]
    return Recognition(KEY, INFO, sentence(INFO.name, parts), (("clips", len(dataset.clips)),))


def from_table(
    table: Table, mapping: ColumnMapping, scale: AffectScale, *, audio: Sequence[Path] | None = None
) -> SourceDataset:
    """Read a mapped table: grouped by piece, genre Classical, the pianist as artist.

    Raises
    ------
    DatasetError
        When the mapping does not fit the table.
    """
    named, mapping = with_clips(table, mapping)
    read_so_far = tables_of_anything.from_table(named, mapping, scale, name=INFO.name, audio=audio)
    return replace(
        read_so_far,
        info=replace(INFO, scale=scale),
        clips=tuple(
            replace(clip, genre=clip.genre or "Classical", group=clip.group or piece_of(clip))
            for clip in read_so_far.clips
        ),
    )


def piece_of(clip: SourceClip) -> str:
    """Piece by the name of the clip, where the table has no column for it: 24 preludes and 24 fugues.

    Examples
    --------
    >>> piece_of(SourceClip("gould_BWV846_fugue.wav")), piece_of(SourceClip("12"))
    ('BWV 846 fugue', '')
    """
    name = f"{clip.source_id} {clip.file_name} {clip.title}"
    match = _BWV.search(name)
    if match is None:
        return ""
    kind = (
        "fugue"
        if re.search("fug", name, re.IGNORECASE)
        else "prelude"
        if re.search("pr[eaä]l", name, re.IGNORECASE)
        else ""
    )
    return f"BWV {match.group(1)} {kind}".strip()


def load(source: Source) -> SourceDataset:
    """Read the table that fits with the guessed mapping and scales."""
    file = find(source)
    if file is None:
        raise DatasetError(
            f"{source.root.name} has no table of the Well-Tempered Clavier with valence and arousal; "
            "import the table with mapped columns."
        )
    table = read(source, file)
    named, mapping = with_clips(table, propose_mapping(table))
    return from_table(named, mapping, propose_affect_scale(named, mapping))
