"""Invented artists and titles; any likeness to a real one is chance."""

import numpy as np

FIRST = ("Aldo", "Beri", "Cato", "Dunja", "Elvin", "Fenna", "Goro", "Hedda", "Ilya", "Jonna", "Kiran", "Lotte",
         "Marek", "Nadja", "Orin", "Petra", "Quirin", "Runa", "Sami", "Thea")  # fmt: skip
LAST = ("Abrelund", "Bostwyn", "Cormasto", "Dravelli", "Eskimar", "Fontarel", "Grunvald", "Hesperin", "Istrovan",
        "Jarmolen", "Kestriel", "Lomvard", "Mirecourt", "Nostravy", "Ondrelli", "Pelvassy", "Quistrand", "Rovenko",
        "Sandergaard", "Tolvane")  # fmt: skip
ADJECTIVES = ("Amber", "Borrowed", "Crooked", "Distant", "Early", "Folded", "Gentle", "Hollow", "Idle", "Jagged",
              "Kindly", "Lucid", "Mended", "Northern", "Open", "Paper", "Quiet", "Restless", "Silver", "Tidal",
              "Unsaid", "Velvet", "Wintry", "Yonder")  # fmt: skip
NOUNS = ("Anchor", "Bridge", "Carousel", "Doorway", "Ember", "Ferry", "Garden", "Harbour", "Island", "Junction",
         "Kettle", "Lantern", "Meadow", "Needle", "Orchard", "Pilot", "Quarry", "River", "Staircase", "Tunnel",
         "Umbrella", "Valley", "Window", "Yarn")  # fmt: skip


class Names:
    """Gives each artist and title once, in an order that the generator shuffles."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._people = _shuffled([f"{first} {last}" for first in FIRST for last in LAST], rng)
        self._bands = _shuffled([f"The {one} {two}s" for one in ADJECTIVES for two in NOUNS], rng)
        self._titles = _shuffled([f"{one} {two}" for one in ADJECTIVES for two in NOUNS], rng)

    def artist(self, genre: str) -> str:
        """A person, or a band where the genre has bands."""
        return (self._bands if genre == "Rock" else self._people).pop()

    def title(self) -> str:
        """Title of a piece."""
        return self._titles.pop()


def _shuffled(names: list[str], rng: np.random.Generator) -> list[str]:
    return [names[place] for place in rng.permutation(len(names))]
