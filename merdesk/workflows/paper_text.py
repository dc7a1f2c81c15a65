"""The paper's experiment as JSON values, and as tables for people."""

import math
from typing import Any

from merdesk.workflows.paper import CITATION, DIMENSIONS, PaperCell, PaperResult


def record(result: PaperResult) -> dict[str, Any]:
    """The result as JSON values; NaN is null."""
    return {
        "citation": CITATION,
        "model": result.model,
        "features": list(result.features),
        "seed": result.seed,
        "missing": list(result.missing),
        "cells": [
            {
                "train": list(cell.train),
                "test": cell.test,
                "dimension": cell.dimension,
                "r2": _plain(cell.ours.value),
                "low": _plain(cell.ours.low),
                "high": _plain(cell.ours.high),
                "n": cell.ours.n,
                "published_r2": _plain(cell.published),
                "note": cell.note,
            }
            for cell in result.cells
        ],
        "notes": list(result.notes),
    }


def text(result: PaperResult) -> str:
    """Two tables in the paper's shape, rows train and columns test, and what to know of them."""
    lines = [f"R2 of {result.model} on {'+'.join(result.features)}; in brackets {CITATION}."]
    for dimension in DIMENSIONS:
        rows = [[dimension, *result.tests]]
        for train in result.trains:
            found = [result.find(train, test, dimension) for test in result.tests]
            rows.append([" + ".join(train), *("" if cell is None else shown(cell) for cell in found)])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines += [
            "",
            *("  ".join(part.ljust(w) for part, w in zip(row, widths, strict=True)).rstrip() for row in rows),
        ]
    return "\n".join([*lines, "", *result.notes])


def shown(cell: PaperCell) -> str:
    """A cell in a few signs: ours, and the paper's in brackets where it is known."""
    ours = f"{cell.ours.value:.2f}" if math.isfinite(cell.ours.value) else "n/a"
    return f"{ours} ({cell.published:.2f})" if math.isfinite(cell.published) else ours


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
