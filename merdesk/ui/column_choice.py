"""Which columns a table of clips shows: those that say something, or those that somebody ticked."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from merdesk.ui.clip_columns import says_something
from merdesk.ui.clip_model import ClipTableModel
from merdesk.ui.session import Session

ARTIST_SHARE = 0.4
TITLE_LEAST, ARTIST_LEAST = 120, 72
"""Pixels that leave a word or two, the play sign included."""
HEADING_ROOM = 16
"""Pixels beside a heading, whatever the font is."""


class ColumnChoice(QObject):
    """The columns of a view over the model of clips, with their menu and widths.

    Signals
    -------
    chosen_by_hand
        Names of the columns that are to be shown; none where that follows from the clips.
    """

    chosen_by_hand = Signal(object)

    def __init__(self, view: QTableView, model: ClipTableModel, session: Session) -> None:
        super().__init__(view)
        self._view, self._model, self._session = view, model, session
        self._chosen: tuple[str, ...] = ()
        self._wide: set[str] = set()

    def choose(self, names: Sequence[str]) -> None:
        """Show these columns; none: those that say something of the clips."""
        self._chosen = tuple(names)
        self.show()

    def shown(self) -> tuple[str, ...]:
        """Names of the columns that are shown."""
        known, columns = self._model.columns, self._session.columns
        chosen = [each.name for each in known if each.name in self._chosen]
        by_hand = bool(chosen)
        chosen = chosen or [each.name for each in known if each.chosen]
        return tuple(
            each.name
            for each in known
            if each.name == "Title" or (each.name in chosen and (by_hand or says_something(each, columns)))
        )

    def menu(self) -> QMenu:
        """Each column to tick, and what brings back those that say something."""
        menu, shown = QMenu("Columns", self._view), self.shown()
        for each in self._model.columns[1:]:
            action = menu.addAction(each.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(each.name in shown)
            action.triggered.connect(lambda _=False, name=each.name: self._switch(name))
        menu.addSeparator()
        menu.addAction("As it was", lambda: self._choose_by_hand([])).setEnabled(bool(self._chosen))
        return menu

    def _switch(self, name: str) -> None:
        shown = set(self.shown()) ^ {name}
        self._choose_by_hand([each for each in self._model.names if each in shown])

    def _choose_by_hand(self, names: list[str]) -> None:
        self.choose(names)
        self.chosen_by_hand.emit(names)

    def show(self) -> None:
        """Hide the other columns, and give new ones their width."""
        shown = self.shown()
        for place, each in enumerate(self._model.columns):
            if each.width and each.name not in self._wide:
                self._wide.add(each.name)
                heading = self._view.horizontalHeader().fontMetrics().horizontalAdvance(each.heading)
                self._view.setColumnWidth(place, max(each.width, heading + HEADING_ROOM))
            self._view.setColumnHidden(place, each.name not in shown)
        self.share_room()

    def share_room(self) -> None:
        """Give artists a share of what the other columns leave; the titles take the rest."""
        view = self._view
        others = sum(view.columnWidth(place) for place in range(2, self._model.columnCount()))
        room = view.viewport().width() - others
        # Where many columns are ticked the table scrolls rather than cut the titles.
        tight = room < TITLE_LEAST + ARTIST_LEAST
        modes = QHeaderView.ResizeMode
        view.horizontalHeader().setSectionResizeMode(0, modes.Interactive if tight else modes.Stretch)
        if tight:
            view.setColumnWidth(0, TITLE_LEAST)
        view.setColumnWidth(1, max(ARTIST_LEAST, round(ARTIST_SHARE * room)))
