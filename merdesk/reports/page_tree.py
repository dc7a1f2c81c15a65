"""The page of a report as a tree of plain values, for renderings that set the same words in another way.

What the page says is said once, in its templates; whoever sets it on paper or in the window reads it from here.
"""

import re
from html.parser import HTMLParser
from typing import Any

from merdesk.reports.figures import drawable
from merdesk.reports.html import render
from merdesk.reports.nodes import Node
from merdesk.reports.palette import swatches

VOID = ("br", "meta")
SKIPPED = ("head", "nav", "footer")
KEPT = (
    "id",
    "href",
    "colspan",
    "data-dataset",
    "data-genre",
    "data-clip",
    "data-picture",
    "data-train",
    "data-test",
)
_SHARE = re.compile(r"--share: ([\d.]+)%")
_SWATCH = re.compile(r"background: var\(--([\w-]+)\)")


def page_tree(report: dict[str, Any]) -> Node:
    """The body of the page: its header, then a node for each section; pictures are named, not drawn."""
    reader = _Reader()
    # One element a picture, which the reader finds again by its name.
    reader.feed(render(report, {name: f'<img data-picture="{name}"></img>' for name in drawable(report)}))
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    """Builds the tree; text is collapsed as a browser does, but where line breaks count."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Node = {"tag": "body", "class": [], "children": []}
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        node = {"tag": tag, **_about({name: value or "" for name, value in attrs}), "children": []}
        if not any(parent["tag"] in SKIPPED for parent in (*self._open, node)):
            self._open[-1]["children"].append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  (the page nests, so it is the last one opened)
        """End the element that is open."""
        if len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Add text."""
        parent = self._open[-1]
        if any(node["tag"] in SKIPPED for node in self._open):
            return
        kept = parent["tag"] == "pre" or "notes" in parent["class"]
        text = data if kept else re.sub(r"[ \t\r\n]+", " ", data)
        if text.strip() or (parent["children"] and parent["tag"] not in ("table", "thead", "tbody", "tr")):
            parent["children"].append(text)


def _about(attrs: dict[str, str]) -> dict[str, Any]:
    """Class, the attributes of `KEPT`, how dark a cell is shaded (0 to 1) and the colour of a swatch (#rrggbb)."""
    node: dict[str, Any] = {"class": attrs.get("class", "").split()}
    node |= {name.removeprefix("data-"): attrs[name] for name in KEPT if name in attrs}
    style = attrs.get("style", "")
    if share := _SHARE.search(style):
        node["share"] = float(share.group(1)) / 100
    if swatch := _SWATCH.search(style):
        node["colour"] = swatches()[swatch.group(1)][0]
    return node
