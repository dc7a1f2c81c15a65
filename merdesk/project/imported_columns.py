"""Further columns of imported tables: what a table says of its clips beside ratings, genres and splits.

A column is one row, so that a table of 100,000 clips costs no more than its bytes; its batch's undo hides it.
"""

import json
from collections.abc import Mapping

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.project.project import Project
from merdesk.project.text import clean

SEEN = (
    "FROM imported_column c JOIN import_batch b ON b.id = c.batch_id AND b.state = 'active'"
    " WHERE NOT EXISTS (SELECT 1 FROM dataset d WHERE d.batch_id = b.id AND d.removed = 1)"
)
"""Not those of a dataset that was removed."""


def add(project: Project, batch_id: int, name: str, cells: Mapping[int, str]) -> None:
    """Write a column of a batch, inside its transaction: the texts of clips by their ids."""
    ids = sorted(cells)
    row = {
        "batch_id": batch_id,
        "name": clean(name),
        "clip_ids": np.array(ids, "<i8").tobytes(),
        "cells": json.dumps([clean(cells[clip_id]) for clip_id in ids], ensure_ascii=False),
    }
    project.database.insert("imported_column", row)


def names(project: Project) -> tuple[str, ...]:
    """Names of all columns, in the order in which they came."""
    rows = project.database.rows(f"SELECT c.name {SEEN} GROUP BY c.name ORDER BY min(c.id)")
    return tuple(row[0] for row in rows)


def read(project: Project, name: str) -> tuple[IntArray, tuple[str, ...]]:
    """Ascending ids [n] of the clips that have a value, and their cells; of two tables the later one counts."""
    rows = project.database.rows(f"SELECT c.clip_ids, c.cells {SEEN} AND c.name = ? ORDER BY c.id", (name,))
    found: dict[int, str] = {}
    for ids, cells in rows:
        found.update(zip(np.frombuffer(ids, "<i8").tolist(), json.loads(cells), strict=True))
    order = sorted(found)
    return np.array(order, np.int64), tuple(found[clip_id] for clip_id in order)


def by_clip(project: Project) -> dict[int, list[tuple[str, str]]]:
    """Names and cells of all columns, clip by clip."""
    found: dict[int, list[tuple[str, str]]] = {}
    for name in names(project):
        for clip_id, cell in zip(*read(project, name), strict=True):
            found.setdefault(int(clip_id), []).append((name, cell))
    return found
