"""The colours of the program, light and dark. No Qt here: reports and tests may read them too."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour by what it is for, as `#rrggbb`.

    `accent` means selected or playing and nothing else; `faint` is never used for something one must read.
    `valence` and `arousal` are the lines of traces, `bars` the part of a waveform that was not played yet.
    `genres` and `extra` are categorical colours, `sequential` the anchors of the numeric map from low to high.
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
    bars: str
    genres: tuple[tuple[str, str], ...]
    extra: tuple[str, ...]
    sequential: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        """True for light text on a dark ground."""
        return self.name == "dark"

    def categories(self, names: Iterable[str]) -> dict[str, str]:
        """One colour for each name: the field's genres have theirs, others keep one by name across projects.

        A name picks its place among the extra colours by its digest, so that it looks the same in every project;
        only where two names of the same set want one place does the later in the alphabet move on. More names
        than colours share them. An empty name is a clip without a value: faint.
        """
        fixed = {genre.casefold(): colour for genre, colour in self.genres}
        chosen: dict[str, str] = {}
        taken: set[int] = set()
        for name in sorted(set(names)):
            if not name:
                chosen[name] = self.faint
            elif name.casefold() in fixed:
                chosen[name] = fixed[name.casefold()]
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
        steps = len(self.sequential) - 1
        place = min(max(share, 0.0), 1.0) * steps
        left = min(int(place), steps - 1)
        return mix(self.sequential[left], self.sequential[left + 1], place - left)


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


# Extra colours: Paul Tol's "vibrant" and "muted" schemes (personal.sron.nl/~pault), which keep apart for people
# with a colour-vision deficiency, lifted or darkened until each stands 3:1 against its ground. The numeric map is
# viridis without the end that would sink into the ground.
DARK = Palette(
    name="dark",
    background="#121417",
    panel="#191c21",
    raised="#21252c",
    line="#2b3038",
    grid="#242931",
    text="#e7e9ec",
    muted="#98a1ad",
    faint="#5d6672",
    accent="#ffb545",
    on_accent="#1a1305",
    good="#5cc8a1",
    bad="#ff7a70",
    valence="#5cc8a1",
    arousal="#b48ae0",
    bars="#4a525e",
    genres=(
        ("Classical", "#5aa9e6"),
        ("Blues", "#3f6fd8"),
        ("Jazz", "#b48ae0"),
        ("Folk", "#7fb069"),
        ("Country", "#d9a441"),
        ("Pop", "#e86f9a"),
        ("Rock", "#e4572e"),
        ("Electronic", "#2ec4b6"),
    ),
    extra=(
        "#33bbee", "#ee7733", "#ee3377", "#44aa99", "#88ccee", "#ddcc77", "#cc6677", "#999933",
        "#aa4499", "#bbcc33", "#7788dd", "#d0d3d8", "#c58f6a", "#66c28e", "#e3a0cf", "#5f9bb5",
    ),
    sequential=("#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"),
)  # fmt: skip

LIGHT = Palette(
    name="light",
    background="#f4f5f7",
    panel="#ffffff",
    raised="#eef0f3",
    line="#dcdfe4",
    grid="#eceef1",
    text="#1a1e24",
    muted="#5a6470",
    faint="#98a1ad",
    accent="#c26a00",
    on_accent="#ffffff",
    good="#0b7a55",
    bad="#c0352b",
    valence="#0b7a55",
    arousal="#8656c2",
    bars="#b4bac3",
    genres=(
        ("Classical", "#2b7cc0"),
        ("Blues", "#2b4fb0"),
        ("Jazz", "#8656c2"),
        ("Folk", "#4d8237"),
        ("Country", "#a87412"),
        ("Pop", "#c93d72"),
        ("Rock", "#c23a12"),
        ("Electronic", "#0b8f83"),
    ),
    extra=(
        "#0077bb", "#b85510", "#c4145c", "#2b7f71", "#3f8fb8", "#94823a", "#b04a5c", "#76761f",
        "#aa4499", "#76851a", "#4a5bb8", "#6f757e", "#8f5f3a", "#2f8558", "#b0609a", "#3b6f87",
    ),
    sequential=("#440154", "#414487", "#2a788e", "#22a884", "#5fae3c"),
)  # fmt: skip
