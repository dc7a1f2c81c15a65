"""What the Compare page says about what it shows, and about showing nothing."""

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.columns import ClipColumns
from merdesk.project import datasets
from merdesk.ui.explore.empty import EmptyState
from merdesk.ui.plots.markers import SIGNS
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import signed


def said_of(name: str, marker: str, columns: ClipColumns, affect: FloatArray, row_of: int | None) -> str:
    """A model with its marker and, of the clip in this row, how far off it is."""
    head = f"{SIGNS[marker]} {name}"
    if row_of is None or not np.isfinite(affect[row_of]).all():
        return head
    away = affect[row_of] - columns.affect[row_of]
    return f"{head}: {signed(float(away[0]))} valence, {signed(float(away[1]))} arousal off"


def about_ranks(session: Session, shown: BoolArray) -> str:
    """Which of the shown datasets have ranks for annotations; empty where none has."""
    columns = session.columns
    there = {columns.dataset_names[code] for code in np.unique(columns.dataset[shown]).tolist()}
    known = datasets.all(session.project)
    ranked = [row.info.name for row in known if row.info.scale.kind == "rank" and row.info.name in there]
    if not ranked:
        return ""
    return f" Annotations of {' and '.join(ranked)} are ranks: an error there is partly one of scale."


def say_nothing(empty: EmptyState, session: Session) -> None:
    """Say why nothing can be compared, and what to do about it."""
    columns = session.columns
    if (columns.annotated & columns.predicted).any():
        empty.say(
            "Nothing to compare here",
            "No clip that is shown now has both a rating and a prediction.",
            ("show_all", "Show all clips"),
        )
    elif columns.predicted.any():
        empty.say(
            "Nothing to compare yet",
            "The model has predicted, but nobody has rated these clips: rate some, or import ratings that you "
            "already have.",
            ("page_annotate", "Start rating"),
            ("import_table", "Import ratings"),
        )
    else:
        empty.say(
            "Nothing to compare yet",
            "Once a model has predicted, its errors are listed here, worst first, to look at and to hear.",
            ("page_models", "Train a model"),
        )
