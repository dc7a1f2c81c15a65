"""Names of datasets and genres, which anybody may have written, as text that every LaTeX prints and none runs."""

import re
import unicodedata

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%",
    "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"{\ttfamily\char34}", "`": r"\textasciigrave{}",
    "'": r"\textquotesingle{}", "[": "{[}", "]": "{]}",
}  # fmt: skip
"""Brackets in braces: after a line's end, LaTeX would read [ as an option of the line break. The straight quote has no
command that works in every font encoding."""
_LATIN = r"\x20-\x7e\xa1-\xac\xae-\u0125\u0128-\u0137\u0139-\u0165\u0168-\u017e\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u20ac\u2122"
"""What pdfLaTeX sets with T1 and textcomp (tried one by one with TeX Live 2022)."""


def escaped(text: str) -> str:
    r"""Text that LaTeX prints as it is; characters that cannot be seen are blanks or nothing.

    Letters that pdfLaTeX lacks go through a command of the file's head, with their code points beside them.

    Examples
    --------
    >>> escaped("R&B_100%")
    'R\\&B\\_100\\%'
    >>> print(escaped("Café 東京"))
    Café \merdeskletters{東京}{{[}U+6771 U+4EAC{]}}
    """
    seen = "".join(_visible(letter) for letter in unicodedata.normalize("NFC", text))
    parts = re.split(f"([^{_LATIN}]+)", seen)
    return "".join(_beyond(part) if number % 2 else _latin(part) for number, part in enumerate(parts))


def _visible(letter: str) -> str:
    """A letter; a blank for what separates, nothing for what controls."""
    if letter in "\n\r\t" or unicodedata.category(letter).startswith("Z"):
        return " "
    return "" if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"} else letter


def _latin(text: str) -> str:
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


def _beyond(letters: str) -> str:
    points = " ".join(f"U+{ord(letter):04X}" for letter in letters)
    return rf"\merdeskletters{{{letters}}}{{{{[}}{points}{{]}}}}"
