"""Sections of the report's page as widgets: its words as labels, its tables as tables that open clips."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from merdesk.reports.nodes import Node, found, words
from merdesk.ui.report.table import About, ReportTable
from merdesk.ui.widgets import button, column, label, row, rule

TEXTS = {"h1": "title", "h2": "strong", "h3": "section", "p": "", "pre": "muted", "figcaption": "muted"}
"""Role of a label by the element that it shows."""


def parts_of(
    node: Node,
    opened: Callable[[About], None],
    copy: Callable[[ReportTable], None],
    picture: Callable[[str], QWidget],
) -> list[QWidget]:
    """Widgets of all that stands below an element, in order; `picture` makes the place of one, by its name."""
    made: list[QWidget] = []
    for child in node["children"]:
        if isinstance(child, str) or "skip" in child["class"] or "byline" in child["class"]:
            continue
        if child["tag"] in TEXTS:
            made += _text(child)
        elif child["tag"] in ("ul", "ol"):
            claims = "claims" in child["class"]
            made += [
                _claim(item) if claims else label(_bullet(item), wrap=True) for item in found(child, "li")
            ]
        elif child["tag"] == "dl":
            made.append(_terms(child))
        elif child["tag"] == "table":
            made.append(_table(child, opened, copy))
        elif child["tag"] == "img":
            made.append(picture(child["picture"]))
        else:
            made += parts_of(child, opened, copy, picture)
    return made


def _text(node: Node) -> list[QWidget]:
    role = "muted" if {"foot", "muted"} & set(node["class"]) else TEXTS[node["tag"]]
    made = label(words(node).strip(), role, wrap=True)
    return [rule(), made] if node["tag"] == "h2" else [made]


def _bullet(item: Node) -> str:
    return f"\N{BULLET} {words(item).strip()}"


def _claim(item: Node) -> QWidget:
    """A claim with its strength before it."""
    strength, said = found(item, "span")
    return _pair(words(strength), words(said), "strong" if "shown" in item["class"] else "muted")


def _terms(node: Node) -> QWidget:
    made = QWidget()
    terms = found(node, "dt", "dd")
    lines = [
        _pair(words(name), words(said).strip(), "muted")
        for name, said in zip(terms[::2], terms[1::2], strict=True)
    ]
    made.setLayout(column(*lines, spacing=6))
    return made


def _pair(name: str, said: str, role: str) -> QWidget:
    made = QWidget()
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setColumnMinimumWidth(0, 132)
    grid.setColumnStretch(1, 1)
    head = label(name, role, wrap=True)
    head.setFixedWidth(132)
    grid.addWidget(head, 0, 0, alignment=Qt.AlignmentFlag.AlignTop)
    grid.addWidget(label(said, wrap=True), 0, 1)
    made.setLayout(grid)
    return made


def _table(node: Node, opened: Callable[[About], None], copy: Callable[[ReportTable], None]) -> QWidget:
    caption = found(node, "caption")[0]
    notes = found(caption, "span")
    head = "".join(child for child in caption["children"] if isinstance(child, str)).strip()
    table = ReportTable(node, head)
    table.opened.connect(opened)
    copied = button("Copy", "quiet", "Copy this table for a spreadsheet")
    copied.setAccessibleName(f"Copy: {head}")
    copied.clicked.connect(lambda: copy(table))
    made = QWidget()
    about: list[QWidget | QLayout] = [label(words(note), "caption", wrap=True) for note in notes]
    made.setLayout(column(row(label(head, "section"), None, copied), *about, table, spacing=4))
    return made
