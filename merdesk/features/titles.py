"""What people call the sets of features."""

from merdesk.features.jukebox.choice import PUBLISHED_LAYER, JukeboxChoice

TITLES = {
    "chroma": "Chroma",
    "basic": "Basic",
    "classic": "Classic",
    "egemaps": "eGeMAPS",
    "compare": "ComParE",
    "jukebox": "Jukebox",
    "jukemirlib": "jukemirlib",
}


def title_of(name: str) -> str:
    """Name of a set as people read it; imported sets keep theirs.

    Examples
    --------
    >>> title_of("chroma"), title_of("mert"), title_of("jukebox-layer18-cover")
    ('Chroma', 'mert', 'Jukebox (layer 18, whole clip)')
    """
    choice = JukeboxChoice.of(name)
    if choice is None:
        return TITLES.get(name, name)
    told = [
        *([f"layer {choice.layer}"] if choice.layer != PUBLISHED_LAYER else []),
        *(["whole clip"] if choice.window == "cover" else []),
        *([choice.precision] if choice.precision != "auto" else []),
    ]
    return TITLES[choice.base] + (f" ({', '.join(told)})" if told else "")
