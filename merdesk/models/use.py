"""Asking a model that may be wrapped: transductive, calibrated, with a head for each dataset."""

from collections.abc import Sequence

from merdesk.domain.arrays import FloatArray
from merdesk.models.calibration import Calibrated
from merdesk.models.fusion import Standardiser
from merdesk.models.heads import FittedHeads
from merdesk.models.state import Storable
from merdesk.models.transductive import Transductive


def predict_in(model: Storable, features: FloatArray, datasets: Sequence[str]) -> FloatArray:
    """Valence and arousal [n, 2] of features [n, d] of clips of these datasets [n].

    Features are as the model wants them: of a transductive model, standardised within each dataset already.
    """
    if isinstance(model, Calibrated):
        return model.calibration.apply(predict_in(model.model, features, datasets))
    if isinstance(model, Transductive):
        return predict_in(model.model, features, datasets)
    if isinstance(model, FittedHeads):
        return model.predict_in(features, datasets)
    return model.predict(features)


def is_transductive(model: Storable) -> bool:
    """True for a model that wants features standardised within each dataset."""
    return isinstance(model, Transductive) or (
        isinstance(model, Calibrated) and isinstance(model.model, Transductive)
    )


def standardiser_of(model: object) -> Standardiser:
    """The standardiser that a fitted model looks at features through; of a blend, its first member's."""
    if isinstance(model, Calibrated | Transductive):
        return standardiser_of(model.model)
    members = getattr(model, "members", None)
    found: Standardiser = standardiser_of(members[0]) if members else model.standardiser  # type: ignore[attr-defined]  # every other kind has one
    return found
