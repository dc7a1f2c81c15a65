"""Look at the residuals of the clips that are compared: by genre and dataset, in bins, along what may explain them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.columns import ClipColumns
from merdesk.evaluation.residuals import BiasCell, Bin, Trend
from merdesk.progress import Progress
from merdesk.project import clip_facts, datasets
from merdesk.project.project import Project
from merdesk.workflows import unlike
from merdesk.workflows.scoring import groups_of

COVARIATES = ("spread", "unlike", "loudness", "duration")


@dataclass(frozen=True, slots=True)
class ResidualViews:
    """What was found; `ids` [n] are the clips, and rows of bins count them.

    Attributes
    ----------
    grid
        Bias by genre (first) and dataset (second), codes of the columns.
    bins
        Mean annotation in bins of the prediction, valence and arousal.
    trends
        Distance between prediction and annotation along each of `COVARIATES`.
    covariates, error
        The values behind the trends, shape (n,) each.
    affect, prediction
        The values behind the bins, shape (n, 2).
    ranked
        Codes of datasets whose annotations are ranks, so that a bias of them means nothing.
    """

    ids: IntArray
    grid: tuple[BiasCell, ...]
    bins: tuple[tuple[Bin, ...], ...]
    trends: Mapping[str, Trend]
    covariates: Mapping[str, FloatArray]
    error: FloatArray
    affect: FloatArray
    prediction: FloatArray
    genre: IntArray
    dataset: IntArray
    ranked: frozenset[int] = frozenset()


class DescribeResiduals:
    """Compute the views in the background; everything was read when it was made.

    Parameters
    ----------
    compared
        The clips, each with annotation and prediction.
    file_name
        The model's file, by which it is kept how unlike its training clips others are; empty where none is known.
    """

    title = "Look at residuals"

    def __init__(self, project: Project, compared: ClipColumns, file_name: str) -> None:
        self._columns = compared
        far = unlike.read(project.cache_dir, file_name) if file_name else {}
        ranked = {row.info.name for row in datasets.all(project) if row.info.scale.kind == "rank"}
        self._ranked = frozenset(code for code, name in enumerate(compared.dataset_names) if name in ranked)
        seconds, lufs = clip_facts.lengths_and_loudness(project, compared.ids)
        self._covariates = {
            "spread": np.asarray(compared.spread, np.float64).mean(axis=1),
            "unlike": np.array([far.get(clip_id, np.nan) for clip_id in compared.ids.tolist()], np.float64),
            "loudness": lufs,
            "duration": seconds,
        }

    def run(self, progress: Progress) -> ResidualViews:
        """Grid, bins, trends."""
        from merdesk.evaluation.residuals import bias_grid, calibration, trend

        progress.begin("Looking at residuals", 2 + len(COVARIATES))
        columns, groups = self._columns, groups_of(self._columns)
        residual = columns.residual.astype(np.float64)
        error = np.hypot(residual[:, 0], residual[:, 1])
        grid = bias_grid(residual, columns.genre, columns.dataset, groups)
        progress.advance()
        bins = calibration(columns.affect, columns.prediction, groups)
        progress.advance()
        trends = {}
        for name in COVARIATES:
            trends[name] = trend(self._covariates[name], error, groups)
            progress.advance()
        return ResidualViews(
            columns.ids, tuple(grid), tuple(bins), trends, self._covariates, error, columns.affect,
            columns.prediction, columns.genre, columns.dataset, self._ranked,
        )  # fmt: skip

    def commit(self, part: object) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: ResidualViews) -> Changes:  # noqa: ARG002  (the caller has the result)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()
