"""The left panel: search, what narrows now, datasets, genres, filters; drop music here."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from merdesk.domain.arrays import IntArray
from merdesk.domain.changes import Changes
from merdesk.ui.clip_filter import NO_GENRE, Filter, counts_of
from merdesk.ui.library.active import ActiveFilters
from merdesk.ui.library.filters import FilterSection
from merdesk.ui.library.saved import SavedFilters
from merdesk.ui.library.search_field import SearchField
from merdesk.ui.library.words import parts_of
from merdesk.ui.plots.gathering import Gathering, gathered
from merdesk.ui.plots.legend import Legend, LegendEntry
from merdesk.ui.session import Session
from merdesk.ui.theme.stylesheet import scaled
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row

WIDTH, WIDTH_MOST = 248, 340
SEARCH_DELAY_MS = 200


class LibraryPanel(QWidget):
    """Which clips are shown, and how many there are.

    Signals
    -------
    import_asked
        The user wants to add music.
    """

    import_asked = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._theme = theme
        self._notes: dict[str, str] = {}
        self.setFixedWidth(min(scaled(WIDTH, theme.base_px), WIDTH_MOST))
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = SearchField()
        self.search.setPlaceholderText("Search title, artist, album")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search title, artist, album")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(SEARCH_DELAY_MS)
        self._typing.timeout.connect(self._search)
        self.search.textChanged.connect(self._typing.start)
        self._datasets = Legend(theme, "Datasets")
        self._genres = Legend(theme, "Genres")
        self._genre_head = label("Genre", "section")
        # Chips come once no second click can follow: they would lie where the first one went, on the lowest rows.
        self._clicked = QTimer(self)
        self._clicked.setSingleShot(True)
        self._clicked.setInterval(QApplication.doubleClickInterval())
        self._clicked.timeout.connect(self._show_active)
        for legend in (self._datasets, self._genres):
            legend.toggled.connect(lambda _: self._clicked.start())
        self._datasets.toggled.connect(lambda hidden: self._change(hidden_datasets=frozenset(hidden)))
        self._genres.toggled.connect(lambda hidden: self._change(hidden_genres=frozenset(hidden)))
        self._datasets.select_asked.connect(partial(self._select, "dataset"))
        self._genres.select_asked.connect(partial(self._select, "genre"))
        self._add = button(
            "+ Add music or a dataset",
            "quiet",
            "Choose music (Ctrl+I), or drop files, a folder or a dataset into the window",
        )
        self._add.clicked.connect(self.import_asked)
        self.active = ActiveFilters(theme)
        self.saved = SavedFilters(session, theme)
        self.filters = FilterSection(session, theme)
        self.active.removed.connect(self._take_away)
        self.active.cleared.connect(self.show_all)
        self.active.save_asked.connect(self.saved.ask_name)
        self.setLayout(self._build())
        session.columns_changed.connect(self.refresh)
        session.visible_changed.connect(self.refresh)
        session.colouring_changed.connect(self.refresh)
        session.changed.connect(self._follow)
        theme.changed.connect(self.refresh)
        for signal in (self.saved.listed, self.filters.unfolded):
            signal.connect(self._order_tabs)
        self.refresh()

    def _build(self) -> QVBoxLayout:
        inside = QWidget()
        inside.setProperty("role", "panel")
        inside.setLayout(
            column(
                column(label("Datasets", "section"), self._datasets, row(self._add, None), spacing=4),
                column(self._genre_head, self._genres, spacing=4),
                self.saved,
                self.filters,
                None,
                spacing=20,
                margins=(12, 4, 12, 16),
            )
        )
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        # Chips come below: above, the first click of a double click would move the row from under the mouse.
        top, foot = column(self.search, margins=(12, 12, 12, 8)), column(self.active, margins=(12, 0, 12, 8))
        return column(top, scroll, foot, spacing=0)

    def set_notes(self, notes: Mapping[str, str]) -> None:
        """Put one word beside these datasets: what the doctor says of them."""
        if notes != self._notes:
            self._notes = dict(notes)
            self.refresh()

    def _change(self, **parts: Any) -> None:
        self._session.set_filter(replace(self._session.filter, **parts))

    def _select(self, kind: Literal["dataset", "genre"], name: str, how: Gathering) -> None:
        """Select the shown clips of a row, add them to the selection or take them out of it."""
        session = self._session
        names = getattr(session.columns, f"{kind}_names")
        own = getattr(session.columns, kind) == (names.index(name) if name in names else -1)
        ids = session.columns.ids[own & session.visible]
        session.select(gathered(np.array(session.selection, np.int64), ids, how))

    def _search(self) -> None:
        self._change(search=self.search.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the search field first; the next one is the window's."""
        if event.key() == Qt.Key.Key_Escape and self.search.hasFocus() and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def refresh(self) -> None:
        """List what the project holds now, and how many clips each choice would leave."""
        chosen = self._session.filter
        self._list_datasets()
        self._list_genres()
        self._datasets.set_hidden(chosen.hidden_datasets)
        self._genres.set_hidden(chosen.hidden_genres)
        self.filters.show_state()
        if not self._clicked.isActive():
            self._show_active()
        # Filters that come back by the history or by name bring their search along.
        if chosen.search != self.search.text() and not self._typing.isActive():
            self.search.blockSignals(True)
            self.search.setText(chosen.search)
            self.search.blockSignals(False)
        self._order_tabs()

    def _show_active(self) -> None:
        chosen = self._session.filter
        self.active.show_parts(
            parts_of(chosen, self._session.columns),
            searches=bool(chosen.search.strip()),
            can_save=not self._session.project.read_only,
        )
        self._order_tabs()

    def show_all(self) -> None:
        """Take every filter away."""
        self._typing.stop()
        self.search.clear()
        self._typing.stop()
        self._session.set_filter(Filter())

    def _take_away(self, part: str) -> None:
        self._change(**{part: getattr(Filter(), part)})

    def _follow(self, changes: Changes) -> None:
        if "feature" in changes or "annotation" in changes:
            self.filters.show_state()

    def _list_datasets(self) -> None:
        columns, palette = self._session.columns, self._theme.palette
        colours = palette.categories(columns.dataset_names)
        by_dataset = self._session.colouring == "dataset"
        among = self._session.passing.without("hidden_datasets")
        left = counts_of(columns.dataset, columns.dataset_names, among).tolist()
        there = _there(columns.dataset, len(columns.dataset_names))
        self._datasets.set_entries(
            [
                LegendEntry(
                    name,
                    name,
                    left[code],
                    colours[name] if by_dataset else palette.text,
                    palette.markers[code % len(palette.markers)],
                    self._notes.get(name, ""),
                )
                for code, name in enumerate(columns.dataset_names)
                if there[code]
            ]
        )

    def _list_genres(self) -> None:
        columns, palette = self._session.columns, self._theme.palette
        by_dataset = self._session.colouring == "dataset"
        among = self._session.passing.without("hidden_genres")
        counts = counts_of(columns.genre, columns.genre_names, among).tolist()
        left = dict(zip((*columns.genre_names, NO_GENRE), counts, strict=True))
        there = _there(columns.genre, len(columns.genre_names))
        # The order is that of all clips, so that rows stay where they are while filters change.
        order = sorted((code for code, n in enumerate(there) if n), key=lambda code: -there[code])
        genres = [columns.genre_names[code] for code in order] + (
            [NO_GENRE] if (columns.genre < 0).any() else []
        )
        colours = palette.categories(genres) | {NO_GENRE: palette.no_category}
        self._genre_head.setVisible(bool(genres))
        self._genres.set_entries(
            [
                LegendEntry(name, name, left[name], palette.muted if by_dataset else colours[name], "circle")
                for name in genres
            ]
        )

    def _order_tabs(self) -> None:
        """Tab goes from top to bottom; rows of legends are made anew when others are there."""
        order: list[QWidget] = [self.search]
        order += [*self._datasets.rows, self._add, *self._genres.rows]
        order += [*self.saved.focusable, *self.filters.focusable, *self.active.buttons]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)


def _there(codes: IntArray, n: int) -> list[int]:
    """How many clips of all have each code."""
    return list(map(int, np.bincount(codes[codes >= 0], minlength=n)))
