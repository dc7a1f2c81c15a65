"""The Options menu: how the plane is drawn, and what the mouse does in it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton

from merdesk.project import datasets
from merdesk.ui.plots.drawing import Axes, Drawing
from merdesk.ui.plots.plane_canvas import Tool
from merdesk.ui.session import Session

OPACITIES = {"Automatic": None, "20 %": 0.2, "40 %": 0.4, "60 %": 0.6, "100 %": 1.0}
TOOLS: dict[Tool, tuple[str, str]] = {
    "move": ("Drag moves the view", "V"),
    "lasso": ("Drag draws a lasso", "Q"),
    "box": ("Drag draws a rectangle", "B"),
    "line": ("Drag draws a line to play along", "L"),
}


class Options(QPushButton):
    """What is switched on; keys of the entries work while the plane or the map has the keyboard.

    Signals
    -------
    changed
        Something is drawn otherwise now.
    tool_changed
        What a drag does now, a `Tool`.
    sweep_changed
        Clips under the moving mouse are played, or are not any more.
    """

    changed = Signal()
    tool_changed = Signal(str)
    sweep_changed = Signal(bool)

    def __init__(self, session: Session) -> None:
        super().__init__("Options")
        self._session = session
        self.setProperty("role", "chip")
        self.setToolTip("How clips and groups are drawn, and what the mouse does")
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.setMenu(menu)
        self._opacity: float | None = None
        self._axes: Axes | None = None
        self.spread = self._switch(
            "Spread rounded labels",
            "Published labels are rounded, so clips cover each other: move each within its rounding step",
        )
        self.grouped = self._switch(
            "Ellipses of groups",
            "Around each group of the colouring, an ellipse that holds half of its clips",
        )
        self.shapes = self._switch(
            "Shapes by group", "The shape of a point tells its group, too, instead of its dataset"
        )
        self.density = self._switch("Density", "How many clips lie where, instead of points", "D")
        self.mixed = self._switch(
            "Density in the colours of groups", "Colours are mixed where groups lie on one another"
        )
        # One says what the other looks like.
        self.mixed.toggled.connect(lambda on: self.density.setChecked(on or self.density.isChecked()))
        self.density.toggled.connect(lambda on: self.mixed.setChecked(on and self.mixed.isChecked()))
        self._opacities = menu.addMenu("Opacity of points")
        self._choices(
            self._opacities, {name: partial(self._fade, value) for name, value in OPACITIES.items()}
        )
        menu.addSeparator()
        self.margins = self._switch("Histograms", "How clips are distributed along each axis", "H")
        self.shares = self._switch("Shares of quadrants", "How many clips lie in each quadrant")
        self.circumplex = self._switch(
            "Words of the circumplex", "Words where Russell's participants put them (1980), around the circle"
        )
        self.figures = menu.addMenu("Figures at the axes")
        self.figures.aboutToShow.connect(self._offer_scales)
        menu.addSeparator()
        self.tools = self._choices(
            menu, {text: partial(self.tool_changed.emit, tool) for tool, (text, _) in TOOLS.items()}
        )
        for action, (_, key) in zip(self.tools, TOOLS.values(), strict=True):
            self._key(action, key)
            action.setToolTip(
                "Whatever a drag does: with Shift it adds to the selection, with Ctrl it takes out"
            )
        menu.addSeparator()
        self.sweep = QAction("Play what I sweep over", self)
        self.sweep.setCheckable(True)
        self.sweep.setToolTip("A short part of each clip that the mouse rests on for a moment")
        self._key(self.sweep, "P")
        self.sweep.toggled.connect(self.sweep_changed)
        menu.addAction(self.sweep)

    @property
    def drawing(self) -> Drawing:
        """What is chosen."""
        return Drawing(
            density=self.density.isChecked(),
            mixed=self.mixed.isChecked(),
            opacity=self._opacity,
            shapes=self.shapes.isChecked(),
            margins=self.margins.isChecked(),
            shares=self.shares.isChecked(),
            circumplex=self.circumplex.isChecked(),
            axes=self._axes,
        )

    @property
    def _switches(self) -> dict[str, QAction]:
        """What is kept, by name."""
        names = ("spread", "grouped", "shapes", "density", "mixed", "margins", "shares", "circumplex")
        return {name: getattr(self, name) for name in names}

    @property
    def state(self) -> dict[str, Any]:
        """What is chosen but for what the mouse does, to keep it; a dataset's scale by the name of the dataset."""
        on = [name for name, switch in self._switches.items() if switch.isChecked()]
        return {"on": on, "opacity": self._opacity, "axes": None if self._axes is None else self._axes.name}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Choose what was kept, as far as it still fits."""
        opacity, axes, on = state.get("opacity"), state.get("axes"), state.get("on")
        self._opacity = opacity if opacity in OPACITIES.values() else None
        for action, value in zip(self._opacities.actions(), OPACITIES.values(), strict=True):
            action.setChecked(value == self._opacity)
        offered = [each for each in self._scales().values() if each is not None and each.name == axes]
        self._axes = offered[0] if offered else None
        for name, switch in self._switches.items():
            switch.setChecked(isinstance(on, list) and name in on)
        self.changed.emit()

    @property
    def keyed(self) -> tuple[QAction, ...]:
        """Entries with a key, for the views in which it works."""
        return (self.density, self.margins, *self.tools, self.sweep)

    def _switch(self, text: str, tip: str, key: str = "") -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        action.setToolTip(tip)
        if key:
            self._key(action, key)
        action.toggled.connect(self.changed)
        self.menu().addAction(action)
        return action

    def _key(self, action: QAction, key: str) -> None:
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _choices(self, menu: QMenu, choices: dict[str, Callable[[], None]]) -> list[QAction]:
        """Entries of which one is in force; the first at the start."""
        group = QActionGroup(menu)
        made = []
        for text, chosen in choices.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, chosen=chosen: chosen())
            made.append(action)
        made[0].setChecked(True)
        return made

    def _fade(self, opacity: float | None) -> None:
        self._opacity = opacity
        self.changed.emit()

    def _show_axes(self, axes: Axes | None) -> None:
        self._axes = axes
        self.changed.emit()

    def _offer_scales(self) -> None:
        """Show what can be chosen now."""
        offered = self._scales()
        self.figures.clear()
        actions = self._choices(
            self.figures, {name: partial(self._show_axes, axes) for name, axes in offered.items()}
        )
        for action, axes in zip(actions, offered.values(), strict=True):
            action.setChecked(axes == self._axes)

    def _scales(self) -> dict[str, Axes | None]:
        """None, the window's scale, and those of the datasets that are here now."""
        offered: dict[str, Axes | None] = {"None": None, "\N{MINUS SIGN}1 to 1": Axes()}
        for found in datasets.all(self._session.project):
            scale = found.info.scale
            name = f"{scale.valence_min:g} to {scale.valence_max:g} ({found.info.name})"
            offered[name.replace("-", "\N{MINUS SIGN}")] = Axes(found.info.name, scale)
        return offered
