"""What the Models page says of kinds of models and of trained ones; no Qt here."""

from collections.abc import Mapping
from typing import Any

from merdesk.domain.columns import ClipColumns
from merdesk.project.models import ModelRow
from merdesk.ui.theme.figures import signed
from merdesk.ui.widgets import counted, span
from merdesk.workflows.training_record import TrainingRecord

COLUMNS = ("Model", "Kind", "Features", "Trained on", "Clips", "V R²", "A R²", "V CCC", "A CCC")
NUMBERS_FROM = 4
KINDS = {
    "ridge": (
        "Ridge",
        "Ridge regression: done in seconds, the same numbers every time, and hard to beat.",
    ),
    "svr": (
        "Support vectors",
        "Support vector regression with a Gaussian kernel: seconds for hundreds of clips, minutes for thousands.",
    ),
    "mlp": (
        "Perceptrons",
        "The paper's perceptron, the mean of several networks: minutes a fit for thousands of clips, with six fits or more.",
    ),
    "blend": ("Blend", "The mean of ridge and the perceptrons: takes as long as the perceptrons."),
    "heads": (
        "Ridge with heads (experimental)",
        "Ridge with an offset and a gain for each training dataset; it cannot tell other annotators from other music.",
    ),
}
"""Each kind in a word, and what it is and costs; measured on two cores."""
VALIDATION = (
    "What has to be chosen is chosen by validation that keeps each artist, piece or recording together. Scores come from "
    "clips that the scored model was not fitted on."
)
TRANSDUCTIVE = (
    "Transductive: each dataset's features are standardised by its own clips, test datasets too. It helps across "
    "recordings and can harm across genres; its scores are marked."
)
SEARCH = (
    "Tries twelve settings besides the published one on each dataset left out in turn (within one dataset on five "
    "folds), for every fit: expect some twenty times the time. The networks are counted while it runs."
)
SETTINGS = (
    ("labels", "Labels"),
    ("folds", "Folds"),
    ("networks", "Networks"),
    ("search", "Settings tried"),
    ("validated_by", "Chosen by"),
)
"""Options of a training, as they are told."""
NO_DATASET = (
    "No rated clip yet: drop a dataset here, or drop music and rate it on the Annotate page (Ctrl+2)."
)
ONE_DATASET = (
    "{name} is the only dataset with ratings: import another one to see {what}. Drop it here, or use File, Import folder or "
    "dataset (Ctrl+Shift+I)."
)
NOTHING_YET = (
    "No model yet. Rate some clips or import ratings, choose features and datasets at the left, and train."
)


def lacking_datasets(columns: ClipColumns, what: str) -> str:
    """What to do where there are not two datasets with ratings; empty where there are."""
    codes = sorted(set(columns.dataset[columns.annotated].tolist()))
    if not codes:
        return NO_DATASET
    return ONE_DATASET.format(name=columns.dataset_names[codes[0]], what=what) if len(codes) == 1 else ""


def cells(model: ModelRow, *, used: bool) -> tuple[str, ...]:
    """A model's row in the table."""
    scores = model.metrics
    return (
        model.name + (" (in use)" if used else ""),
        model.kind,
        model.features.replace("+", " + "),
        ", ".join(model.trained_on),
        f"{scores.get('n_clips', 0):,}",
        *(
            _score(scores, dimension, metric)
            for metric in ("r2", "ccc")
            for dimension in ("valence", "arousal")
        ),
    )


def _score(scores: Mapping[str, Any], dimension: str, metric: str) -> str:
    found = scores.get(dimension, {}).get(metric)
    return signed(found["value"]) if found and found["value"] is not None else "n/a"


def tip(model: ModelRow) -> str:
    """The scores of a model in words, with intervals and what they rest on."""
    scores = model.metrics
    clips = counted(
        scores.get("n_clips", 0), "rated clip" if "calibrated" in model.settings else "training clip"
    )
    head = (
        f"{model.name}, {model.kind} on {model.features.replace('+', ' + ')}, trained on {', '.join(model.trained_on)}: "
        f"out-of-fold scores on {clips} in {counted(scores.get('n_clusters', 0), 'group')}."
    )
    lines = [head]
    for dimension in ("valence", "arousal"):
        parts = []
        for metric, name in (("r2", "R²"), ("ccc", "CCC"), ("rmse", "RMSE")):
            found = scores.get(dimension, {}).get(metric)
            # An error has no sign.
            shown = signed if metric != "rmse" else "{:.2f}".format
            if not found or found["value"] is None:
                parts.append(f"{name} cannot be told ({(found or {}).get('note') or 'too few clips'})")
            elif found["low"] is None:
                parts.append(f"{name} {shown(found['value'])}, no interval")
            else:
                parts.append(
                    f"{name} {shown(found['value'])} (95 % {shown(found['low'])} to {shown(found['high'])})"
                )
        lines.append(f"{dimension.capitalize()}: {', '.join(parts)}.")
    interval = scores.get("interval")
    if interval and interval["valence"] is not None and interval["arousal"] is not None:
        lines.append(
            f"90 % of clips lie within {interval['valence']:.2f} (valence) and {interval['arousal']:.2f} (arousal) of "
            f"their predictions, on average over {interval['over']}; a single new dataset can be far off."
        )
    lines += made_of(model)
    if 0 < scores.get("n_clusters", 0) < 20:
        lines.append("Under 20 groups: the intervals are too narrow to lean on.")
    return " ".join(lines)


def made_of(model: ModelRow) -> list[str]:
    """What a reader of a model's scores has to know of how it was made, a sentence each."""
    lines = []
    if "transductive" in model.kind:
        lines.append(
            "Transductive: features are standardised within each dataset, so the model looked at all clips of a test "
            "dataset before it predicted one."
        )
    if "heads" in model.kind:
        lines.append("Experimental: each training dataset has a head of its own; others get the mean head.")
    if "calibrated" in model.settings:
        n = counted(model.settings["calibrated"]["n"], "rating")
        lines.append(f"Calibrated to {n} by one person: these scores are against them.")
    if model.settings.get("validated_by"):
        lines.append(f"Chosen by {model.settings['validated_by']}.")
    return lines


def went_in(model: ModelRow, record: TrainingRecord | None) -> str:
    """Everything that a model was made of, in sentences."""
    settings, said = model.settings, [f"{model.kind} on {model.features.replace('+', ' + ')}"]
    if record is not None:
        said[0] += f", {record.n_columns:,} values of a clip"
        sets = [
            f"{name} {counted(n, 'clip')} in {counted(groups, 'group')}"
            for name, n, groups in record.datasets
        ]
        said.append(f"Trained on {'; '.join(sets)}")
    else:
        said.append(f"Trained on {', '.join(model.trained_on)}")
    said += [f"{name} {settings[key]}" for key, name in SETTINGS if settings.get(key)]
    if "seed" in settings:
        said.append(f"Seed {settings['seed']}")
    if record is not None:
        said.append(f"{counted(record.n_fits, 'fit')} in {span(record.seconds)}, merdesk {record.program}")
    elif settings.get("loaded"):
        said.append(f"Loaded from a file of {settings.get('program', 'merdesk')}")
    if model.created_at:
        said.append(f"Added {model.created_at[:16].replace('T', ' ')}")
    return ". ".join(said) + "."
