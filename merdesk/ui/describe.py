"""Clips in a few words, the same in hover cards, lists and the player."""

import math

from merdesk.domain.clip import ClipId
from merdesk.project import clips
from merdesk.ui.plots.hover_card import HoverText
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import signed


def hover_text(session: Session, clip_id: int) -> HoverText:
    """Title, subtitle and values of a clip for its hover card."""
    (found,) = clips.labels(session.project, [ClipId(clip_id)])
    subtitle = " · ".join(part for part in (found.artist, found.genre, found.dataset) if part)
    return HoverText(found.title or found.source_id, subtitle, values_text(session, clip_id))


def values_text(session: Session, clip_id: int) -> str:
    """Annotation with spread; the prediction where nobody rated."""
    number = session.columns.row_of(clip_id)
    if number is None:
        return ""
    columns = session.columns
    parts = []
    if math.isfinite(float(columns.affect[number, 0])):
        parts.append(
            "   ".join(
                f"{name} {signed(float(value))}"
                + (f" \N{PLUS-MINUS SIGN} {spread:.2f}" if math.isfinite(spread) else "")
                for name, value, spread in zip(
                    "VA", columns.affect[number], columns.spread[number], strict=True
                )
            )
        )
    elif math.isfinite(float(columns.prediction[number, 0])):
        valence, arousal = (signed(float(value)) for value in columns.prediction[number])
        parts.append(f"predicted   V {valence}   A {arousal}")
    return "   ".join(parts)


def title_of(session: Session, clip_id: int) -> tuple[str, str]:
    """Title and artist of a clip."""
    (found,) = clips.labels(session.project, [ClipId(clip_id)])
    return found.title or found.source_id, found.artist
