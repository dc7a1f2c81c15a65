"""Writing a report to a folder, and reading report.json back."""

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from merdesk.errors import ReportError
from merdesk.reports.bias_report import SCHEMA, SCHEMA_VERSION
from merdesk.reports.excerpts import Excerpt
from merdesk.reports.latex import latex_text
from merdesk.reports.tables import csv_text, tables

FORMATS = ("html", "pdf", "json", "csv", "latex", "svg")


def write(
    report: dict[str, Any],
    out_dir: Path,
    formats: Sequence[str] = FORMATS,
    excerpts: Mapping[int, Excerpt] | None = None,
) -> list[Path]:
    """Write a report; each file appears whole or not at all, and replaces one of its name.

    Parameters
    ----------
    report
        What `bias_report.build` or `load` returned.
    out_dir
        Folder, made when missing.
    formats
        Some of `FORMATS`.
    excerpts
        Sound of clips by their id, for the page alone.

    Returns
    -------
    list of Path
        The files written, in the order of `formats`.

    Raises
    ------
    ReportError
        For a format that does not exist or needs what is not installed, and when the folder cannot be made or written.
    """
    for name in formats:
        if name not in FORMATS:
            raise ReportError(f"There is no report format {name!r}; there are {', '.join(FORMATS)}.")
    files: dict[str, str | bytes] = {}
    for name in formats:
        files |= _RENDERERS[name](report) if name != "html" else _html(report, excerpts)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        return [_written(out_dir / name, text) for name, text in files.items()]
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReportError(
            f"The report cannot be written to {out_dir}: {reason}. Choose another folder."
        ) from error


def load(path: Path) -> dict[str, Any]:
    """Read report.json for another rendering.

    Raises
    ------
    ReportError
        When the file is missing, is no report, or was written by a newer merdesk.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise ReportError(
            f"{path} is no report: it is not JSON. Choose the report.json of a report."
        ) from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise ReportError(f"{path} is no bias report. Choose the report.json of a report.")
    if content.get("schema_version") != SCHEMA_VERSION:
        raise ReportError(
            f"{path} has version {content.get('schema_version')} of the report format, this merdesk reads version "
            f"{SCHEMA_VERSION}: make the report again."
        )
    return content


def json_text(report: Mapping[str, Any]) -> str:
    """The report as JSON: sorted by hand, as built; readable in any editor; points on one line per column."""
    head = {key: value for key, value in report.items() if key != "points"}
    body = json.dumps(head, ensure_ascii=False, allow_nan=False, indent=1)
    columns = ",\n".join(
        f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for key, value in report["points"].items()
    )
    return f'{body[:-2]},\n "points": {{\n{columns}\n }}\n}}\n'


def _html(report: dict[str, Any], excerpts: Mapping[int, Excerpt] | None = None) -> dict[str, str | bytes]:
    from merdesk.reports.html import render

    return {"report.html": render(report, excerpts=excerpts)}


def _pdf(report: dict[str, Any]) -> dict[str, str | bytes]:
    from merdesk.reports.pdf import render_pdf

    return {"report.pdf": render_pdf(report)}


def _csv(report: dict[str, Any]) -> dict[str, str | bytes]:
    return {f"{table.name}.csv": csv_text(table) for table in tables(report)}


def _svg(report: dict[str, Any]) -> dict[str, str | bytes]:
    from merdesk.reports.figures import pictures

    return {f"{name}.svg": svg for name, svg in pictures(report).items()}


_RENDERERS: dict[str, Callable[[dict[str, Any]], dict[str, str | bytes]]] = {
    "html": _html,
    "pdf": _pdf,
    "json": lambda report: {"report.json": json_text(report)},
    "csv": _csv,
    "latex": lambda report: {"tables.tex": latex_text(report)},
    "svg": _svg,
}


def _written(path: Path, content: str | bytes) -> Path:
    """Write beside the target, flush to disk, then replace: a reader never meets half a file."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that only their owner may read; a report is there to be shared.
        Path(temporary).chmod(0o644)
        return Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
