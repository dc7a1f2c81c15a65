"""What the window calls features, and how it says sizes."""

TITLES = {
    "chroma": "Chroma",
    "basic": "Basic",
    "classic": "Classic",
    "jukebox": "Jukebox",
}
EXPLAINED = {
    "chroma": "Chroma: which notes sound",
    "basic": "Basic: loudness, tempo, mode",
    "classic": "Classic: timbre, rhythm, tonality",
    "jukebox": "Jukebox: learned from music",
}


def title_of(name: str) -> str:
    """Name of a set as the window writes it; imported sets keep theirs.

    Examples
    --------
    >>> title_of("chroma"), title_of("mert")
    ('Chroma', 'mert')
    """
    return TITLES.get(name, name)


def size(n_bytes: float) -> str:
    """Bytes in words.

    Examples
    --------
    >>> size(0), size(1200), size(46_000_000), size(10_290_000_000)
    ('0 kB', '1 kB', '46 MB', '10.3 GB')
    """
    if n_bytes < 1e6:
        return f"{n_bytes / 1e3:.0f} kB"
    return f"{n_bytes / 1e6:.0f} MB" if n_bytes < 1e9 else f"{n_bytes / 1e9:.1f} GB"


def long_span(seconds: float) -> str:
    """A length of time as coarse as an estimate is.

    Examples
    --------
    >>> long_span(40), long_span(600), long_span(39_000), long_span(200_000)
    ('1 min', '10 min', '11 h', '2.3 days')
    """
    if seconds < 3600 * 1.5:
        return f"{max(1, round(seconds / 60))} min"
    hours = seconds / 3600
    return f"{hours:.0f} h" if hours < 36 else f"{hours / 24:.1f} days"
