"""The card of a model that was just trained: features, training sets with their licences, scores, limits."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from merdesk import __version__
from merdesk.domain.arrays import IntArray
from merdesk.workflows.asked import Asked
from merdesk.workflows.features import FeatureTable
from merdesk.workflows.fitting import TRANSDUCTIVE
from merdesk.workflows.scoring import groups_of

if TYPE_CHECKING:
    from merdesk.workflows.train import TrainRequest

NOTES = {
    "": "Scores are out of fold, on the training datasets; other datasets can be far off.",
    TRANSDUCTIVE: "Transductive: features were standardised within each dataset, test datasets too, which looks at all "
    "clips of a dataset before one is predicted. It helps across recordings and harms across genres.",
    "heads": "Experimental: a head for each training dataset cannot tell scales used differently from other music.",
}


def card_of(
    request: "TrainRequest",
    asked: Asked,
    licences: Mapping[str, str],
    table: FeatureTable,
    rows: IntArray,
    scores: dict[str, Any],
) -> Any:
    """The card of a model trained on these rows of the project's columns."""
    from merdesk.models.card import FeatureSource, ModelCard, TrainingSet, clips_digest

    clip_columns, groups, training = asked.columns, groups_of(asked.columns), []
    for name in request.datasets:
        mine = rows[clip_columns.dataset[rows] == clip_columns.dataset_names.index(name)]
        digest = clips_digest(asked.locations[row].digest or b"" for row in mine.tolist())
        n_groups = len(np.unique(groups[mine]))
        training.append(TrainingSet(name, len(mine), n_groups, licences.get(name, ""), digest))
    marks = ["", request.model, *([TRANSDUCTIVE] if request.transductive else [])]
    return ModelCard(
        name=request.name,
        model=request.kind,
        features=tuple(
            FeatureSource(name, features.version, features.settings, width)
            for (name, width), features in zip(table.widths, table.sets, strict=True)
        ),
        training=tuple(training),
        created=datetime.now(UTC).date().isoformat(),
        program=f"merdesk {__version__}",
        metrics=scores,
        notes=tuple(NOTES[mark] for mark in marks if mark in NOTES),
    )
