"""What every loader offers: it recognises a source by its content, and reads it."""

from dataclasses import dataclass
from typing import Protocol

from merdesk.datasets.source import Source
from merdesk.domain.source import DatasetInfo, SourceDataset


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a loader saw in a source, in a sentence and in counts.

    `supported` is False for a release that is known and cannot be read: the sentence says which. `alternative` is
    True for a second reading of files that another recognition already covers.
    """

    key: str
    info: DatasetInfo
    sentence: str
    counts: tuple[tuple[str, int], ...] = ()
    supported: bool = True
    alternative: bool = False


class Loader(Protocol):
    """A module with these names is a loader: who has read one has read all."""

    KEY: str
    INFO: DatasetInfo

    def recognise(self, source: Source) -> Recognition | None:
        """Say what is there, None when it is not this loader's; reads no more than headers and counts."""

    def load(self, source: Source) -> SourceDataset:
        """Read annotations and descriptions; audio is matched and probed elsewhere.

        Raises
        ------
        DatasetError
            When nothing can be read; rows that cannot be are listed in `left_out`.
        """


@dataclass(frozen=True, slots=True)
class Count:
    """One line of the preview: how many were found, and how many the publication states (None: not stated)."""

    what: str
    found: int
    expected: int | None

    @property
    def agrees(self) -> bool:
        """False where the publication states another number."""
        return self.expected is None or self.found == self.expected


def counts(dataset: SourceDataset) -> tuple[Count, ...]:
    """Count what was loaded, beside the published counts.

    "genre X", "split X" and "groups" are counted when the publication states them.
    """
    found = {
        "clips": len(dataset.clips),
        "annotated": sum(bool(clip.ratings) for clip in dataset.clips),
        "traces": sum(clip.trace is not None for clip in dataset.clips),
        "trace samples": sum(len(clip.trace.time_s) for clip in dataset.clips if clip.trace is not None),
        "genres": len({clip.genre for clip in dataset.clips if clip.genre}),
        "groups": len({clip.group for clip in dataset.clips if clip.group}),
    }
    expected = dict(dataset.info.expected_counts)
    for what in expected:
        kind, _, name = what.partition(" ")
        if kind in {"split", "genre"}:
            found[what] = sum(getattr(clip, kind) == name for clip in dataset.clips)
    return tuple(Count(what, n, expected.get(what)) for what, n in found.items() if n or expected.get(what))


def sentence(name: str, parts: list[str]) -> str:
    """Return "NAME: a, b and c." from the parts that are there."""
    kept = [part for part in parts if part]
    listed = ", ".join(kept[:-1]) + (" and " if len(kept) > 1 else "") + kept[-1] if kept else "nothing"
    return f"{name}: {listed}."


def audio_part(source: Source, n_wanted: int) -> str:
    """Return what a recognition says about audio; what lies in a zip cannot be played in place."""
    if source.audio:
        return f"{len(source.audio)} audio files" if len(source.audio) != n_wanted else "all audio files"
    if source.n_zipped_audio:
        return f"{source.n_zipped_audio} audio files inside a zip (unpack it to listen)"
    return "no audio found"
