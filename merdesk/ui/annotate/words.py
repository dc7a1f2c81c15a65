"""Values of [-1, 1] in words, as they are read while rating."""

from merdesk.domain.affect import Affect

NEITHER, SLIGHTLY, RATHER = 0.1, 0.35, 0.7


def strength(value: float, low: str, high: str) -> str:
    """A value as a word with its strength.

    Examples
    --------
    >>> strength(-0.2, "calm", "energetic"), strength(0.9, "calm", "energetic")
    ('slightly calm', 'very energetic')
    """
    if abs(value) < NEITHER:
        return f"neither {low} nor {high}"
    degree = "slightly" if abs(value) < SLIGHTLY else "rather" if abs(value) < RATHER else "very"
    return f"{degree} {low if value < 0 else high}"


def feeling(affect: Affect) -> str:
    """Valence and arousal in words."""
    return (
        f"{strength(affect.valence, 'negative', 'positive')}, {strength(affect.arousal, 'calm', 'energetic')}"
    )
