"""A report as PDF: the page's tree set by typst; the same bytes for the same report.

Nothing of the report is typst source: it comes in as JSON, and the template shows its texts as texts, so that markup
in a title stays what was typed.
"""

import importlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from merdesk.errors import ReportError
from merdesk.reports.figures import pictures
from merdesk.reports.page_tree import page_tree
from merdesk.reports.svg import FONT_STACK
from merdesk.resources import resource

EXTRA = 'PDF needs typst: pip install "merdesk[pdf]", or choose another format.'
FONT = "DejaVu Sans"
"""Comes with matplotlib, so that pictures look the same wherever a report is made."""


def render_pdf(report: dict[str, Any]) -> bytes:
    """The report on A4.

    Raises
    ------
    ReportError
        When typst is not installed.
    """
    try:
        typst = importlib.import_module("typst")
    except ImportError as error:
        raise ReportError(EXTRA) from error
    import matplotlib as mpl

    drawn = {name: svg.replace(FONT_STACK, FONT) for name, svg in pictures(report).items()}
    inputs = {
        "page": json.dumps(page_tree(report), ensure_ascii=False),
        "pictures": json.dumps(drawn, ensure_ascii=False),
        "title": report["title"],
        "project": report["project"],
        "author": report["author"],
        "created": report["created"],
    }
    made: bytes = typst.compile(
        resource("report", "report.typ").read_bytes(),
        font_paths=[str(Path(mpl.get_data_path(), "fonts", "ttf"))],
        sys_inputs=inputs,
        timestamp=_day(report["created"]),
    )
    return made


def _day(created: str) -> datetime:
    """The date that the report bears; the epoch for a report without one."""
    try:
        return datetime.fromisoformat(created).replace(tzinfo=UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
