"""The left panel: search, datasets, genres, filters; drop music here."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from merdesk.domain.columns import ClipColumns, ClipFlag
from merdesk.ui.plots.legend import INSET_PX, Legend, LegendEntry
from merdesk.ui.session import NO_GENRE, Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row

WIDTH = 248
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
        self.setFixedWidth(WIDTH)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = QLineEdit()
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
        self._datasets.toggled.connect(lambda hidden: self._change(hidden_datasets=frozenset(hidden)))
        self._genres.toggled.connect(lambda hidden: self._change(hidden_genres=frozenset(hidden)))
        self._add = button("+ Drop music or a dataset here", "quiet", "Import music (Ctrl+I)")
        self._add.clicked.connect(self.import_asked)
        self._facets = {name: QCheckBox(text) for name, text in FACETS.items()}
        self._facet_counts = {name: label("", "muted") for name in FACETS}
        for name, box in self._facets.items():
            box.toggled.connect(lambda on, name=name: self._change(**{name: on}))
        self.setLayout(self._build())
        session.columns_changed.connect(self.refresh)
        session.visible_changed.connect(self._show_facets)
        session.colouring_changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> QVBoxLayout:
        inset = (INSET_PX, 0, INSET_PX, 0)
        facets = [row(self._facets[name], None, self._facet_counts[name], margins=inset) for name in FACETS]
        inside = QWidget()
        inside.setProperty("role", "panel")
        inside.setLayout(
            column(
                column(label("Datasets", "section"), self._datasets, row(self._add, None), spacing=4),
                column(self._genre_head, self._genres, spacing=4),
                column(label("Filters", "section"), *facets, spacing=8),
                None,
                spacing=20,
                margins=(12, 4, 12, 16),
            )
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        return column(column(self.search, margins=(12, 12, 12, 8)), scroll, spacing=0)

    def set_notes(self, notes: Mapping[str, str]) -> None:
        """Put one word beside these datasets: what the doctor says of them."""
        if notes != self._notes:
            self._notes = dict(notes)
            self.refresh()

    def _change(self, **parts: Any) -> None:
        self._session.set_filter(replace(self._session.filter, **parts))

    def _search(self) -> None:
        self._change(search=self.search.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the search field first; the next one is the window's."""
        if event.key() == Qt.Key.Key_Escape and self.search.hasFocus() and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def refresh(self) -> None:
        """List what the project holds now."""
        columns = self._session.columns
        palette = self._theme.palette
        by_dataset = self._session.colouring == "dataset"
        dataset_colours = palette.categories(columns.dataset_names)
        markers = {
            name: palette.markers[code % len(palette.markers)]
            for code, name in enumerate(columns.dataset_names)
        }
        self._datasets.set_entries(
            [
                LegendEntry(
                    name,
                    name,
                    n,
                    dataset_colours[name] if by_dataset else palette.text,
                    markers[name],
                    self._notes.get(name, ""),
                )
                for name, n in _counts(columns.dataset, columns.dataset_names)
            ]
        )
        genres = sorted(_counts(columns.genre, columns.genre_names), key=lambda found: -found[1])
        if len(columns) and (unnamed := int((columns.genre < 0).sum())):
            genres.append((NO_GENRE, unnamed))
        genre_colours = palette.categories(name for name, _ in genres) | {NO_GENRE: palette.no_category}
        self._genre_head.setVisible(bool(genres))
        self._genres.set_entries(
            [
                LegendEntry(name, name, n, genre_colours[name] if not by_dataset else palette.muted, "circle")
                for name, n in genres
            ]
        )
        self._show_facets()
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Tab goes from top to bottom; rows of legends are made anew when others are there."""
        order: list[QWidget] = [self.search, *self._datasets.rows, self._add, *self._genres.rows]
        order += self._facets.values()
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _show_facets(self) -> None:
        chosen = self._session.filter
        counts = facet_counts(self._session.columns)
        for name, box in self._facets.items():
            box.blockSignals(True)
            box.setChecked(bool(getattr(chosen, name)))
            box.blockSignals(False)
            self._facet_counts[name].setText(f"{counts[name]:,}")
        self._datasets.set_hidden(chosen.hidden_datasets)
        self._genres.set_hidden(chosen.hidden_genres)


FACETS = {"has_audio": "Has audio", "is_annotated": "Has ratings", "is_predicted": "Has predictions"}


def facet_counts(columns: ClipColumns) -> dict[str, int]:
    """How many clips each filter would leave of all."""
    return {
        "has_audio": int(columns.flagged(ClipFlag.HAS_AUDIO).sum()),
        "is_annotated": int(columns.annotated.sum()),
        "is_predicted": int(columns.predicted.sum()),
    }


def _counts(codes: np.ndarray, names: tuple[str, ...]) -> list[tuple[str, int]]:
    numbers = np.bincount(codes[codes >= 0], minlength=len(names))
    return [(name, int(n)) for name, n in zip(names, numbers, strict=True) if n]
