"""Back and forward through what was looked at: page, filter, selection, colouring, and swapped models."""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from merdesk.domain.prediction import ModelId
from merdesk.ui.clip_filter import Filter
from merdesk.ui.plots.colouring import ColouringKind
from merdesk.ui.session import Session

SETTLED_S = 1.0
"""Changes of the same parts that follow one another this closely (typing, dragging, arrow keys) are one step."""
MOST = 200


@dataclass(frozen=True, slots=True)
class ViewState:
    """What is looked at; `model` is None where whatever model is in use may stay."""

    page: int
    filter: Filter
    selection: tuple[int, ...]
    colouring: ColouringKind
    model: ModelId | None = None

    def differing(self, other: "ViewState") -> frozenset[str]:
        """Names of the parts that are others."""
        return frozenset(
            part.name for part in fields(self) if getattr(self, part.name) != getattr(other, part.name)
        )


class ViewHistory(QObject):
    """The states of a session's views, as a browser keeps pages; nothing of it is written.

    Signals
    -------
    page_asked
        A state on another page is shown again.
    changed
        There may be another way back or forward.
    """

    page_asked = Signal(int)
    changed = Signal()

    def __init__(self, session: Session, page: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._page = session, page
        self._states = [self._now()]
        self._at = 0
        self._last: tuple[frozenset[str], float] = (frozenset(), 0.0)
        self._is_going = False
        for signal in (session.visible_changed, session.selection_changed, session.colouring_changed):
            signal.connect(self.note)
        session.model_used.connect(self._note_model)

    @property
    def can_go_back(self) -> bool:
        """True where something else was looked at before."""
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        """True after going back, until something else is looked at."""
        return self._at < len(self._states) - 1

    def watch(self, *widgets: QWidget) -> None:
        """Take the mouse buttons for back and forward from these, too."""
        for widget in widgets:
            widget.installEventFilter(self)

    def note(self) -> None:
        """Keep what is looked at now."""
        self._note(replace(self._now(), model=self._states[self._at].model))

    def _note_model(self, before: ModelId, now: ModelId) -> None:
        """Keep a swap of models; which one is in use otherwise, as after a training, is no look to go back from."""
        if not self._is_going:
            self._states[self._at] = replace(self._states[self._at], model=before)
            self._note(replace(self._now(), model=now))

    def _note(self, now: ViewState) -> None:
        before = self._states[self._at]
        parts = now.differing(before)
        if self._is_going or not parts:
            return
        last, at_s = self._last
        self._last = (parts, time.monotonic())
        del self._states[self._at + 1 :]
        if parts == last and self._last[1] - at_s < SETTLED_S and self._at:
            self._states[self._at] = now
        else:
            self._states = [*self._states, now][-MOST:]
            self._at = len(self._states) - 1
        self.changed.emit()

    def back(self) -> None:
        """Look at what was looked at before."""
        self._go(-1)

    def forward(self) -> None:
        """Take a step back back."""
        self._go(1)

    def _go(self, step: int) -> None:
        if not 0 <= self._at + step < len(self._states):
            return
        self._at += step
        state, session = self._states[self._at], self._session
        self._is_going, self._last = True, (frozenset(), 0.0)
        try:
            if state.page != self._page():
                self.page_asked.emit(state.page)
            if state.model is not None:
                session.use_model(state.model)
            session.set_filter(state.filter)
            session.set_colouring(state.colouring)
            # Clips may have gone since.
            session.select(session.columns.ids[session.columns.rows_of(state.selection)].tolist())
        finally:
            self._is_going = False
        self.changed.emit()

    def _now(self) -> ViewState:
        session = self._session
        return ViewState(self._page(), session.filter, session.selection, session.colouring)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            if event.button() == Qt.MouseButton.BackButton:
                self.back()
                return True
            if event.button() == Qt.MouseButton.ForwardButton:
                self.forward()
                return True
        return super().eventFilter(watched, event)
