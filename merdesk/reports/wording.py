"""How numbers and counts are written for people: true minus, fixed decimals, never by locale."""

import math
import re
from collections.abc import Sequence

from merdesk.domain.words import counted as counted  # noqa: PLC0414  (one of the words that this room offers)

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def clean(text: object) -> str:
    r"""Text without control characters, direction overrides and lone surrogates.

    Titles and tags come from strangers' files; an override would turn the rest of the line around, and a
    surrogate cannot be written as UTF-8.

    Examples
    --------
    >>> clean("a\x00b")
    'ab'
    """
    return _INVISIBLE.sub("", str(text))


def number(value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """A number with a true minus sign; a dash where there is none.

    Examples
    --------
    >>> number(-0.256), number(0.5, 3, signed=True), number(None), number(-0.001)
    ('−0.26', '+0.500', '–', '0.00')
    """
    if value is None or not math.isfinite(value):
        return "\N{EN DASH}"
    text = f"{abs(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    if value < 0:
        return MINUS + text
    return f"+{text}" if signed else text


def listed(words: Sequence[str], *, most: int = 6) -> str:
    """Words as a list in a sentence, at most `most` of them by name.

    Examples
    --------
    >>> listed(["Pop"]), listed(["Pop", "Rock"]), listed(["a", "b", "c", "d"], most=2)
    ('Pop', 'Pop and Rock', 'a, b and 2 more')
    """
    shown = list(words[:most])
    if len(words) > most:
        shown.append(f"{len(words) - most} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def prose(sentence: str) -> str:
    """A sentence of the command line as a page prints it: a capital first, true minus signs and squares.

    Examples
    --------
    >>> prose("all others on Ember: R2 drops by -0.10 (-0.20 to 0.00)")
    'All others on Ember: R² drops by −0.10 (−0.20 to 0.00)'
    """
    text = re.sub(r"(?<![\w.])-(?=\d)", MINUS, sentence.replace("R2", "R²").replace("r2 of", "r² of"))
    return text[:1].upper() + text[1:]


def p_value(p: float | None) -> str:
    """A p-value as papers print it.

    Examples
    --------
    >>> p_value(0.0004), p_value(0.41), p_value(None)
    ('< .001', '.410', '–')
    """
    if p is None or not math.isfinite(p):
        return "\N{EN DASH}"
    return "< .001" if p < 0.001 else f"{min(p, 1.0):.3f}".removeprefix("0")


def share(part: float) -> str:
    r"""A share in per cent, never rounded up to all or down to nothing.

    Examples
    --------
    >>> share(0.9077), share(1.0), share(0.9999)
    ('91\xa0%', 'all', '99\xa0%')
    """
    if part >= 1:
        return "all"
    return f"{min(99, max(1, round(100 * part)))}{NO_BREAK_SPACE}%"
