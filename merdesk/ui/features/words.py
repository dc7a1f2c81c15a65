"""What the window calls features, and how it says sizes."""

from merdesk.features.titles import title_of

__all__ = [
    "DEVICE_WORDS",
    "EXPLAINED",
    "PRECISION_WORDS",
    "WINDOW_WORDS",
    "long_range",
    "long_span",
    "size",
    "title_of",
]

EXPLAINED = {
    "chroma": "Chroma: which notes sound",
    "basic": "Basic: loudness, tempo, mode",
    "classic": "Classic: timbre, rhythm, tonality",
    "egemaps": "eGeMAPS: 88 of openSMILE",
    "compare": "ComParE: 6,373 of openSMILE",
    "jukebox": "Jukebox: learned from music",
    "jukemirlib": "Jukebox by jukemirlib",
}
WINDOW_WORDS = {"first": "First 23.8 s, as published", "cover": "The whole clip"}
PRECISION_WORDS = {"auto": "Automatic", "fp32": "fp32", "bf16": "bf16", "fp16": "fp16"}
DEVICE_WORDS = {
    "auto": "Automatic",
    "cpu": "Processor",
    "cuda": "Graphics card (CUDA)",
    "mps": "Graphics unit (Metal)",
}


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


def long_range(least_s: float, most_s: float) -> str:
    """Two lengths of time as one range.

    Examples
    --------
    >>> long_range(39_000, 50_000), long_range(39_000, 39_100), long_range(3000, 39_000)
    ('11 to 14 h', '11 h', '50 min to 11 h')
    """
    least, most = long_span(least_s), long_span(most_s)
    if least == most:
        return least
    number, _, unit = least.partition(" ")
    return f"{number} to {most}" if unit == most.partition(" ")[2] else f"{least} to {most}"
