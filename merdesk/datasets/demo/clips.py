"""Composes the demo: which clips there are, what they express, what raters said, and the defects, by seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from merdesk.datasets.demo.catalogue import (
    DESIGNS,
    GENRE_OFFSET,
    MIN_ARTISTS,
    N_CLIPS,
    OFFSET_GENRE,
    SHARED_CLIPS,
    ZERO_BASED,
    Design,
    Plant,
)
from merdesk.datasets.demo.cues import draw_cues, draw_habit
from merdesk.datasets.demo.names import Names
from merdesk.datasets.demo.synthesis import Sound
from merdesk.domain.arrays import FloatArray, frozen
from merdesk.domain.source import SourceClip, SourceDataset, SourceRating, SourceTrace

BEYOND_CUES = 0.08
"""Standard deviation of what listeners hear in a clip that its cues do not explain, on [-1, 1]."""
OF_ARTIST = 0.04
"""The same, shared by an artist's clips."""
_PLAN, _SOUND, _RATING, _TRACE = range(4)
"""First words of the seeds, so that a planted defect changes no other draw."""


@dataclass(frozen=True, slots=True)
class DemoClip:
    """A clip before anybody rated it: what it sounds like, and what it expresses (`truth`, shape (2,), on [-1, 1])."""

    source_id: str
    title: str
    artist: str
    sound: Sound
    truth: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "truth", frozen(self.truth, "f8"))


@dataclass(frozen=True, slots=True)
class DemoDataset:
    """A dataset as it is published, with what only the demo knows: how its clips sound and what they express."""

    design: Design
    source: SourceDataset
    clips: tuple[DemoClip, ...]

    def load(self) -> SourceDataset:
        """What a loader would have read."""
        return self.source

    def file_name(self, clip: DemoClip) -> str:
        """Name of a clip's audio file in the dataset's folder."""
        return f"{clip.source_id}.{self.design.ending}"


def compose(seed: int = 0, *, n_per_dataset: int = N_CLIPS, plants: bool = True) -> tuple[DemoDataset, ...]:
    """The five datasets; the same for the same arguments, and without plants the same but for the defects.

    Examples
    --------
    >>> [dataset.design.name for dataset in compose(n_per_dataset=4)]
    ['Aurora', 'Boreal', 'Cascade', 'Delta', 'Ember']
    """
    names = Names(np.random.default_rng((seed, _PLAN)))
    own = [_clips(design, number, seed, n_per_dataset, names) for number, design in enumerate(DESIGNS)]
    made: list[DemoDataset] = []
    for design, clips in zip(DESIGNS, own, strict=True):
        planted = design.plants if plants else ()
        published: dict[str, SourceRating] = {}
        chosen = clips
        if "copies" in planted:
            chosen = _with_copies(clips, made[0].clips, round(SHARED_CLIPS * n_per_dataset))
            published = {clip.source_id: clip.ratings[0] for clip in made[0].source.clips}
        source = [_rated(design, seed, clip, planted, published.get(clip.source_id)) for clip in chosen]
        info = design.info(n_per_dataset, planted=plants)
        made.append(DemoDataset(design, SourceDataset(info, tuple(source)), tuple(chosen)))
    return tuple(made)


def _clips(design: Design, number: int, seed: int, n: int, names: Names) -> list[DemoClip]:
    """A dataset's own clips, genres in turn, so that any part of the list has them all."""
    rng = np.random.default_rng((seed, _PLAN, number))
    artists = {genre: _artists(genre, count, rng, names) for genre, count in _counts(design, n).items()}
    made: list[DemoClip] = []
    for genre in _in_turn(_counts(design, n)):
        artist, habit, residual = artists[genre].pop()
        cues = draw_cues(rng, genre, habit)
        truth = cues.affect + residual + rng.normal(0, BEYOND_CUES, 2)
        duration_s = round(float(rng.uniform(5, 6)), 2)
        sound = Sound(genre, cues, duration_s, (seed, _SOUND, number, len(made)))
        source_id = str(design.first_id + len(made))
        made.append(DemoClip(source_id, names.title(), artist, sound, truth))
    return made


def _artists(
    genre: str, n: int, rng: np.random.Generator, names: Names
) -> list[tuple[str, FloatArray, FloatArray]]:
    """Artist, habit and shared residual for each of n clips, shuffled: twelve artists, or one for five of three clips."""
    n_artists = min(n, max(MIN_ARTISTS, round(0.6 * n)))
    known = [(names.artist(genre), draw_habit(rng), rng.normal(0, OF_ARTIST, 2)) for _ in range(n_artists)]
    chosen = [*range(n_artists), *rng.integers(0, n_artists, n - n_artists).tolist()]
    return [known[chosen[place]] for place in rng.permutation(n)]


def _counts(design: Design, n: int) -> dict[str, int]:
    """Clips of each genre, n in all; the first genre takes what does not divide."""
    counts = {genre: int(n * share) for genre, share in design.shares.items()}
    counts[next(iter(counts))] += n - sum(counts.values())
    return counts


def _in_turn(counts: dict[str, int]) -> list[str]:
    """Genres spread evenly: the k-th of n clips of a genre stands at (k + 1/2) / n."""
    places = [((k + 0.5) / n, genre) for genre, n in counts.items() for k in range(n)]
    return [genre for _, genre in sorted(places)]


def _with_copies(own: Sequence[DemoClip], other: Sequence[DemoClip], n: int) -> list[DemoClip]:
    """The first n clips of another dataset, of genres that occur here, each in place of a clip of its genre."""
    left = list(own)
    genres = {clip.sound.genre for clip in own}
    copies = [clip for clip in other if clip.sound.genre in genres][:n]
    for copy in copies:
        left.remove(next(clip for clip in reversed(left) if clip.sound.genre == copy.sound.genre))
    return [*copies, *left]


def _rated(
    design: Design, seed: int, clip: DemoClip, planted: Sequence[Plant], published: SourceRating | None
) -> SourceClip:
    """A clip with what the panel says of it, and with the planted defects; `published` ratings are kept."""
    key = int(clip.source_id)
    truth = np.array(clip.truth)
    if "genre offset" in planted and clip.sound.genre == OFFSET_GENRE:
        truth[0] += GENRE_OFFSET
    rating = published or design.panel.rate(truth, np.random.default_rng((seed, _RATING, key)))
    if "exchanged" in planted:
        rating = replace(
            rating,
            valence=rating.arousal,
            arousal=rating.valence,
            valence_std=rating.arousal_std,
            arousal_std=rating.valence_std,
        )
    if "zero-based" in planted:
        rating = replace(rating, valence=rating.valence + ZERO_BASED, arousal=rating.arousal + ZERO_BASED)
    trace: SourceTrace | None = None
    if design.traces:
        rng = np.random.default_rng((seed, _TRACE, key))
        trace = design.panel.follow(truth, clip.sound.cues.swell, clip.sound.duration_s, rng)
    return SourceClip(
        source_id=clip.source_id,
        title=clip.title,
        artist=clip.artist,
        genre=clip.sound.genre,
        group=clip.artist,
        ratings=(rating,),
        trace=trace,
        file_name=f"{clip.source_id}.{design.ending}",
    )
