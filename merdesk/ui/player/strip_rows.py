"""The strips of the player bar: hidden until wanted, computed only while they are seen."""

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel

from merdesk.audio.spectrogram import LONGEST_S, Shades, StripKind
from merdesk.errors import Failure
from merdesk.ui.player.playback import Playback
from merdesk.ui.player.strips import Strips, StripWish
from merdesk.ui.plots.strip import NAMES, StripView
from merdesk.ui.plots.timeline import TimeSpan
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import label

ROW_PX = 44
TOO_LONG = f"Zoom in to less than {LONGEST_S / 60:.0f} minutes from the start to see this"
CAPTIONS: dict[StripKind, str] = {"mel": "mel, 40 Hz to 10 kHz", "chroma": "chroma, C up to B"}


class StripRows(QObject):
    """One row for each kind of strip.

    Signals
    -------
    changed
        Others are shown now: their kinds, in a list.
    """

    changed = Signal(list)

    def __init__(self, theme: Theme, span: TimeSpan, playback: Playback, parent: QObject) -> None:
        super().__init__(parent)
        self._span = span
        self._playback = playback
        self._strips = Strips(self)
        self._strips.ready.connect(self._show)
        self.views = {kind: StripView(theme, kind, span) for kind in NAMES}
        self.captions: dict[StripKind, QLabel] = {kind: label(CAPTIONS[kind], "caption") for kind in NAMES}
        for kind, view in self.views.items():
            view.setFixedHeight(max(ROW_PX, 3 * theme.base_px))
            view.wanted.connect(partial(self._ask, kind))
            view.seek_requested.connect(playback.seek)
            playback.position_changed.connect(view.set_position)
            for part in (view, self.captions[kind]):
                part.hide()
        playback.clip_changed.connect(self._forget)
        playback.state_changed.connect(self._ask_all)

    @property
    def shown(self) -> list[StripKind]:
        """Kinds that are shown, from above."""
        return [kind for kind, view in self.views.items() if not view.isHidden()]

    def place(self, grid: QGridLayout, first_row: int) -> None:
        """Lay the rows out, captions beside them."""
        for row, kind in enumerate(self.views, start=first_row):
            grid.addWidget(self.views[kind], row, 1)
            grid.addWidget(self.captions[kind], row, 2, Qt.AlignmentFlag.AlignVCenter)

    def height_px(self, spacing: int) -> int:
        """What the shown rows add to the bar."""
        return sum(self.views[kind].height() + spacing for kind in self.shown)

    def set_shown(self, kinds: Collection[str]) -> None:
        """Show these, hide the others; names that are no kind of strip are passed over."""
        wanted = [kind for kind in self.views if kind in kinds]
        if wanted == self.shown:
            return
        for kind, view in self.views.items():
            view.setVisible(kind in wanted)
            self.captions[kind].setVisible(kind in wanted)
        self.changed.emit(self.shown)
        self._ask_all()

    def toggle(self, kind: StripKind) -> None:
        """Show this one, or hide it."""
        self.set_shown(set(self.shown) ^ {kind})

    def close(self) -> None:
        """Compute nothing any more."""
        self._strips.close()

    def _forget(self) -> None:
        for view in self.views.values():
            view.say("")
        self._ask_all()

    def _ask_all(self) -> None:
        for kind in self.shown:
            self._ask(kind)

    def _ask(self, kind: StripKind) -> None:
        current, span, view = self._playback.current, self._span, self.views[kind]
        if current is None or view.isHidden() or span.shown_s <= 0 or view.width() < 2:
            return
        if span.stop_s > LONGEST_S:
            view.say(TOO_LONG)
            return
        self._strips.ask(StripWish(current.request, kind, span.start_s, span.stop_s, view.width()))

    def _show(self, wish: StripWish, outcome: Shades | Failure) -> None:
        current = self._playback.current
        if current is None or (current.request.path, current.request.onset_s) != (
            wish.request.path,
            wish.request.onset_s,
        ):
            return
        view = self.views[wish.kind]
        if isinstance(outcome, Failure):
            view.say(outcome.message)
        elif self._span.stop_s <= LONGEST_S:
            view.show_shades(outcome, wish.start_s, wish.stop_s)
