"""Counts in sentences, the same in window, command line and report; tables in plain text."""

from collections.abc import Sequence


def counted(n: int, one: str, many: str = "") -> str:
    """A count with its noun.

    Examples
    --------
    >>> counted(1, "clip"), counted(1744, "clip"), counted(2, "genre by dataset", "genres by dataset")
    ('1 clip', '1,744 clips', '2 genres by dataset')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def aligned(rows: Sequence[Sequence[str]], n_left: int, *, last_left: bool = False) -> list[str]:
    """Lines of a table in which the first columns (and the last, where it holds words) stand to the left, the others right.

    Examples
    --------
    >>> aligned([["name", "n"], ["Ash", "744"]], 1)
    ['name    n', 'Ash   744']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            part.ljust(width)
            if place < n_left or (last_left and place == len(row) - 1)
            else part.rjust(width)
            for place, (part, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
