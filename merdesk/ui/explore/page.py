"""Explore: every clip in the valence-arousal plane, or as a table."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSplitter, QStackedWidget, QWidget

from merdesk.ui.chip import Chip
from merdesk.ui.clip_page import ClipPage
from merdesk.ui.explore.colour_choice import ColourChoice
from merdesk.ui.explore.colour_key import ColourKey
from merdesk.ui.explore.feature_map import LAYOUTS, FeatureMap
from merdesk.ui.explore.foot import Foot, shown_of
from merdesk.ui.explore.options import Options
from merdesk.ui.explore.twins import TwinLines
from merdesk.ui.explore.welcome import Welcome
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.session import Session
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, row

NARROW = 660
WIDE = 900
"""Width of the page from which all switches of plane and map stand side by side."""
LEAST_WIDTH = 420
LEAST_HALF = 160
PLANE, TABLE, MAP, BOTH = range(4)
VIEWS = {
    PLANE: ("Plane", "Show the clips by valence and arousal"),
    MAP: ("Map", "Lay the clips out by how they sound"),
    BOTH: ("Both", "Plane and map side by side, the same clips joined"),
    TABLE: ("Table", "Show the clips as a table"),
}
SHOWN = {"annotation": "Annotation", "prediction": "Prediction", "both": "Annotation + prediction"}


class ExplorePage(ClipPage):
    """The plane, the map and the table over the session's visible clips.

    Signals
    -------
    sweep_changed
        Clips under the moving mouse are to be played, or not any more.
    look_changed
        Something of `look` was chosen.
    """

    sweep_changed = Signal(bool)
    look_changed = Signal()

    def __init__(self, session: Session, space: SoundSpace, theme: Theme) -> None:
        super().__init__(session, theme)
        self._space = space
        self._spread_shown = False
        self.map = FeatureMap(session, space, theme)
        self.follow_plane(self.map.plane)
        self._pair = QSplitter(Qt.Orientation.Horizontal)
        self._pair.setChildrenCollapsible(False)
        self._pair.addWidget(self.plane)
        self._pair.addWidget(self.map)
        for place, view in enumerate((self.plane, self.map)):
            self._pair.setStretchFactor(place, 1)
            # Below what their parts ask for, so that both shrink alike.
            view.setMinimumWidth(LEAST_HALF)
        self._side_by_side = QWidget()
        self._side_by_side.setLayout(column(self._pair))
        self.twins = TwinLines(self._side_by_side, (self.plane, self.map.plane), session, theme)
        self._views = QStackedWidget()
        self.welcome = Welcome(theme)
        for view in (self.welcome, self._empty, self._side_by_side, self.table):
            self._views.addWidget(view)
        self._key = ColourKey(session, theme)
        self._foot = Foot(theme)
        self.setLayout(column(self._toolbar(), row(self._views, self._key, spacing=0), self._foot, spacing=4))
        self.map.changed.connect(self._tell)
        self.map.action_asked.connect(self.action_asked)
        session.selection_changed.connect(self._show_selected)
        session.colouring_changed.connect(self._recolour)

    def _toolbar(self) -> QHBoxLayout:
        self._colour = ColourChoice(self._session, self._space)
        self._shown = Chip("Show", SHOWN, "both")
        self._shown.picked.connect(self._show_kind)
        self._options = Options(self._session)
        self._spread, self._grouped = self._options.spread, self._options.grouped
        self._options.changed.connect(self._draw)
        self._options.tool_changed.connect(self._take_tool)
        self._options.sweep_changed.connect(self.sweep_changed)
        for view in (self.plane, self.map):
            view.addActions(self._options.keyed)
        self._switch = QButtonGroup(self)
        tabs = row(spacing=0)
        for number, (name, tip) in VIEWS.items():
            tab = button(name, "quiet", tip)
            tab.setCheckable(True)
            # A click leaves the keyboard to the view.
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._switch.addButton(tab, number)
            tabs.addWidget(tab)
        self._switch.button(0).setChecked(True)
        self._switch.idClicked.connect(self._show_view)
        self._features = Chip("Features", {"": "none"}, "")
        self._features.picked.connect(self._space.choose)
        self._layout = Chip("Layout", {str(key): name for key, name in LAYOUTS.items()}, self._space.layout)
        self._layout.picked.connect(self._lay_out)
        chips = (self._colour, self._shown, self._options, self._features, self._layout)
        return row(*chips, None, tabs, margins=(16, 10, 12, 0))

    def _lay_out(self, layout: Any) -> None:
        self._space.lay_out(layout)
        self.look_changed.emit()

    @property
    def look(self) -> str:
        """What is shown how, as text to keep."""
        return json.dumps(
            {
                "view": self._switch.checkedId(),
                "colouring": self._colour.kept,
                "shown": self._shown.chosen,
                "layout": self._space.layout,
                **self._options.state,
            }
        )

    def restore(self, look: str) -> None:
        """Show what was kept, as far as it still fits."""
        try:
            kept = dict(json.loads(look or "{}"))
        except (ValueError, TypeError):
            return
        if kept.get("layout") in LAYOUTS:
            self._space.lay_out(kept["layout"])
        self._colour.restore(kept.get("colouring"))
        if kept.get("shown") in SHOWN:
            self._shown.show_choice(kept["shown"])
            self.plane.set_shown(kept["shown"])
        if kept.get("view") in VIEWS:
            self._switch.button(kept["view"]).setChecked(True)
        self._options.restore(kept)

    def _show_tools(self) -> None:
        """Each view has its own switches."""
        view, space = self._switch.checkedId(), self._space
        tight = self.width() < (WIDE if view == BOTH else NARROW)
        for chip in (self._colour, self._shown, self._features, self._layout):
            chip.set_brief(tight)
        has_plane, has_map = view in (PLANE, BOTH), view in (MAP, BOTH)
        self._shown.setVisible(has_plane)
        self._options.setVisible(has_plane or not tight)
        self._spread.setVisible(has_plane)
        # Side by side needs room.
        self._switch.button(BOTH).setVisible(view == BOTH or self.width() >= NARROW)
        choices = {choice.label: choice.label.replace("+", " + ") for choice in space.choices}
        self._features.setVisible(has_map and bool(choices))
        self._layout.setVisible(has_map and len(space.layouts) > 1)
        if space.layouts:
            layout = space.layout if space.layout in space.layouts else "pca"
            self._layout.set_choices({each: LAYOUTS[each] for each in space.layouts}, layout)
        if space.features is not None:
            self._features.set_choices(choices, space.features.label)

    def _show_view(self, number: int) -> None:
        self.show_clips()
        if not self._switch.button(number).hasFocus():
            self.take_focus()
        self.look_changed.emit()

    @property
    def _picture(self) -> AffectPlane:
        """The plane or map that is seen, or was last; of both, the plane."""
        return self.map.plane if self._switch.checkedId() == MAP and not self.map.is_empty else self.plane

    def _recolour(self) -> None:
        self._show_scale()
        self.look_changed.emit()

    def _show_scale(self) -> None:
        """The colours of what is seen: their legend beside it, or their scale at the foot of the page."""
        seen = self._views.currentWidget() is self._side_by_side
        # Density has colours of its own.
        plain_density = self._options.density.isChecked() and not self._options.mixed.isChecked()
        colouring = self._picture.colouring if seen and not plain_density else None
        self._key.show_colouring(colouring, shaped=self._options.shapes.isChecked())
        self._foot.show_scale(colouring)

    def _draw(self) -> None:
        if self._spread.isChecked() != self._spread_shown:
            self._spread_shown = self._spread.isChecked()
            self.plane.set_spread(self._spread_shown)
        for plane in (self.plane, self.map.plane):
            plane.set_grouped(self._grouped.isChecked())
            plane.set_drawing(self._options.drawing)
        self._tell()
        self.look_changed.emit()

    def _take_tool(self, tool: Any) -> None:
        for plane in (self.plane, self.map.plane):
            plane.canvas.tool = tool

    def _show_kind(self, kind: Any) -> None:
        self.plane.set_shown(kind)
        self._tell()
        self.look_changed.emit()

    def shown_ids(self) -> list[int]:
        """Clips in the order in which they follow one another: the table's, else that of their ids."""
        if self._switch.checkedId() == TABLE:
            return self.table.table.ids()
        return list(map(int, self._session.columns.ids[self._session.visible]))

    def take_focus(self) -> None:
        """Give the keyboard to what is shown: plane, table, or the first thing to do."""
        shown: QWidget | None = self._views.currentWidget()
        if shown is self._side_by_side:
            shown = self.map if self._switch.checkedId() == MAP else self.plane
        if shown is not None:
            shown.setFocus()

    def fill(self) -> None:
        """Show what the session lets pass."""
        session = self._session
        placed = session.columns.annotated | session.columns.predicted
        as_table = self._switch.checkedId() == TABLE
        if not len(session.columns):
            self._views.setCurrentWidget(self.welcome)
        elif as_table:
            self.table.show_rows(np.flatnonzero(session.visible))
            self._views.setCurrentWidget(self.table)
        else:
            self._fill_pair(placed=bool(placed.any()))
        self._tell()

    def _fill_pair(self, *, placed: bool) -> None:
        """Plane, map, or both side by side; those that are not seen are not filled."""
        session, view = self._session, self._switch.checkedId()
        if view == PLANE and not placed:
            self._empty.say_unrated(len(session.columns))
            self._views.setCurrentWidget(self._empty)
            return
        self._views.setCurrentWidget(self._side_by_side)
        if view == BOTH and not (self.plane.isVisible() and self.map.isVisible()):
            half = max(self._pair.width() // 2, 1)
            self._pair.setSizes([half, half])
        self.plane.setVisible(view != MAP)
        self.map.setVisible(view != PLANE)
        if view != MAP:
            self.plane.set_clips(session.columns, session.visible)
            self.plane.set_selected(session.selected)
            self.plane.set_playing(session.playing)
        if view != PLANE:
            self.map.show_clips()

    def _show_selected(self) -> None:
        """Ring the selected clips in what is seen; the rest is told when it is."""
        for plane in (self.plane, self.map.plane):
            if plane.isVisible():
                plane.set_selected(self._session.selected)

    def _tell(self) -> None:
        session, view = self._session, self._switch.checkedId()
        self._show_scale()
        self._show_tools()
        seen = self._views.currentWidget() is self._side_by_side
        if seen and view == MAP:
            text = f"{self.map.caption}. {self.map.plane.caption}".rstrip(". ")
        elif not len(session.columns):
            text = ""
        else:
            text = shown_of(session.columns, session.visible, as_table=view == TABLE)
            text += f". {self.plane.caption}" if seen and self.plane.caption else ""
            if seen and view == BOTH and self.map.caption:
                text = f"{text.removesuffix('.')}. Map: {self.map.caption}"
        self._foot.say(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_tools()

    def minimumSizeHint(self) -> QSize:
        """Room for the toolbar in brief, whatever it shows now."""
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def save_picture(self, path: Path) -> None:
        """Save the plane as SVG, PDF or PNG, by the ending of the path."""
        self._picture.save_picture(path)

    def copied_picture(self) -> QMimeData:
        """The plane for the clipboard."""
        return self._picture.copied_picture()
