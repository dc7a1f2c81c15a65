"""Who computes with what: versions of a cluster's machines beside those of this one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from merdesk.domain.protocols import FeatureExtractor
from merdesk.domain.words import counted
from merdesk.errors import Failure, FeatureError, attempt
from merdesk.features import extractor
from merdesk.features.key import FeatureSet

PACKAGES = ("merdesk", "numpy", "librosa", "torch")
OF_THE_DEVICE = "precision"
"""The one setting that follows the device: a card computes in fp16 what a processor computes in bf16."""

MISSING = "none"


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions on one machine, `none` where a package is not installed."""

    merdesk: str
    python: str
    others: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Versions":
        """Read what Dask tells of a machine (`Client.get_versions`)."""
        packages = told["packages"]
        found = {name: packages.get(name) or MISSING for name in PACKAGES}
        python = ".".join(packages["python"].split(".")[:3])
        return cls(found.pop("merdesk"), python, tuple(found.items()))

    def __str__(self) -> str:
        named = (("merdesk", self.merdesk), ("Python", self.python), *self.others)
        return ", ".join(f"{name} {version}" for name, version in named)


def refusal(who: str, theirs: Versions, mine: Versions) -> str:
    """Why a machine cannot be worked with, or an empty text: results of another merdesk cannot be told apart later."""
    if theirs.merdesk == mine.merdesk:
        return ""
    has = "no merdesk" if theirs.merdesk == MISSING else f"merdesk {theirs.merdesk}"
    return f"{who} has {has} and this computer {mine.merdesk}; install the same version on all."


def differences(theirs: Iterable[Versions], mine: Versions) -> str:
    """What may make the last digits differ, in one sentence; empty when nothing does."""
    found = {
        f"{name} {version}"
        for one in theirs
        for (name, version), (_, own) in zip(
            (("Python", one.python), *one.others), (("Python", mine.python), *mine.others), strict=True
        )
        if version != own
    }
    if not found:
        return ""
    return f"The cluster has {', '.join(sorted(found))}, this computer {mine}: last digits may differ."


def summary(workers: Iterable[Versions]) -> list[str]:
    """Workers counted by what they have, the most first."""
    counts: dict[str, int] = {}
    for one in workers:
        counts[str(one)] = counts.get(str(one), 0) + 1
    most_first = sorted(counts.items(), key=lambda item: -item[1])
    return [f"{counted(n, 'worker')}: {text}" for text, n in most_first]


def check_sets(who: str, theirs: Mapping[str, FeatureSet], agreed: Mapping[str, FeatureSet]) -> None:
    """Compare what a worker's extractors give with this computer's, and with what other workers agreed on.

    Raises
    ------
    FeatureError
        When they differ: features that must not be mixed would lie under one name.
    """
    for name, features in theirs.items():
        own = extractor(name)
        if own.version != features.version:
            raise FeatureError(
                f"{who} computes version {features.version} of {name} and this computer version {own.version}; "
                "install the same merdesk on both."
            )
        wanted = attempt(partial(_settings_of, own))
        others = json.loads(agreed[name].settings) if name in agreed else None
        for reference, ignored in ((wanted, {OF_THE_DEVICE}), (others, set[str]())):
            # Where this computer has no weights, there is nothing to compare with.
            if reference is None or isinstance(reference, Failure):
                continue
            differing = _differing(json.loads(features.settings), reference, ignored)
            if differing:
                raise FeatureError(
                    f"{who} computes {name} with another {' and '.join(differing)}; give all machines the same."
                )


def _differing(first: Mapping[str, Any], second: Mapping[str, Any], ignored: set[str]) -> list[str]:
    names = (first.keys() | second.keys()) - ignored
    return sorted(name for name in names if first.get(name) != second.get(name))


def _settings_of(one: FeatureExtractor) -> dict[str, Any]:
    return dict(one.settings)
