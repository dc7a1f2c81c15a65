"""The one palette of window and report, read from `resources/palette.json`."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from merdesk.resources import resource

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")


@cache
def _palette() -> Mapping[str, Any]:
    with resource("palette.json").open(encoding="utf-8") as file:
        content: Mapping[str, Any] = json.load(file)
    return content


def tokens(scheme: Scheme) -> dict[str, str]:
    """Colours by their role (`background`, `text`, `accent`, ...) as #rrggbb."""
    return dict(_palette()[scheme])


def genre_colour(genre: str, scheme: Scheme = "light") -> str:
    """Colour of a genre as #rrggbb: the same for the same name in every project; grey for no name.

    Genres without a colour of their own share ten more by a hash of their name: two of them can meet in one
    colour, so a name always stands beside it.
    """
    palette = _palette()
    if not genre:
        return str(palette["no_genre"][scheme])
    by_name = {name.casefold(): colours for name, colours in palette["genres"].items()}
    known = by_name.get(genre.casefold())
    if known is None:
        digest = hashlib.blake2b(genre.casefold().encode("utf-8", "replace"), digest_size=4).digest()
        more = palette["more_genres"]
        known = more[int.from_bytes(digest, "big") % len(more)]
    return str(known[scheme])


def swatches() -> dict[str, tuple[str, str]]:
    """Every genre colour that can occur, light against dark, by the name of its style sheet variable."""
    palette = _palette()
    colours = [*palette["genres"].values(), *palette["more_genres"], palette["no_genre"]]
    return {f"genre-{number}": (pair["light"], pair["dark"]) for number, pair in enumerate(colours)}
