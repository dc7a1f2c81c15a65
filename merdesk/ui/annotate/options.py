"""How clips come and when they count as heard: a menu, because most people never open it."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

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


class Options(QPushButton):
    """A chip with the options of a `Desk`; each is remembered with the project."""

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
        menu.addSeparator()
        self._choice(menu, "Listen before rating", "least_s", LEAST_S.items())
        menu.addSeparator()
        self._choice(menu, "Samples of a trace", "rate_hz", ((rate, f"{rate} a second") for rate in RATES_HZ))
        self._choice(menu, "Dimensions of a trace", "dimension", DIMENSION.items())
        menu.addSeparator()
        self._choice(menu, "Clips in pairs", "n_paired", ((n, f"{n} clips") for n in N_PAIRED))
        self.setMenu(menu)

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
