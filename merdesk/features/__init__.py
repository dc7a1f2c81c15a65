"""From samples to features: extractors, the processes that run them, the store that keeps what they answer.

Every extractor answers for one clip a pooled vector and frames at 2 Hz *with the same columns*, so that a model
fitted on clips can be asked about any half second of one.
"""

from collections.abc import Callable
from importlib import import_module

from merdesk.domain.protocols import FeatureExtractor
from merdesk.errors import FeatureError


def _chroma() -> FeatureExtractor:
    from merdesk.features.chroma import Chroma

    return Chroma()


def _basic() -> FeatureExtractor:
    from merdesk.features.basic import Basic

    return Basic()


def _classic() -> FeatureExtractor:
    from merdesk.features.classic import Classic

    return Classic()


def _jukebox() -> FeatureExtractor:
    from merdesk.features.jukebox.extractor import JukeboxExtractor

    return JukeboxExtractor()


EXTRACTORS: tuple[tuple[str, Callable[[], FeatureExtractor]], ...] = (
    ("chroma", _chroma),
    ("basic", _basic),
    ("classic", _classic),
    ("jukebox", _jukebox),
)
"""Name and factory of each; making one is cheap, the heavy libraries come with the first `extract`."""


def extractor(name: str) -> FeatureExtractor:
    """Make an extractor by its name, or by `module:factory` for one that lives elsewhere.

    Raises
    ------
    FeatureError
        When there is no such extractor.
    """
    module, colon, factory = name.partition(":")
    if colon:
        made: FeatureExtractor = getattr(import_module(module), factory)()
        return made
    for known, make in EXTRACTORS:
        if known == name:
            return make()
    names = ", ".join(known for known, _ in EXTRACTORS)
    raise FeatureError(f"There are no features named {name!r}; choose from {names}.")
