"""Nodes of the report's page: what renderings read of it."""

from typing import Any

Node = dict[str, Any]
"""tag, class (a list), children (nodes and texts) and what else the element bears: see `page_tree`."""


def words(node: Node | str) -> str:
    """All text below a node.

    Examples
    --------
    >>> words({"tag": "p", "class": [], "children": ["R² ", {"tag": "em", "class": [], "children": [".41"]}]})
    'R² .41'
    """
    if isinstance(node, str):
        return node
    return "\n" if node["tag"] == "br" else "".join(words(child) for child in node["children"])


def found(node: Node, *tags: str) -> list[Node]:
    """Nodes with one of these tags below a node, in order; not those inside one that is found."""
    nodes: list[Node] = []
    for child in node["children"]:
        if isinstance(child, dict):
            nodes += [child] if child["tag"] in tags else found(child, *tags)
    return nodes
