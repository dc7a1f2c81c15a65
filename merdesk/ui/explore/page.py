"""Explore: every clip in the valence-arousal plane, or as a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QStackedWidget, QWidget

from merdesk.ui.clip_table import ClipTable
from merdesk.ui.describe import hover_text
from merdesk.ui.explore.empty import EmptyState
from merdesk.ui.explore.feature_map import LAYOUTS, FeatureMap
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.legend import ColourBar
from merdesk.ui.session import Session
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, label, row

COLOURINGS = {"genre": "Genre", "dataset": "Dataset", "residual": "Residual", "spread": "Annotator spread"}
SPREAD_TIP = "Published labels are rounded, so clips cover each other: move each within its rounding step"
SCALE_WIDTH = 180
NARROW = 660
LEAST_WIDTH = 420
PLANE, TABLE, MAP = range(3)
VIEWS = {
    PLANE: ("Plane", "Show the clips by valence and arousal"),
    MAP: ("Map", "Lay the clips out by how they sound"),
    TABLE: ("Table", "Show the clips as a table"),
}
SHOWN = {"annotation": "Annotation", "prediction": "Prediction", "both": "Annotation + prediction"}


class Chip(QPushButton):
    """A choice with its value, opening a menu of the others.

    Signals
    -------
    picked
        Key of the choice.
    """

    picked = Signal(str)

    def __init__(self, caption: str, choices: dict[str, str], chosen: str) -> None:
        super().__init__()
        self.setProperty("role", "chip")
        self._caption, self._brief = caption, False
        self._chosen = chosen
        self._choices: dict[str, str] = {}
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        self.setMenu(QMenu(self))
        self.set_choices(choices, chosen)

    def set_choices(self, choices: dict[str, str], chosen: str) -> None:
        """Offer these, and show the chosen one without telling of it."""
        if choices != self._choices:
            self._choices = choices
            self.menu().clear()
            self._actions = {key: self.menu().addAction(text) for key, text in choices.items()}
            for key, action in self._actions.items():
                action.setCheckable(True)
                action.triggered.connect(lambda _=False, key=key: self._pick(key))
                self._group.addAction(action)
        self.show_choice(chosen)

    def show_choice(self, key: str) -> None:
        """Show a choice without telling of it."""
        self._chosen = key
        self.setText(self._caption if self._brief else f"{self._caption}  {self._choices[key]}")
        self.setToolTip(f"{self._caption}: {self._choices[key]}")
        self._actions[key].setChecked(True)

    def set_brief(self, brief: bool) -> None:  # noqa: FBT001  (a switch)
        """Show the caption alone where room is scarce; the tooltip has the choice."""
        self._brief = brief
        self.show_choice(self._chosen)

    def _pick(self, key: str) -> None:
        self.show_choice(key)
        self.picked.emit(key)


class ExplorePage(QWidget):
    """The plane and the table over the session's visible clips.

    Signals
    -------
    play_asked
        Play the clip of this id.
    play_toggled
        Play or pause.
    queue_asked
        Play these clips one after the other.
    action_asked
        A command of the window, by name.
    """

    play_asked = Signal(int)
    play_toggled = Signal()
    queue_asked = Signal(object)
    action_asked = Signal(str)

    def __init__(self, session: Session, space: SoundSpace, theme: Theme) -> None:
        super().__init__()
        self._session, self._space = session, space
        self.setProperty("role", "plane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plane = AffectPlane(theme, lambda clip_id: hover_text(session, clip_id))
        self.map = FeatureMap(session, space, theme)
        self.table = ClipTable(session)
        self._empty = EmptyState()
        self._empty.action_asked.connect(self.action_asked)
        self._views = QStackedWidget()
        for view in (self._empty, self.plane, self.map, self.table):
            self._views.addWidget(view)
        self._caption = label("", "caption", wrap=True)
        self._scale_title = label("", "caption")
        self._scale = ColourBar(theme)
        self._scale.setFixedWidth(SCALE_WIDTH)
        foot = row(self._caption, self._scale_title, self._scale, margins=(16, 0, 8, 4))
        foot.setStretch(0, 1)
        self.setLayout(column(self._toolbar(), self._views, foot, spacing=4))
        self._connect()
        self.show_clips()

    def _toolbar(self) -> QHBoxLayout:
        self._colour = Chip("Colour", COLOURINGS, self._session.colouring)
        self._shown = Chip("Show", SHOWN, "both")
        self._colour.picked.connect(self._session.set_colouring)
        self._shown.picked.connect(self._show_kind)
        self._options = button("Options", "chip", "How clips and groups are drawn")
        menu = QMenu(self._options)
        self._spread = menu.addAction("Spread rounded labels", self._draw)
        self._spread.setToolTip(SPREAD_TIP)
        self._grouped = menu.addAction("Ellipses of groups", self._draw)
        self._grouped.setToolTip(
            "Around each group of the colouring, an ellipse that holds half of its clips"
        )
        for action in (self._spread, self._grouped):
            action.setCheckable(True)
        menu.setToolTipsVisible(True)
        self._options.setMenu(menu)
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
        self._layout = Chip("Layout", LAYOUTS, self._space.layout)
        self._layout.picked.connect(self._lay_out)
        chips = (self._colour, self._shown, self._options, self._features, self._layout)
        return row(*chips, None, tabs, margins=(16, 10, 12, 0))

    def _lay_out(self, layout: Any) -> None:
        self._space.lay_out(layout)

    def _show_tools(self) -> None:
        """Each view has its own switches."""
        view, space = self._switch.checkedId(), self._space
        self._shown.setVisible(view == PLANE)
        self._options.setVisible(view == PLANE or (view == MAP and self.width() >= NARROW))
        self._spread.setVisible(view == PLANE)
        choices = {choice.label: choice.label.replace("+", " + ") for choice in space.choices}
        self._features.setVisible(view == MAP and bool(choices))
        self._layout.setVisible(view == MAP and space.offers_tsne())
        if space.features is not None:
            self._features.set_choices(choices, space.features.label)

    def _show_view(self, number: int) -> None:
        self.show_clips()
        if not self._switch.button(number).hasFocus():
            self.take_focus()

    def _connect(self) -> None:
        session = self._session
        self.plane.set_shown("both")
        for plane in (self.plane, self.map.plane):
            plane.set_colouring(session.colouring)
            plane.clip_picked.connect(self._pick)
            plane.clips_lassoed.connect(self._lassoed)
            plane.play_toggled.connect(self.play_toggled)
        self.map.changed.connect(self._tell)
        self.map.action_asked.connect(self.action_asked)
        self.table.play_asked.connect(self.play_asked)
        session.columns_changed.connect(self.show_clips)
        session.visible_changed.connect(self.show_clips)
        session.selection_changed.connect(lambda: self._picture.set_selected(session.selection))
        session.playing_changed.connect(self._light_up)
        session.colouring_changed.connect(self._recolour)

    def _light_up(self) -> None:
        # The one out of sight, too: it would forget its trace when it is told later.
        for plane in (self.plane, self.map.plane):
            plane.set_playing(self._session.playing)

    @property
    def _picture(self) -> AffectPlane:
        """The plane or map that is seen, or was last."""
        return self.map.plane if self._switch.checkedId() == MAP and not self.map.is_empty else self.plane

    def _recolour(self) -> None:
        self._colour.show_choice(self._session.colouring)
        self.plane.set_colouring(self._session.colouring)
        self.map.plane.set_colouring(self._session.colouring)
        self._show_scale()

    def _show_scale(self) -> None:
        """The numeric map at the foot of the page; categories have their legend in the library."""
        colouring = self._picture.colouring
        shown = colouring.bounds is not None and self._views.currentWidget() in (self.plane, self.map)
        self._scale.setVisible(shown)
        self._scale_title.setVisible(shown)
        if shown:
            self._scale_title.setText(colouring.title)
            self._scale.set_colouring(colouring)

    def _draw(self) -> None:
        self.plane.set_spread(self._spread.isChecked())
        for plane in (self.plane, self.map.plane):
            plane.set_grouped(self._grouped.isChecked())
        self._tell()

    def _show_kind(self, kind: Any) -> None:
        self.plane.set_shown(kind)
        self._tell()

    def _pick(self, clip_id: int) -> None:
        self._session.select([clip_id])
        if self._session.has_audio(clip_id):
            self.play_asked.emit(clip_id)

    def shown_ids(self) -> list[int]:
        """Clips in the order in which they follow one another: the table's, else that of their ids."""
        if self._switch.checkedId() == TABLE:
            return self.table.table.ids()
        return list(map(int, self._session.columns.ids[self._session.visible]))

    def _lassoed(self, ids: Sequence[int]) -> None:
        self._session.select(ids)

    def take_focus(self) -> None:
        """Give the keyboard to what is shown: plane, table, or the first thing to do."""
        shown = self._views.currentWidget()
        if shown is not None:
            shown.setFocus()

    def show_clips(self) -> None:
        """Show what the session lets pass; a page out of sight waits until it is seen."""
        session = self._session
        if not self.isVisible():
            return
        placed = session.columns.annotated | session.columns.predicted
        as_table = self._switch.checkedId() == TABLE
        if not len(session.columns):
            self._empty.say_nothing_here()
            self._views.setCurrentWidget(self._empty)
        elif as_table:
            self.table.show_rows(np.flatnonzero(session.visible))
            self._views.setCurrentWidget(self.table)
        elif self._switch.checkedId() == MAP:
            self._views.setCurrentWidget(self.map)
            self.map.show_clips()
        elif not placed.any():
            self._empty.say_unrated(len(session.columns))
            self._views.setCurrentWidget(self._empty)
        else:
            self.plane.set_clips(session.columns, session.visible)
            self.plane.set_selected(session.selection)
            self.plane.set_playing(session.playing)
            self._views.setCurrentWidget(self.plane)
        self._tell()

    def _tell(self) -> None:
        session = self._session
        self._show_scale()
        self._show_tools()
        if self._views.currentWidget() is self.map:
            self._caption.setText(f"{self.map.caption}. {self.map.plane.caption}".rstrip(". "))
            return
        shown, columns = session.visible, session.columns
        if not len(columns):
            self._caption.setText("")
            return
        as_table = self._switch.checkedId() == TABLE
        placed = shown if as_table else shown & (columns.annotated | columns.predicted)
        without = int(shown.sum() - placed.sum())
        text = f"{int(placed.sum()):,} of {counted(len(columns), 'clip')} shown"
        if without:
            verb = "has" if without == 1 else "have"
            text += f", {without:,} more {verb} no rating and no prediction yet: see the table"
        if self._views.currentWidget() is self.plane and self.plane.caption:
            text += f". {self.plane.caption}"
        self._caption.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for chip in (self._colour, self._shown, self._features, self._layout):
            chip.set_brief(event.size().width() < NARROW)
        self._show_tools()

    def minimumSizeHint(self) -> QSize:
        """Room for the toolbar in brief, whatever it shows now."""
        return QSize(LEAST_WIDTH, super().minimumSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_clips()

    def save_picture(self, path: Path) -> None:
        """Save the plane as SVG, PDF or PNG, by the ending of the path."""
        self._picture.save_picture(path)

    def copied_picture(self) -> QMimeData:
        """The plane for the clipboard."""
        return self._picture.copied_picture()
