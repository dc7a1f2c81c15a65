"""How clips come and when they count as heard: a menu, because most people never open it."""

from collections.abc import Iterable
from functools import partial
from textwrap import shorten

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton

from merdesk.domain.rating import GEMS_9, tags_of
from merdesk.domain.study import MAX_CATEGORIES
from merdesk.ui.annotate.desk import Desk

LEAST_S = {
    0: "No minimum",
    5: "5 seconds",
    10: "10 seconds",
    20: "20 seconds",
    30: "30 seconds",
    3600: "The whole clip",
}
RATES_HZ = (2, 5, 10, 20, 30)
DIMENSION = {"both": "Both at once", "valence": "Valence alone", "arousal": "Arousal alone"}
N_PAIRED = (10, 20, 40, 80)
MENU_WIDTH = 60
"""Characters."""


class Options(QPushButton):
    """A chip with the options of a `Desk`, each remembered with the project.

    Signals
    -------
    categories_changed
        Other words are offered beside a rating.
    """

    categories_changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("Options")
        self.setProperty("role", "chip")
        self.setToolTip("How clips come, how much is heard of them, how traces are sampled")
        self._desk = desk
        menu = QMenu(self)
        self.autoplay = self._switch(menu, "Play each clip as it comes", "autoplay")
        self.only_new = self._switch(menu, "Only clips that I have not rated", "only_new")
        self.loop = menu.addAction("Repeat the clip")
        self.loop.setCheckable(True)
        self.loop.triggered.connect(desk.playback.set_loop)
        menu.aboutToShow.connect(lambda: self.loop.setChecked(desk.playback.looping))
        self.grid = self._switch(menu, "Fine grid in the plane", "grid")
        menu.addSeparator()
        self._choice(menu, "Listen before rating", "least_s", LEAST_S.items())
        menu.addSeparator()
        self._choice(menu, "Samples of a trace", "rate_hz", ((rate, f"{rate} a second") for rate in RATES_HZ))
        self._choice(menu, "Dimensions of a trace", "dimension", DIMENSION.items())
        menu.addSeparator()
        self.categories = menu.addMenu("Words to choose from")
        self.categories.aboutToShow.connect(self._list_categories)
        menu.addSeparator()
        self._choice(menu, "Clips in pairs", "n_paired", ((n, f"{n} clips") for n in N_PAIRED))
        self.setMenu(menu)

    def _list_categories(self) -> None:
        own = list(self._desk.option("categories"))
        offered: dict[str, list[str]] = {"None": [], "GEMS-9, feelings that music evokes": list(GEMS_9)}
        if own not in offered.values():
            offered[shorten(", ".join(own), MENU_WIDTH, placeholder="...")] = own
        self.categories.clear()
        for words, values in offered.items():
            action = self.categories.addAction(
                words.replace("&", "&&"), partial(self._set_categories, values)
            )
            action.setCheckable(True)
            action.setChecked(values == own)
        self.categories.addAction("A list of your own...", self._ask_categories)

    def _ask_categories(self) -> None:
        own = ", ".join(self._desk.option("categories"))
        text, given = QInputDialog.getText(
            self, "Words to choose from", "Words, with commas between them", text=own
        )
        if given:
            self._set_categories(list(tags_of(text))[:MAX_CATEGORIES])

    def _set_categories(self, words: list[str]) -> None:
        self._desk.set_option("categories", words)
        self.categories_changed.emit()

    def _switch(self, menu: QMenu, text: str, name: str) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(bool(self._desk.option(name)))
        action.toggled.connect(partial(self._desk.set_option, name))
        return action

    def _choice(self, menu: QMenu, text: str, name: str, choices: Iterable[tuple[object, str]]) -> None:
        inner = menu.addMenu(text)
        group = QActionGroup(inner)
        for value, words in choices:
            action = inner.addAction(words)
            action.setCheckable(True)
            action.setChecked(self._desk.option(name) == value)
            action.triggered.connect(lambda _=False, value=value: self._desk.set_option(name, value))
            group.addAction(action)
