"""A filter in words, part by part."""

from collections.abc import Collection

from merdesk.domain.columns import ClipColumns
from merdesk.ui.clip_filter import AXES, NO_GENRE, Filter
from merdesk.ui.theme.figures import signed

AXIS_NAMES = {"valence": "Valence", "arousal": "Arousal", "error": "Error", "spread": "Annotator spread"}
FACETS = {"has_audio": "Has audio", "is_annotated": "Has ratings", "is_predicted": "Has predictions"}
LISTS = {"artists": "Artist", "splits": "Split", "annotators": "Rated by", "features": "Features"}
MOST_NAMED = 2


def parts_of(chosen: Filter, columns: ClipColumns) -> dict[str, str]:
    """What narrows, in words, by the name of the filter's part; the search stands in its own field."""
    said = {}
    genres = (*columns.genre_names, *([NO_GENRE] if (columns.genre < 0).any() else ()))
    if chosen.hidden_datasets:
        said["hidden_datasets"] = _left(columns.dataset_names, chosen.hidden_datasets, "datasets")
    if chosen.hidden_genres:
        said["hidden_genres"] = _left(genres, chosen.hidden_genres, "genres")
    said |= {part: words for part, words in FACETS.items() if getattr(chosen, part)}
    for part, words in LISTS.items():
        if names := getattr(chosen, part):
            said[part] = f"{words}: {_names(sorted(names), part)}"
    for axis in AXES:
        limits = getattr(chosen, axis)
        if limits is not None:
            low, high = (number(axis, limit) for limit in limits)
            said[axis] = f"{AXIS_NAMES[axis]} {low} to {high}"
    return said


def number(axis: str, value: float) -> str:
    """A value of an axis as it is shown."""
    return signed(value) if axis in ("valence", "arousal") else f"{value:.2f}"


def _left(names: Collection[str], hidden: frozenset[str], what: str) -> str:
    left = [name for name in names if name not in hidden]
    gone = [name for name in names if name in hidden]
    if 0 < len(left) <= MOST_NAMED:
        return ", ".join(left)
    return f"Without {_names(gone or sorted(hidden), what)}"


def _names(names: list[str], what: str) -> str:
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} {what}"
