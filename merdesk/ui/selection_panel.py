"""Several clips at once: how many, where they lie on average, in which quadrants, of which genres."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.domain.columns import ClipFlag
from merdesk.ui.session import NO_GENRE, Session
from merdesk.ui.theme.figures import count, signed
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.selection import MeanInterval, SelectionSummary, summarise

SETTLED_MS = 60
"""Intervals are computed when the selection has rested for so long."""
QUADRANT_WORDS = ("excited · joyful", "tense · angry", "sad · weary", "calm · content")
MOST_GENRES = 10
NARROW = 0.02
ROW_PX = 24
SWATCH_PX = 8
LABEL_PX = 18
BAR_PX = 3


class Shares(QWidget):
    """Rows of name, bar and number."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._name = name
        self.rows: tuple[tuple[str, str, float, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[tuple[str, str, float, str]]) -> None:
        """Show rows of name, number in words, share in [0, 1], colour (empty for the text colour)."""
        self.rows = tuple(rows)
        said = ", ".join(f"{name} {number}" for name, number, _, _ in rows)
        self.setAccessibleName(f"{self._name}: {said}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, ROW_PX * len(self.rows))

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = Qt.AlignmentFlag.AlignVCenter
        for place, (name, number, share, colour) in enumerate(self.rows):
            box = QRect(0, place * ROW_PX, self.width(), ROW_PX - BAR_PX)
            tint = QColor(colour or self._theme.palette.muted)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            left = LABEL_PX if colour else 0
            if colour:
                painter.drawEllipse(QRectF(1, box.center().y() - SWATCH_PX / 2 + 1, SWATCH_PX, SWATCH_PX))
            painter.setBrush(self._theme.colour("raised"))
            room = self.width() - left
            painter.drawRoundedRect(QRectF(left, box.bottom(), room, BAR_PX), 1.5, 1.5)
            painter.setBrush(tint)
            painter.drawRoundedRect(QRectF(left, box.bottom(), max(room * share, BAR_PX), BAR_PX), 1.5, 1.5)
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(box, side | Qt.AlignmentFlag.AlignRight, number)
            painter.setPen(self._theme.colour("text"))
            painter.drawText(box.adjusted(left, 0, 0, 0), side, name)
        painter.end()


class SelectionPanel(QWidget):
    """The summary of the session's selection.

    Signals
    -------
    play_asked
        Play the selected clips one after the other.
    """

    play_asked = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self.summary: SelectionSummary | None = None
        self._title = label("", "title", wrap=True)
        self._about = label("", "muted", wrap=True)
        self._means = {name: (label("", "figure"), label("", "caption")) for name in ("Valence", "Arousal")}
        self._play = button("Play them", "", "Play the selected clips one after the other (Ctrl+Return)")
        self._clear = button("Clear", "", "Select nothing (Escape)")
        self._play.clicked.connect(self.play_asked)
        self._clear.clicked.connect(lambda: session.select(()))
        self._quadrants, self._genres = Shares(theme, "Quadrants"), Shares(theme, "Genres")
        self._rated = [
            label("Mean", "section"),
            *self._lines(),
            label("Quadrants", "section"),
            self._quadrants,
        ]
        self.setLayout(
            column(
                column(self._title, self._about, spacing=2),
                row(self._play, self._clear),
                *self._rated,
                label("Genres", "section"),
                self._genres,
                spacing=10,
            )
        )
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self.show_clips)
        for signal in (session.selection_changed, session.columns_changed):
            signal.connect(self._settled.start)
        theme.changed.connect(self._settled.start)

    def _lines(self) -> list[QWidget]:
        lines = []
        for name, (value, interval) in self._means.items():
            line = QWidget()
            line.setLayout(row(label(name, "muted"), None, value, interval, spacing=8))
            lines.append(line)
        return lines

    def show_clips(self) -> None:
        """Summarise the selection; out of sight, nothing is computed."""
        self._settled.stop()
        if not self.isVisible():
            return
        columns = self._session.columns
        # Sorted first: a million ids in any order are looked up in ten times as long.
        rows = columns.rows_of(np.sort(self._session.selected))
        found = self.summary = summarise(columns, rows)
        self._title.setText(f"{counted(found.n, 'clip')} selected")
        rated = f"{found.n_annotated:,} rated, by {found.n_clusters:,} artists or groups"
        self._about.setText(rated if found.n_annotated else "None of them is rated.")
        self._play.setEnabled(bool(columns.flagged(ClipFlag.HAS_AUDIO)[rows].any()))
        for part in self._rated:
            part.setVisible(bool(found.n_annotated))
        self._show_mean("Valence", found.valence)
        self._show_mean("Arousal", found.arousal)
        self._quadrants.show_rows(
            [
                (words, f"{100 * share:.0f} %", share, "")
                for words, share in zip(QUADRANT_WORDS, found.quadrants, strict=True)
            ]
        )
        self._genres.show_rows(self._genre_rows(found))

    def _show_mean(self, name: str, found: MeanInterval) -> None:
        value, interval = self._means[name]
        value.setText(signed(found.value))
        known = math.isfinite(found.low)
        # Of thousands of clips both ends would be one figure.
        digits = 3 if found.high - found.low < NARROW else 2
        ends = f"{signed(found.low, digits)} to {signed(found.high, digits)}"
        interval.setText(ends if known else "one artist: no interval")
        interval.setToolTip("95 % interval; artists are resampled, for clips of one artist are alike")

    def _genre_rows(self, found: SelectionSummary) -> list[tuple[str, str, float, str]]:
        palette = self._theme.palette
        colours = palette.categories(self._session.columns.genre_names) | {"": palette.no_category}
        shown, rest = found.genres[:MOST_GENRES], found.genres[MOST_GENRES:]
        rows = [(name or NO_GENRE, count(n), n / found.n, colours[name]) for name, n in shown]
        if rest:
            n = sum(number for _, number in rest)
            rows.append((f"{len(rest)} others", count(n), n / found.n, palette.no_category))
        return rows

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._settled.start()
