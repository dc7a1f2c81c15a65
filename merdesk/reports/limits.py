"""What the report cannot say, in sentences; the general ones first, then those of these data."""

from typing import Any

from merdesk.reports.carrying import carrying_limits
from merdesk.reports.scored import MIN_CLUSTERS
from merdesk.reports.wording import counted, listed

GENERAL = (
    "Intervals of scores cover the sampling of test clips only: they speak about this trained model, not about its kind.",
    "Annotations are means of what people said; disagreement between listeners bounds what any model can reach.",
    "“No evidence of” an effect is not evidence that there is none.",
)


def limits(report: dict[str, Any]) -> list[str]:
    """Sentences, each one limit."""
    data, sentences = report["data"], list(GENERAL if report["data"]["totals"]["n_scored"] else GENERAL[1:])
    if report["data"]["totals"]["n_scored"]:
        sentences.append(_about_claims(report["offsets"]["n_refits"]))
        sentences.append(
            "Statements on R², ρ and r of a dataset each rest on a 95 % interval of their own, not corrected for one another; "
            "those on bias and unevenness are one family."
        )
    sentences += _about_scoring(data["totals"], report["scores"]["rows"])
    sentences += _about_annotations(data["datasets"])
    if any(entry["n_without_genre"] for entry in data["datasets"]):
        n = sum(entry["n_without_genre"] for entry in data["datasets"])
        sentences.append(f"{counted(n, 'clip')} without a genre: left out of everything by genre.")
    if report["genres"]["rows"]:
        sentences.append(
            "Genres are labels as filed, after the mapping of this project. Where the mapping is wrong, so is "
            "everything by genre."
        )
    return [*sentences, *carrying_limits(report)] if data["totals"]["n_annotated"] else sentences


def _about_claims(n_refits: int) -> str:
    if n_refits:
        return (
            f"Intervals and tests of bias also cover which training groups there happened to be, by {n_refits} models fitted "
            "on resampled ones; for clips out of fold they cover the clips alone."
        )
    return (
        "Models were not fitted again on other training clips (only ridge is quick enough, and its training clips and "
        "features must be here): a bias told here may be this trained model's alone."
    )


def _about_scoring(totals: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    sentences = []
    if any(row["role"] == "trained on" for row in rows):
        sentences.append(
            "Datasets in the training set are scored by predictions out of fold, all folds pooled; folds share training "
            "clips and depend on each other, which the intervals do not show."
        )
    if totals["n_in_sample_left_out"]:
        n = counted(totals["n_in_sample_left_out"], "prediction")
        sentences.append(f"{n} of clips that the predicting model was fitted on: left out of all scores.")
    if totals["n_without_group"]:
        n = counted(totals["n_without_group"], "scored clip")
        sentences.append(
            f"{n} without a group: counted with the clips of the same artist, or alone where the artist is unknown. "
            "If they belong together, intervals are too narrow."
        )
    if any(not row["reliable"] for row in rows):
        sentences.append(
            f"Rows under {MIN_CLUSTERS} groups are printed in grey: intervals from so few groups are too narrow, and "
            "nothing is claimed from them."
        )
    return sentences


def _about_annotations(datasets: list[dict[str, Any]]) -> list[str]:
    about = [(entry["name"], entry["about"]) for entry in datasets if entry["about"]]
    sentences = []
    if ranks := [name for name, known in about if known["scale"]["kind"] == "rank"]:
        sentences.append(
            f"Annotations of {listed(ranks)} are ranks mapped onto a line: only their order means something, so "
            "Spearman’s ρ stands in place of R²."
        )
    if induced := [name for name, known in about if known["emotion"] == "induced"]:
        sentences.append(f"{listed(induced)} asked what listeners felt, not what the music expresses.")
        if any(known["emotion"] == "perceived" for _, known in about):
            sentences.append("Felt and expressed emotion are mixed here; they need not agree.")
    if unknown := [entry["name"] for entry in datasets if not entry["about"]]:
        sentences.append(f"Nothing is known about scale, annotators' task and licence of {listed(unknown)}.")
    return sentences
