"""The published annotation files, where a machine has them: `$MERDESK_DATASETS`, else `../shared/datasets`."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(os.environ.get("MERDESK_DATASETS") or Path(__file__).parents[3] / "shared" / "datasets")

needs_published = pytest.mark.skipif(
    not ROOT.is_dir(), reason=f"no published annotation files in {ROOT}; set MERDESK_DATASETS"
)


def table(*parts):
    """Rows of a CSV file below the root as dicts; names and cells stripped, any newline."""
    text = ROOT.joinpath(*parts).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    names = [name.strip() for name in rows[0]]
    found = [dict(zip(names, (cell.strip() for cell in row), strict=False)) for row in rows[1:] if row]
    assert found
    return found


def columns(rows, *names):
    """Columns as floats, shape (n, len(names))."""
    return np.array([[float(row[name]) for name in names] for row in rows])


def emomusic():
    """Affect on [-1, 1] [n, 2], spread on 1-9 [n, 2], and the songs' info, in the order of the static file."""
    rows = table("emomusic", "static_annotations.csv")
    info = {row["song_id"]: row for row in table("emomusic", "songs_info.csv")}
    affect = (columns(rows, "mean_valence", "mean_arousal") - 5) / 4
    return affect, columns(rows, "std_valence", "std_arousal"), [info[row["song_id"]] for row in rows]


def deam_beyond_emomusic():
    """Affect on [-1, 1] [1058, 2] of DEAM's ids over 1000; spread on 1-9 of the first thousand of them [1000, 2]."""
    folder = ("DEAM", "annotations", "annotations averaged per song", "song_level")
    rows = table(*folder, "static_annotations_averaged_songs_1_2000.csv")
    late = [row for row in rows if int(row["song_id"]) > 1000]
    last = table(*folder, "static_annotations_averaged_songs_2000_2058.csv")
    names = ("valence_mean", "arousal_mean")
    affect = np.concatenate([columns(late, *names), columns(last, *names)])
    return (affect - 5) / 4, columns(late, "valence_std", "arousal_std")


def pmemo():
    """Affect on [-1, 1] [767, 2], by the rescaling to 1-9 of its re-uploads, and spread on 0-1 [767, 2]."""
    names = [f"{dimension}({kind})" for kind in ("mean", "std") for dimension in ("Valence", "Arousal")]
    rows = table("PMEmo2019", "annotations", "static_annotations.csv")
    spread = {row["musicId"]: row for row in table("PMEmo2019", "annotations", "static_annotations_std.csv")}
    affect = (columns(rows, *names[:2]) * 8 + 1 - 5) / 4
    return affect, columns([spread[row["musicId"]] for row in rows], *names[2:])


def wcmed():
    """467 features [400, 467], affect on [-1, 1] [400, 2] and recordings [400]."""
    path = ROOT / "WCMED" / "WCMED-Features" / "WCMED_BOF_Feature.csv"
    lines = [line.split(",") for line in path.read_text().replace("\r", "\n").split("\n") if line.strip()]
    stems = [line[0].rsplit(".", 1)[0] for line in lines]
    ratings = [
        {
            row["name"].rsplit(".", 1)[0]: float(row["rating"])
            for row in table("WCMED", "WCMED-Ratings", f"WCMED_{dimension}_Rating.csv")
        }
        for dimension in ("Valence", "Arousal")
    ]
    affect = np.array([[rating[stem] for rating in ratings] for stem in stems])
    return (
        np.array([[float(cell) for cell in line[1:]] for line in lines]),
        affect,
        np.array([stem.split("-SMD")[0] for stem in stems]),
    )
