"""The five invented datasets: what each holds, who rates it, and which defect is planted in it."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from merdesk.datasets.demo.raters import Panel
from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.source import DatasetInfo

Plant = Literal["exchanged", "zero-based", "genre offset", "copies"]
GENRES = ("Classical", "Jazz", "Rock", "Electronic")
NINE = AffectScale(1, 9, 1, 9)
N_CLIPS = 80
SHARED_CLIPS = 0.3
"""Share of Boreal's clips that are clips of Aurora."""
ZERO_BASED = -1.0
"""Cascade's answers were numbered 0..8 and filed under 1..9: this much, native, -.25 on [-1, 1], in both dimensions."""
OFFSET_GENRE = "Jazz"
GENRE_OFFSET = 0.4
"""Valence on [-1, 1] that Delta's raters give to jazz beyond its cues."""
MIN_ARTISTS = 12
"""Artists of a genre in a dataset, where it has so many clips."""


@dataclass(frozen=True, slots=True)
class Design:
    """One dataset as it is planned.

    `shares` say how its clips divide into genres, `first_id` numbers them, `ending` is that of the audio files,
    `plants` are the defects that it gets and `defect` their description.
    """

    name: str
    panel: Panel
    shares: MappingProxyType[str, float]
    first_id: int
    ending: Literal["flac", "ogg"] = "flac"
    traces: bool = False
    plants: tuple[Plant, ...] = ()
    defect: str = ""

    @property
    def folder(self) -> str:
        """Name of the folder of its audio."""
        return self.name.lower()

    def info(self, n_clips: int, *, planted: bool) -> DatasetInfo:
        """What the window and reports say of it."""
        defect = f" Planted defect: {self.defect}" if planted and self.defect else ""
        traces = " Traces at 2 Hz on -1..1 from second 1 on." if self.traces else ""
        description = (
            f"Synthetic: clips of 5 to 6 s made by a program, and ratings by {self.panel.n_raters} simulated listeners "
            f"each, for trying merdesk out; nothing about real music follows from it.{traces} "
            f"Standard deviations have ddof 0.{defect}"
        )
        return DatasetInfo(
            name=self.name,
            title=f"{self.name} (synthetic demo dataset)",
            scale=self.panel.scale,
            description=description,
            citation="Synthetic data made by merdesk's demo; do not cite as a dataset.",
            licence="Synthetic music and ratings, made by merdesk: no rights reserved (CC0 1.0)",
            emotion="perceived",
            grouped_by="artist",
            expected_counts=(("clips", n_clips), ("annotated", n_clips)),
        )


EVEN = MappingProxyType(dict.fromkeys(GENRES, 0.25))
DESIGNS = (
    Design("Aurora", Panel(12, NINE, 1.0), EVEN, 1),
    Design(
        "Boreal",
        Panel(10, NINE, 1.0),
        MappingProxyType({"Classical": 0.35, "Rock": 0.35, "Electronic": 0.3}),
        101,
        ending="ogg",
        traces=True,
        plants=("copies", "exchanged"),
        defect=(
            "valence and arousal are exchanged in all static ratings, as the traces show; and three of ten clips are "
            "clips of Aurora, encoded again and filed with Aurora's ratings under the same ids."
        ),
    ),
    Design(
        "Cascade",
        Panel(10, NINE, 1.0),
        MappingProxyType({"Classical": 0.5, "Rock": 0.25, "Electronic": 0.25}),
        201,
        ending="ogg",
        plants=("zero-based",),
        defect="answers were numbered 0 to 8 and are filed as if on 1..9, so that all lie 1 too low.",
    ),
    Design(
        "Delta",
        Panel(14, AffectScale(0, 1, 0, 1), 0.01),
        MappingProxyType({"Jazz": 0.5, "Rock": 0.25, "Electronic": 0.25}),
        301,
        plants=("genre offset",),
        defect=f"annotators give {OFFSET_GENRE} {GENRE_OFFSET / 2:.1f} more valence than its cues express (scale 0..1).",
    ),
    Design("Ember", Panel(12, UNIT_SCALE, 0.25), EVEN, 401),
)
TRAINED_ON = ("Aurora", "Ember")
"""The two without a defect."""
