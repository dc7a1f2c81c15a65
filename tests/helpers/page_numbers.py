"""Whether a page shows a number that its report does not hold: each is exchanged for one that stands nowhere else."""

import re

from merdesk.reports.page_tree import page_tree

FIRST, STEP = 1_000_000, 7
LARGE = re.compile(r"\d{1,3}(?:,\d{3})+")


def shown_and_known(report):
    """Numbers that the page of the exchanged report shows, and those that it may show."""
    kept = {name: report[name] for name in ("points", "schema_version")}
    codes = iter(range(FIRST, 9 * FIRST, STEP))
    coded = {**_coded(report, codes), **kept}
    known = {f"{code:,}" for code in range(FIRST, next(codes), STEP)}
    return {number for text in _texts(page_tree(coded)) for number in LARGE.findall(text)}, known


def _coded(value, codes):
    """The same document with every number another one."""
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int | float):
        return next(codes)
    if isinstance(value, dict):
        return {key: _coded(part, codes) for key, part in value.items()}
    return [_coded(part, codes) for part in value]


def _texts(node):
    """Every text of the page by itself."""
    if isinstance(node, str):
        return [node]
    return [text for child in node["children"] for text in _texts(child)]
