"""The filters under the legends: boxes to tick, and folded parts for ranges and for names."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from merdesk.domain.arrays import IntArray
from merdesk.domain.columns import ClipColumns, ClipFlag
from merdesk.ui.clip_filter import AXES, NO_ARTIST, NO_SPLIT, Axis, Range, axis_values, counts_in, counts_of
from merdesk.ui.fold import Fold
from merdesk.ui.library.choice_list import ChoiceList
from merdesk.ui.library.range_field import RangeField
from merdesk.ui.library.words import FACETS
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import count
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import column, label, row

INSET_PX = 8
NOTE = "in use"


class FilterSection(QWidget):
    """Everything that narrows beside legends and search; counts say what each choice would leave.

    Signals
    -------
    unfolded
        Other fields can have the keyboard now.
    """

    unfolded = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self.boxes = {name: QCheckBox(text) for name, text in FACETS.items()}
        self.counts = {name: label("", "muted") for name in FACETS}
        for name, box in self.boxes.items():
            box.toggled.connect(lambda on, name=name: self._change(name, on))
        self.ranges: dict[Axis, RangeField] = {axis: RangeField(theme, axis) for axis in AXES}
        for axis, field in self.ranges.items():
            field.changed.connect(lambda limits, axis=axis: self._change(axis, limits))
        self.lists = {
            "artists": ChoiceList("artist"),
            "splits": ChoiceList("split"),
            "annotators": ChoiceList("annotator"),
            "features": ChoiceList("features"),
        }
        for name, choices in self.lists.items():
            choices.changed.connect(lambda chosen, name=name: self._change(name, chosen))
        self.folds = self._make_folds(theme)
        for fold in self.folds.values():
            fold.opened.connect(self.show_state)
            fold.opened.connect(self.unfolded)
        inset = (INSET_PX, 0, INSET_PX, 0)
        ticks = [row(box, None, self.counts[name], margins=inset) for name, box in self.boxes.items()]
        folds = column(*self.folds.values(), spacing=2)
        self.setLayout(column(label("Filters", "section"), *ticks, folds, spacing=8))

    def _make_folds(self, theme: Theme) -> dict[str, Fold]:
        def inside(*parts: QWidget) -> QWidget:
            made = QWidget()
            made.setLayout(column(*parts, spacing=8, margins=(INSET_PX, 0, INSET_PX, 8)))
            return made

        return {
            "place": Fold(
                theme, "Valence and arousal", inside(self.ranges["valence"], self.ranges["arousal"])
            ),
            "error": Fold(theme, "Prediction error", inside(self.ranges["error"])),
            "spread": Fold(theme, "Annotator spread", inside(self.ranges["spread"])),
            "artists": Fold(theme, "Artist", inside(self.lists["artists"])),
            "splits": Fold(theme, "Split", inside(self.lists["splits"])),
            "annotators": Fold(theme, "Rated by", inside(self.lists["annotators"])),
            "features": Fold(theme, "Features", inside(self.lists["features"])),
        }

    @property
    def focusable(self) -> list[QWidget]:
        """What has the keyboard, from top to bottom."""
        found: list[QWidget] = list(self.boxes.values())
        for name, fold in self.folds.items():
            found.append(fold.head)
            if name in self.lists:
                found += self.lists[name].focusable
            else:
                axes: tuple[Axis, ...] = ("valence", "arousal") if name == "place" else (name,)  # type: ignore[assignment]  # the other folds of ranges are named as their axis
                found += [end for axis in axes for end in self.ranges[axis].ends]
        return found

    def _change(self, part: str, value: Any) -> None:
        self._session.set_filter(replace(self._session.filter, **{part: value}))

    def show_state(self) -> None:
        """Show the session's filter, with counts; what is folded is not counted."""
        session = self._session
        chosen, columns, passing = session.filter, session.columns, session.passing
        for name, n in facet_counts(columns, passing.without).items():
            self.boxes[name].blockSignals(True)
            self.boxes[name].setChecked(bool(getattr(chosen, name)))
            self.boxes[name].blockSignals(False)
            self.counts[name].setText(count(n))
        self._show_folds()
        for axis, field in self.ranges.items():
            if self.folds["place" if axis in ("valence", "arousal") else axis].is_open:
                values = axis_values(columns, axis)
                limits: Range | None = getattr(chosen, axis)
                field.show_values(values[passing.without(axis)], _bounds(values, axis, limits), limits)
        for name, choices in self.lists.items():
            if self.folds[name].is_open:
                choices.show_choices(*self._counts(name), getattr(chosen, name))

    def _counts(self, name: str) -> tuple[Sequence[str], IntArray]:
        """The names of a list, and how many clips each would leave."""
        session, columns = self._session, self._session.columns
        among = session.passing.without(name)
        if name == "annotators":
            return tuple(session.rated_by()), counts_in(columns, session.rated_by(), among)
        if name == "features":
            return tuple(session.featured()), counts_in(columns, session.featured(), among)
        stem, without = {"artists": ("artist", NO_ARTIST), "splits": ("split", NO_SPLIT)}[name]
        codes, names = getattr(columns, stem), getattr(columns, f"{stem}_names")
        counts = counts_of(codes, names, among)
        return ((*names, without), counts) if (codes < 0).any() else (names, counts[:-1])

    def _show_folds(self) -> None:
        """What can narrow nothing in this project is not offered; what narrows while it is folded says so."""
        chosen, columns = self._session.filter, self._session.columns
        parts = {name: (name,) for name in self.folds} | {"place": ("valence", "arousal")}
        there = {
            "place": bool(columns.annotated.any()),
            "error": bool((columns.annotated & columns.predicted).any()),
            "spread": bool(np.isfinite(columns.spread).any()),
            "artists": bool(columns.artist_names),
            "splits": bool(columns.split_names),
            "annotators": bool(columns.annotated.any()),
            "features": bool(len(columns)),
        }
        for name, fold in self.folds.items():
            used = any(bool(getattr(chosen, part)) for part in parts[name])
            fold.setVisible(there[name] or used)
            fold.set_note(NOTE if used else "")


def facet_counts(columns: ClipColumns, without: Callable[[str], np.ndarray]) -> dict[str, int]:
    """How many clips each box would leave of those that all else lets pass."""
    having = {
        "has_audio": columns.flagged(ClipFlag.HAS_AUDIO),
        "is_annotated": columns.annotated,
        "is_predicted": columns.predicted,
    }
    return {name: int((mask & without(name)).sum()) for name, mask in having.items()}


def _bounds(values: np.ndarray, axis: Axis, limits: Range | None) -> Range:
    """Ends of an axis: those of the plane, or 0 and the largest value, in tenths."""
    if axis in ("valence", "arousal"):
        return (-1.0, 1.0)
    most = float(np.nanmax(values, initial=0.1)) if np.isfinite(values).any() else 0.1
    return (0.0, float(np.ceil(max(most, limits[1] if limits else 0.0) * 10 - 1e-6)) / 10)
