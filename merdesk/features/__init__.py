"""From samples to features: extractors, the processes that run them, the store that keeps what they answer.

Every extractor answers for one clip a pooled vector and frames at 2 Hz *with the same columns*, so that a model
fitted on clips can be asked about any half second of one.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from merdesk.domain.protocols import FeatureExtractor
from merdesk.errors import FeatureError
from merdesk.features.jukebox.choice import JukeboxChoice


def _chroma() -> FeatureExtractor:
    from merdesk.features.chroma import Chroma

    return Chroma()


def _basic() -> FeatureExtractor:
    from merdesk.features.basic import Basic

    return Basic()


def _classic() -> FeatureExtractor:
    from merdesk.features.classic import Classic

    return Classic()


def _egemaps() -> FeatureExtractor:
    from merdesk.features.opensmile_sets import OpenSmile

    return OpenSmile("egemaps", "eGeMAPSv02")


def _compare() -> FeatureExtractor:
    from merdesk.features.opensmile_sets import OpenSmile

    return OpenSmile("compare", "ComParE_2016")


def _jukebox(choice: JukeboxChoice | None = None) -> FeatureExtractor:
    from merdesk.features.jukebox.choice import preferred_device
    from merdesk.features.jukebox.extractor import JukeboxExtractor

    choice = choice or JukeboxChoice()
    return JukeboxExtractor(
        layer=choice.layer,
        device=preferred_device(),
        precision=choice.precision,
        window=choice.window,
    )


def _jukemirlib(choice: JukeboxChoice | None = None) -> FeatureExtractor:
    from merdesk.features.jukemirlib import Jukemirlib

    return Jukemirlib((choice or JukeboxChoice()).layer)


EXTRACTORS: tuple[tuple[str, Callable[[], FeatureExtractor]], ...] = (
    ("chroma", _chroma),
    ("basic", _basic),
    ("classic", _classic),
    ("egemaps", _egemaps),
    ("compare", _compare),
    ("jukebox", _jukebox),
    ("jukemirlib", _jukemirlib),
)
"""Name and factory of each; making one is cheap, the heavy libraries come with the first `extract`."""

WITH_WEIGHTS = ("jukebox", "jukemirlib")
"""Their sets are named by their weights, and a clip takes them minutes."""

_EXTRAS = {
    "egemaps": ("opensmile", 'openSMILE; install it with pip install "merdesk[opensmile]"'),
    "compare": ("opensmile", 'openSMILE; install it with pip install "merdesk[opensmile]"'),
    "jukebox": ("torch", "PyTorch, which this merdesk comes without; install merdesk with PyTorch"),
    "jukemirlib": ("jukemirlib", "the package jukemirlib; the README says how to get it"),
}
"""Package that an extractor needs beside those that merdesk brings, and how to come by it."""


def base_of(name: str) -> str | None:
    """The extractor that computes features of this name; None when none does.

    Examples
    --------
    >>> base_of("chroma"), base_of("jukebox-layer18"), base_of("mert")
    ('chroma', 'jukebox', None)
    """
    choice = JukeboxChoice.of(name)
    return choice.base if choice else name if name in dict(EXTRACTORS) else None


def needs_weights(name: str) -> bool:
    """True for features that come from the weights of Jukebox."""
    return base_of(name) in WITH_WEIGHTS


def lacking_package(name: str) -> str:
    """What must be installed before features of this name can be computed, in words; empty when all is there."""
    package, words = _EXTRAS.get(base_of(name) or "", ("", ""))
    return words if package and find_spec(package) is None else ""


def extractor(name: str) -> FeatureExtractor:
    """Make an extractor by its name, or by `module:factory` for one that lives elsewhere.

    Raises
    ------
    FeatureError
        When there is no such extractor, or its package is not installed.
    """
    module, colon, factory = name.partition(":")
    if colon:
        made: FeatureExtractor = getattr(import_module(module), factory)()
        return made
    if lacking := lacking_package(name):
        raise FeatureError(f"The features {name} need {lacking}.")
    if choice := JukeboxChoice.of(name):
        return _jukemirlib(choice) if choice.base == "jukemirlib" else _jukebox(choice)
    for known, make in EXTRACTORS:
        if known == name:
            return make()
    raise FeatureError(f"There are no features named {name!r}; choose from {', '.join(known_names())}.")


def known_names() -> list[str]:
    """What can be computed here, as a list for people who look for a name."""
    return [name for name, _ in EXTRACTORS if not lacking_package(name)]
