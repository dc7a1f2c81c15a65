"""The colours of the program, light and dark. No Qt here: reports and tests may read them too."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from merdesk.resources import resource


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour by what it is for, as `#rrggbb`.

    `accent` means selected or playing and nothing else; `faint` is never used for something one must read.
    `valence` and `arousal` are the lines of traces, `bars` the part of a waveform that was not played yet.
    `genres` and `extra` are categorical colours, `distinct` a few that stay apart whatever colours one cannot see;
    `sequential` are the anchors of the numeric map from low to high, `diverging` those from below to above zero;
    `markers` are the shapes by which datasets are told apart, in their order.
    """

    name: str
    background: str
    panel: str
    raised: str
    line: str
    grid: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    good: str
    bad: str
    valence: str
    arousal: str
    no_category: str
    bars: str
    genres: tuple[tuple[str, str], ...]
    extra: tuple[str, ...]
    distinct: tuple[str, ...]
    sequential: tuple[str, ...]
    diverging: tuple[str, ...]
    markers: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        """True for light text on a dark ground."""
        return self.name == "dark"

    def categories(self, names: Iterable[str]) -> dict[str, str]:
        """One colour for each name: the field's genres have theirs, others keep one by name across projects.

        A name picks its place among the extra colours by its digest, so that it looks the same in every project;
        only where two names of the same set want one place does the later in the alphabet move on. More names
        than colours share them. An empty name is a clip without a value.
        """
        fixed = {genre.casefold(): colour for genre, colour in self.genres}
        chosen: dict[str, str] = {}
        taken: set[int] = set()
        for name in sorted(set(names), key=lambda name: (name.casefold() not in KNOWN_PLACES, name)):
            if not name:
                chosen[name] = self.no_category
            elif name.casefold() in fixed:
                chosen[name] = fixed[name.casefold()]
            elif name.casefold() in KNOWN_PLACES:
                taken.add(KNOWN_PLACES[name.casefold()])
                chosen[name] = self.extra[KNOWN_PLACES[name.casefold()]]
            else:
                place = _free_place(name, taken, len(self.extra))
                taken.add(place)
                chosen[name] = self.extra[place]
        return chosen

    def numeric(self, share: float) -> str:
        """Colour of a place between low (0) and high (1) on the sequential map; outside values are clamped.

        Examples
        --------
        >>> DARK.numeric(0.0) == DARK.sequential[0], DARK.numeric(2.0) == DARK.sequential[-1]
        (True, True)
        """
        return _between(self.sequential, share)

    def signed(self, share: float) -> str:
        """The same between far below zero (0) and far above it (1) on the diverging map."""
        return _between(self.diverging, share)


def _between(anchors: tuple[str, ...], share: float) -> str:
    steps = len(anchors) - 1
    place = min(max(share, 0.0), 1.0) * steps
    left = min(int(place), steps - 1)
    return mix(anchors[left], anchors[left + 1], place - left)


def mix(first: str, second: str, share: float) -> str:
    """The colour `share` of the way from first to second, channel by channel.

    Examples
    --------
    >>> mix("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours after WCAG 2.2, 1 to 21.

    Examples
    --------
    >>> contrast("#ffffff", "#000000")
    21.0
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [value / 255 for value in bytes.fromhex(colour[1:])]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _free_place(name: str, taken: set[int], n_places: int) -> int:
    digest = blake2b(name.casefold().encode(errors="surrogatepass"), digest_size=4).digest()
    wanted = int.from_bytes(digest, "big") % n_places
    ring = ((wanted + step) % n_places for step in range(n_places))
    return next((place for place in ring if place not in taken), wanted)


KNOWN_PLACES = {"emomusic": 4, "deam": 1, "pmemo": 0, "wtc": 2, "wcmed": 6}
"""Places of the public datasets among the extra colours: those that are farthest apart."""

BARS = {"light": "#b4bac3", "dark": "#4a525e"}
"""Waveform that was not played yet: between line and muted, a shape to follow and not a text to read."""

SEQUENTIAL = {
    "light": ("#440154", "#414487", "#2a788e", "#22a884", "#5fae3c"),
    "dark": ("#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"),
}
"""Anchors of viridis (Smith and van der Walt 2015) without the end that would sink into the ground."""

DIVERGING = {
    "light": ("#1f5fa8", "#6c93bd", "#8a929c", "#c08552", "#a33d05"),
    "dark": ("#4da3ff", "#6f9cc4", "#808a96", "#d19a5b", "#ff8a3c"),
}
"""Blue for below, orange for above, grey for zero: two hues that every kind of colour vision tells apart."""


def read_palette(name: str, path: Path | None = None) -> Palette:
    """The palette "light" or "dark" from the file that window and report share."""
    stored = json.loads((path or resource("palette.json")).read_text(encoding="utf-8"))
    return Palette(
        name=name,
        **stored[name],
        valence=stored["dimensions"]["Valence"][name],
        arousal=stored["dimensions"]["Arousal"][name],
        no_category=stored["no_genre"][name],
        bars=BARS[name],
        genres=tuple((genre, colours[name]) for genre, colours in stored["genres"].items()),
        extra=tuple(colours[name] for colours in stored["more_genres"]),
        distinct=tuple(colours[name] for colours in stored["distinct"]),
        sequential=SEQUENTIAL[name],
        diverging=DIVERGING[name],
        markers=tuple(stored["markers"]),
    )


DARK = read_palette("dark")
LIGHT = read_palette("light")
