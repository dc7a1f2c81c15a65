"""Invented projects for the tests of reports: small, seeded, with biases planted where a test says so."""

from dataclasses import replace

import numpy as np

from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.columns import ClipColumns
from merdesk.domain.source import DatasetInfo
from merdesk.progress import Progress
from merdesk.reports import bias_report
from merdesk.reports.report_input import ReportedClip, ReportedModel, ReportInput

GENRES = ("Rock", "Jazz", "Pop", "Folk")
MODEL = ReportedModel(
    name="ridge 1",
    kind="ridge",
    features=("chroma", "basic"),
    training_datasets=("Alpha",),
    settings=(("folds", "5"),),
)


def columns_of(
    n=240,
    *,
    datasets=("Alpha", "Beta"),
    genres=GENRES,
    per_group=2,
    seed=0,
    noise=0.15,
    planted=0.0,
    shrink=0.6,
):
    """Clips dealt over datasets and genres by turns; the first genre's valence is predicted too high by `planted`."""
    random = np.random.default_rng(seed)
    affect = random.uniform(-0.8, 0.8, (n, 2))
    genre = np.arange(n) // per_group % len(genres) if genres else np.full(n, -1)
    prediction = shrink * affect + random.normal(0, noise, (n, 2))
    prediction[genre == 0, 0] += planted
    n_groups = -(-n // per_group)
    return ClipColumns(
        ids=np.arange(n) * 3 + 5,
        track_ids=np.arange(n) + 1,
        dataset=np.arange(n) * len(datasets) // max(n, 1),
        genre=genre,
        artist=np.arange(n) // per_group,
        group=np.arange(n) // per_group,
        split=np.full(n, -1),
        affect=affect,
        spread=np.full((n, 2), 0.2),
        n_raters=np.full(n, 10),
        prediction=prediction,
        flags=np.zeros(n),
        dataset_names=tuple(datasets),
        genre_names=tuple(genres),
        artist_names=tuple(f"artist {k}" for k in range(n_groups)),
        group_names=tuple(f"group {k}" for k in range(n_groups)),
        split_names=(),
    )


def report_input(columns=None, **changes):
    """A complete input about `columns`; every field can be changed."""
    columns = columns_of() if columns is None else columns
    whole = ReportInput(
        project="Test project",
        columns=columns,
        held_out=np.ones(len(columns), bool),
        model=MODEL,
        datasets=(
            DatasetInfo(
                "Alpha", "The alpha set", AffectScale(1, 9, 1, 9), licence="CC BY", grouped_by="artist"
            ),
            DatasetInfo("Beta", "The beta set", UNIT_SCALE, emotion="induced", grouped_by="piece"),
        ),
        labels=tuple(ReportedClip(int(i), f"src-{i}", f"Title {i}", f"Artist {i}") for i in columns.ids),
        provenance=("Beta: valence and arousal exchanged",),
        seed=1,
        n_resamples=200,
        versions=(("merdesk", "0.1.0"),),
        command="merdesk report test.merdesk --out out --seed 1",
        created="2026-11-20",
        title="A test report",
        author="An author",
    )
    return replace(whole, **changes)


def built(columns=None, **changes):
    """The report of an input."""
    return bias_report.build(report_input(columns, **changes), Progress())
