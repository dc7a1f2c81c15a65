"""The help's pages: Markdown files of `resources/help`, in the order in which they are listed; no Qt here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from merdesk.resources import resource

GROUPS: dict[str, tuple[str, ...]] = {
    "The window": (
        "start",
        "import",
        "explore",
        "annotate",
        "compare",
        "models",
        "report",
        "library",
        "player",
        "features",
        "doctor",
        "export",
        "trouble",
    ),
    "Methods": (
        "metrics",
        "intervals",
        "ceilings",
        "gap",
        "nulls",
        "shrinkage",
        "splits",
        "fitting",
        "agreement",
        "jukebox",
        "checks",
    ),
}
"""Names of the files without their ending."""
EXCERPT = 60
"""Characters shown before and after what was found."""
MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*`#|]")
"""What Markdown has beside the words: links leave their text, marks nothing."""


@dataclass(frozen=True)
class Topic:
    """One page of the help."""

    name: str
    group: str
    text: str

    @property
    def title(self) -> str:
        """Its first heading."""
        return self.text.partition("\n")[0].removeprefix("# ")

    @cached_property
    def words(self) -> str:
        """What is read, without marks, on one line; the title left out."""
        return " ".join(MARKS.sub(r"\1", self.text.partition("\n")[2]).split())

    @property
    def links(self) -> tuple[str, ...]:
        """Targets of its links as they are written."""
        return tuple(re.findall(r"\]\(([^)]*)\)", self.text))


@dataclass(frozen=True, slots=True)
class Found:
    """A page that a search found, and the words around the first place, empty where only the title matched."""

    topic: Topic
    excerpt: str


def load() -> tuple[Topic, ...]:
    """Every page."""
    return tuple(
        Topic(name, group, resource("help", f"{name}.md").read_text(encoding="utf-8"))
        for group, names in GROUPS.items()
        for name in names
    )


def search(topics: Sequence[Topic], typed: str) -> list[Found]:
    r"""Pages that hold every typed word, those with the words in their title first.

    Examples
    --------
    >>> text = "# Metrics\nThe same r can be many things."
    >>> [(found.topic.name, found.excerpt) for found in search([Topic("m", "", text)], "SAME thing")]
    [('m', 'The same r can be many things.')]
    """
    wanted = typed.casefold().split()
    found = [
        Found(topic, _excerpt(topic.words, wanted))
        for topic in topics
        if all(word in f"{topic.title} {topic.words}".casefold() for word in wanted)
    ]
    return sorted(found, key=lambda one: not all(word in one.topic.title.casefold() for word in wanted))


def _excerpt(words: str, wanted: Sequence[str]) -> str:
    places = [place for word in wanted if (place := words.casefold().find(word)) >= 0]
    if not places:
        return ""
    begin, end = max(0, min(places) - EXCERPT), min(len(words), min(places) + EXCERPT)
    if begin:
        begin = words.find(" ", begin) + 1
    if end < len(words):
        end = words.rfind(" ", 0, end)
    return (
        ("\N{HORIZONTAL ELLIPSIS}" if begin else "")
        + words[begin:end]
        + ("\N{HORIZONTAL ELLIPSIS}" if end < len(words) else "")
    )
