"""Short excerpts of clips inside the page: never more than the page may weigh."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

MOST_BYTES = 2_500_000
"""Of all excerpts as they stand in the page; with its pictures it stays under 5 MB."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Opus in Ogg of some seconds of a clip."""

    ogg: bytes
    duration_s: float

    def as_link(self) -> str:
        """The excerpt as a data address, which asks nobody for anything."""
        return f"data:audio/ogg;base64,{base64.b64encode(self.ogg).decode('ascii')}"


def fitting(excerpts: Mapping[int, Excerpt], most_bytes: int = MOST_BYTES) -> dict[int, Excerpt]:
    """The first excerpts, in their order, that are together no larger than `most_bytes` as links."""
    kept, size = {}, 0
    for clip_id, one in excerpts.items():
        size += 4 * len(one.ogg) // 3 + 32
        if size > most_bytes:
            break
        kept[clip_id] = one
    return kept
