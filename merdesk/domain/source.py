"""What a loader found: clips and annotations of one dataset before they have rows in a project."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from merdesk.domain.affect import AffectScale
from merdesk.domain.arrays import FloatArray, frozen
from merdesk.domain.clip import AudioFile
from merdesk.domain.words import counted

SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
"""Endings of tables that have rows and no lines."""
EmotionKind = Literal["perceived", "induced", "unknown"]


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """Who rated what how: shown in the inspector, carried into reports and exports.

    `expected_counts` holds the published counts by what is counted ("clips", "annotated", ...). `std_ddof` is that of
    the published standard deviations.
    """

    name: str
    title: str
    scale: AffectScale
    description: str = ""
    citation: str = ""
    bibtex: str = ""
    licence: str = ""
    url: str = ""
    emotion: EmotionKind = "unknown"
    grouped_by: str = ""
    expected_counts: tuple[tuple[str, int], ...] = ()
    std_ddof: int = 0


@dataclass(frozen=True, slots=True)
class SourceTrace:
    """A published trace: seconds from the clip's onset [n], affect [n, 2] and spread [n, 2] on `scale`."""

    time_s: FloatArray
    affect: FloatArray
    scale: AffectScale
    spread: FloatArray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen(self.time_s, "f8"))
        object.__setattr__(self, "affect", frozen(self.affect, "f4", ndim=2))
        if self.affect.shape != (len(self.time_s), 2):
            raise ValueError(f"{len(self.time_s)} times do not fit affect of shape {self.affect.shape}")
        if self.spread is not None:
            object.__setattr__(self, "spread", frozen(self.spread, "f4", ndim=2))


@dataclass(frozen=True, slots=True)
class SourceRating:
    """A static annotation on the dataset's scale; `annotator` is empty for the published summary."""

    valence: float
    arousal: float
    valence_std: float = float("nan")
    arousal_std: float = float("nan")
    n_raters: int = 1
    annotator: str = ""


@dataclass(frozen=True, slots=True)
class SourceClip:
    """A clip as its source describes it; `audio` is None while no file is located.

    `group` names what must not be split between training and test: piece, recording or artist. `duration_s` None
    means to the end of the file. `segment_s` says from where to where the clip was cut out of the full song. `file_name`
    is the audio file's name where the source states one; otherwise files are matched by `source_id`. `lines` are those of
    a table that the clip was read from, and `further` is what else that table says of it: names of columns and cells.
    """

    source_id: str
    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    group: str = ""
    split: str = ""
    onset_s: float = 0.0
    duration_s: float | None = None
    audio: AudioFile | None = None
    ratings: tuple[SourceRating, ...] = ()
    trace: SourceTrace | None = None
    file_name: str = ""
    segment_s: tuple[float, float] | None = None
    further: tuple[tuple[str, str], ...] = ()
    lines: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A further column of a table: cells of those clips that have one, by their places among all clips."""

    name: str
    cells: tuple[tuple[int, str], ...]


def further_columns(clips: Sequence[SourceClip]) -> tuple[SourceColumn, ...]:
    """What clips say further, column by column.

    Examples
    --------
    >>> further_columns([SourceClip("a", further=(("Mood", "calm"),)), SourceClip("b")])
    (SourceColumn(name='Mood', cells=((0, 'calm'),)),)
    """
    found: dict[str, list[tuple[int, str]]] = {}
    for place, clip in enumerate(clips):
        for name, cell in clip.further:
            found.setdefault(name, []).append((place, cell))
    return tuple(SourceColumn(name, tuple(cells)) for name, cells in found.items())


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row or file that was not imported, or not as it stands (`kept`): which, and why."""

    file: str
    line: int | None
    reason: str
    kept: bool = field(default=False, compare=False)

    @property
    def where(self) -> str:
        """The file and the line; in a spreadsheet, the row."""
        if self.line is None:
            return self.file
        return f"{self.file}, {'row' if self.file.casefold().endswith(SHEETS) else 'line'} {self.line}"

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


def left_out_words(left_out: Sequence[LeftOut]) -> list[str]:
    """How many rows and files were left out, as parts of a sentence.

    Examples
    --------
    >>> left_out_words([LeftOut("a.csv", 2, "names no clip"), LeftOut("b.mp3", None, "is empty")])
    ['1 row left out', '1 file with a problem']
    """
    n_rows = sum(left.line is not None and not left.kept for left in left_out)
    n_kept = sum(left.kept for left in left_out)
    n_files = len({left.file for left in left_out if left.line is None})
    parts = [f"{counted(n_rows, 'row')} left out"] if n_rows else []
    parts += [f"{counted(n_kept, 'row')} read otherwise than filed"] if n_kept else []
    return parts + ([counted(n_files, "file with a problem", "files with problems")] if n_files else [])


@dataclass(frozen=True, slots=True)
class SourceDataset:
    """Everything that a loader found, and everything that it left out.

    `loader` is the key of the loader that read it first, where an export of merdesk tells; empty otherwise.
    """

    info: DatasetInfo
    clips: tuple[SourceClip, ...]
    left_out: tuple[LeftOut, ...] = ()
    loader: str = ""
