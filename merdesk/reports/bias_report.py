"""The content of a bias report as one JSON document; every rendering is a view of it."""

from typing import Any

from merdesk.evaluation.bootstrap import LEVEL
from merdesk.progress import Progress
from merdesk.reports.carrying import carrying, gap
from merdesk.reports.claims import SIGNIFICANT
from merdesk.reports.confounding import confounding
from merdesk.reports.coverage import coverage
from merdesk.reports.data_card import data_card
from merdesk.reports.doctor_card import doctor_card
from merdesk.reports.family import correct
from merdesk.reports.fingerprints import fingerprints
from merdesk.reports.genre_bias import DEALS, genre_bias
from merdesk.reports.genre_verdict import EQUIVALENCE_MARGIN
from merdesk.reports.limits import limits
from merdesk.reports.offsets import offsets
from merdesk.reports.plain_words import plain_words
from merdesk.reports.points import points
from merdesk.reports.report_input import ReportedModel, ReportInput
from merdesk.reports.scored import MIN_CLUSTERS, Scored
from merdesk.reports.scores import scores
from merdesk.reports.sections import checked
from merdesk.reports.verdict import verdict
from merdesk.reports.wording import clean
from merdesk.reports.worst_clips import worst_clips

SCHEMA = "merdesk.bias-report"
SCHEMA_VERSION = 1
"""Raised when a field changes its meaning or goes; new fields leave it. See resources/report/report.schema.json."""


def build(report_input: ReportInput, progress: Progress) -> dict[str, Any]:
    """Compute a report: a dictionary of plain JSON values, the same for the same input.

    Raises
    ------
    Cancelled
        At the next step after `progress.cancel()`.
    """
    scored = Scored.of(report_input)
    report: dict[str, Any] = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "title": report_input.title,
        "author": report_input.author,
        "notes": report_input.notes,
        "created": report_input.created,
        "project": report_input.project,
        "model": None if report_input.model is None else _model(report_input.model),
        "left_out": list(checked(report_input.without)),
        "plain": [],
        "verdict": [],
        "data": data_card(report_input, scored),
        "doctor": doctor_card(report_input.doctor),
        "scores": scores(report_input, scored, progress),
        "offsets": offsets(report_input, scored),
        "coverage": coverage(report_input, scored, progress),
        "carrying": carrying(report_input.evaluation),
        "gap": gap(report_input.gap),
        "genres": genre_bias(report_input, scored, progress),
        "confounding": confounding(report_input.columns),
        "worst_clips": worst_clips(report_input, scored),
        "limits": [],
        "reproducibility": _reproducibility(report_input, scored.n_refits)
        | {"digests": fingerprints(report_input)},
        "points": points(report_input),
    }
    report["n_tests"] = correct(report)
    report["verdict"] = verdict(report)
    report["plain"] = plain_words(report)
    report["limits"] = limits(report)
    cleaned: dict[str, Any] = _cleaned(report)
    return cleaned


def _model(model: ReportedModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "kind": model.kind,
        "features": list(model.features),
        "training_datasets": list(model.training_datasets),
        "settings": [{"name": name, "value": value} for name, value in model.settings],
    }


def _reproducibility(report_input: ReportInput, n_refits: int) -> dict[str, Any]:
    return {
        "command": report_input.command,
        "measured_by": list(report_input.measured_by),
        "seed": report_input.seed,
        "n_resamples": report_input.n_resamples,
        "n_refits": n_refits,
        "n_deals": DEALS,
        "confidence": LEVEL,
        "min_clusters": MIN_CLUSTERS,
        "significance": SIGNIFICANT,
        "equivalence_margin": EQUIVALENCE_MARGIN,
        "versions": [{"name": name, "version": version} for name, version in report_input.versions],
        "provenance": list(report_input.provenance),
    }


def _cleaned(value: Any) -> Any:
    """The same document with every text free of characters that no rendering could carry."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    return value
