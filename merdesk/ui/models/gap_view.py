"""How far the datasets lie apart: distances beside what chance gives, what features give away, and all of it in words."""

import math
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QComboBox, QStackedWidget, QWidget

from merdesk.ui.jobs import Jobs
from merdesk.ui.models.gap_map import GapMap
from merdesk.ui.models.gap_tables import GapTables
from merdesk.ui.plots.null_bars import NullBar, NullBars
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row, rule, scroll_pane

EMPTY = (
    "How far do the datasets lie apart, in their annotations and in the features chosen at the left, and how much of that "
    "would chance give? Measure, and go on working meanwhile."
)
SAME_FORMAT = (
    "Also decode a sample of clips and describe it in one sample rate, band, loudness and length: codec and loudness alone "
    "can give datasets away. Takes minutes."
)
SIDE_BY_SIDE = 1100
"""Narrower, the bars would have no room for their words."""


class GapView(QWidget):
    """A distance to choose, its bars, probes, tables, sentences.

    Signals
    -------
    asked
        Measure; whether with the control of format.
    play_asked
        A clip of the map was clicked.
    """

    asked = Signal(bool)
    play_asked = Signal(int)

    def __init__(self, session: Session, theme: Theme, jobs: Jobs) -> None:
        super().__init__()
        self.map = GapMap(session, theme, jobs)
        self.map.play_asked.connect(self.play_asked)
        self._found: Mapping[str, Any] | None = None
        self._about = label("", "muted", wrap=True)
        self.same_format = QCheckBox("Control of format")
        self.same_format.setToolTip(SAME_FORMAT)
        self.same_format.setAccessibleDescription(SAME_FORMAT)
        self.compute = button("Measure", "", "Distances, nulls and probes, in the background")
        self.compute.clicked.connect(lambda: self.asked.emit(self.same_format.isChecked()))
        self.distance = QComboBox()
        self.distance.setAccessibleName("Distance")
        self.distance.currentIndexChanged.connect(lambda _: self._show_bars())
        self.bars = NullBars(theme)
        self.to_map = button("Map", "quiet", "Go to the map of the clips below")
        self.to_map.clicked.connect(self._show_map)
        self._pair = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._pair.setSpacing(24)
        self._probes = label("", wrap=True)
        self._sentences = label("", wrap=True)
        self.tables = GapTables()
        self._stack = QStackedWidget()
        nothing = QWidget()
        self._empty = label(EMPTY, "muted", wrap=True)
        nothing.setLayout(column(self._empty, None))
        self._stack.addWidget(nothing)
        self._stack.addWidget(self._full())
        head = row(self._about, self.same_format, self.compute)
        head.setStretch(0, 1)
        self.setLayout(column(head, self._stack, spacing=12))
        self.setFocusProxy(self.compute)
        # The Tab key comes to what stands for the whole view, and would never come to what is before that.
        self.setTabOrder(self.compute, self.same_format)
        self.show_gap(None)

    def _full(self) -> QWidget:
        inside = QWidget()
        inside.setProperty("role", "plane")
        distances = column(
            row(label("Distance", "section"), self.distance, None, self.to_map), self.bars, None, spacing=12
        )
        places = column(label("Map by features, coloured by dataset", "section"), self.map, None, spacing=4)
        self._pair.addLayout(distances, 1)
        self._pair.addLayout(places, 1)
        parts = (
            self._pair,
            rule(),
            column(label("Probes", "section"), self._probes, spacing=4),
            rule(),
            self.tables,
            rule(),
            column(label("In words", "section"), self._sentences, spacing=4),
            None,
        )
        inside.setLayout(column(*parts, spacing=12, margins=(0, 0, 8, 0)))
        self._pane = scroll_pane(inside)
        return self._pane

    def say_lacking(self, why: str) -> None:
        """Say what to do before anything can be measured; nothing for an empty text."""
        self._empty.setText(why or EMPTY)

    def show_gap(self, found: Mapping[str, Any] | None) -> None:
        """Show what `MeasureGap` found, or how to get it."""
        self._found = found
        self._stack.setCurrentIndex(0 if found is None else 1)
        self.compute.setText("Measure" if found is None else "Measure again")
        self._want_map()
        if found is None:
            self._about.setText("")
            return
        self._about.setText(
            f"{' + '.join(found['features'])}, seed {found['seed']}, {found['n_permutations']:,} deals of whole groups; "
            + ", ".join(f"{one['name']} n {one['n']:,}" for one in found["datasets"])
        )
        before = self.distance.currentText()
        self.distance.blockSignals(True)
        self.distance.clear()
        pairs = found["pairs"]
        for kind, head in (("labels", "Annotations"), ("features", "Features")):
            for value in pairs[0][kind] if pairs else ():
                self.distance.addItem(f"{head}: {value['label']}", (kind, value["name"]))
        self.distance.setCurrentIndex(max(0, self.distance.findText(before)))
        self.distance.blockSignals(False)
        self._probes.setText("\n".join(_probed(one) for one in found["probes"]))
        self.tables.show_gap(found)
        self._sentences.setText("\n".join(found["sentences"]).replace("R2", "R²"))
        self._show_bars()

    def _want_map(self) -> None:
        """What nobody looks at is not computed."""
        if self.isVisible():
            self.map.want(tuple(self._found["features"]) if self._found is not None else ())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The map stands beside the bars where there is room for both."""
        super().resizeEvent(event)
        ways = QBoxLayout.Direction
        beside = self.width() >= SIDE_BY_SIDE
        self._pair.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        self.to_map.setHidden(beside)

    def _show_map(self) -> None:
        """Scroll to the map and give it the keyboard."""
        self._pane.ensureWidgetVisible(self.map)
        self.map.plane.canvas.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Lay clips out once somebody can see them."""
        super().showEvent(event)
        self._want_map()

    def _show_bars(self) -> None:
        chosen = self.distance.currentData()
        if self._found is None or chosen is None:
            self.bars.show_bars("No distance", ())
            return
        kind, name = chosen
        bars = [
            _bar(f"{pair['a']} and {pair['b']}", value)
            for pair in self._found["pairs"]
            for value in pair[kind]
            if value["name"] == name
        ]
        self.bars.show_bars(self.distance.currentText(), bars)


def _bar(name: str, value: Mapping[str, Any]) -> NullBar:
    known = value["value"] is not None
    head = f"{value['value']:.3g}" if known else f"Not told: {value['note']}"
    if value["p_holm"] is not None:
        head += f", p {value['p_holm']:.3f} over all pairs"
    elif value["p"] is not None:
        head += f", p {value['p']:.3f}, one of many"
    elif known:
        head += ", no test"
    n, groups = value["n"], value["n_groups"]
    foot = f"n {n[0]:,} and {n[1]:,}, groups {groups[0]:,} and {groups[1]:,}"
    first, second = (_number(half) for half in value["halves"])
    return NullBar(name, _number(value["value"]), _number(value["null_high"]), (first, second), (head, foot))


def _probed(one: Mapping[str, Any]) -> str:
    head = f"Which {one['what']}, of {one['n_classes']}"
    if "balanced_accuracy" not in one:
        return f"{head}: {one['note']}."
    score = one["balanced_accuracy"]
    if score["value"] is None:
        return f"{head}: cannot be told, {score['note']}."
    limits = "no interval" if score["low"] is None else f"95 % {score['low']:.2f} to {score['high']:.2f}"
    high = "" if one["null_high"] is None else f", 19 of 20 random deals under {one['null_high']:.2f}"
    return (
        f"{head}: balanced accuracy {score['value']:.2f} ({limits}; n {score['n']:,} in {score['n_clusters']:,} groups); "
        f"chance {one['chance']:.2f}{high}."
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
