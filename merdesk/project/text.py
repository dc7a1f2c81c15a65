"""Text and numbers as SQLite can hold them: no lone surrogates, no NUL, no NaN by accident."""

import math
import unicodedata


def clean(text: str) -> str:
    """Text without what UTF-8 or a table cannot hold; lone surrogates (undecodable file names) become "?"."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def fold(text: str) -> str:
    """Text for searching: no case, no accents.

    Examples
    --------
    >>> fold("Björk  JÓGA")
    'bjork joga'
    """
    decomposed = unicodedata.normalize("NFKD", clean(text).casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def known(value: float | None) -> float | None:
    """Value, or None (a NULL that means missing) where it is NaN or infinite."""
    return None if value is None or not math.isfinite(value) else float(value)


def number(value: float | None) -> float:
    """Value of a column, NaN where it is NULL."""
    return float("nan") if value is None else value
