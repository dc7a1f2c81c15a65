"""Counts in sentences, the same in window, command line and report."""


def counted(n: int, one: str, many: str = "") -> str:
    """A count with its noun.

    Examples
    --------
    >>> counted(1, "clip"), counted(1744, "clip"), counted(2, "genre by dataset", "genres by dataset")
    ('1 clip', '1,744 clips', '2 genres by dataset')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"
