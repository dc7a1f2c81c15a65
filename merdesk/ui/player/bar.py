"""The bar below every page: transport, waveform, traces, volume."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMoveEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from merdesk.audio.envelope import Envelope
from merdesk.ui.player.comparison import Comparison
from merdesk.ui.player.elided import ElidedLabel
from merdesk.ui.player.options import PlayerOptions
from merdesk.ui.player.playback import Playback
from merdesk.ui.player.queue_panel import QueuePanel
from merdesk.ui.player.strip_rows import StripRows
from merdesk.ui.player.transport import Transport
from merdesk.ui.player.volume import VolumeControl
from merdesk.ui.plots.markers import SIGNS
from merdesk.ui.plots.timeline import TimeSpan, TimeView
from merdesk.ui.plots.trace import OTHERS, Trace, TraceView
from merdesk.ui.plots.waveform import WaveformView
from merdesk.ui.theme.figures import clock
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import row

HEIGHT_PX = 168
LEFT_PX = 248
RIGHT_PX = 132
MARGIN_PX = 16
SPACING_PX = 12
OPTIONS_PX = 30
STEP_S = 5.0


class PlayerBar(QWidget):
    """Shows a `Playback` and lets the user steer it.

    `volume_changed` carries 0 to 1, `autoplay_changed` whether the next clip follows by itself; to be remembered.
    """

    volume_changed = Signal(float)
    autoplay_changed = Signal(bool)

    def __init__(
        self, theme: Theme, playback: Playback, *, volume: float = 0.8, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._playback = playback
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Player")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.comparison = Comparison(playback, self)
        self.transport = Transport(theme, playback, self.comparison)
        self.queue_panel = QueuePanel(theme, playback, self)
        self.span = TimeSpan(self)
        self.waveform = WaveformView(theme, self.span)
        self.strips = StripRows(theme, self.span, playback, self)
        self.traces = TraceView(theme, self.span)
        self._heard_s = 0.0
        self.volume = VolumeControl(theme, volume)
        self.options = PlayerOptions(theme, playback, self.strips)
        self.volume.setMaximumWidth(RIGHT_PX - MARGIN_PX - OPTIONS_PX)
        self._names = tuple(QLabel() for _ in range(3))
        self._other_names = ElidedLabel()
        self._lay_out()
        self._fit_height()
        self._connect()
        playback.set_volume(volume)
        self._on_clip_changed()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        grid.setHorizontalSpacing(MARGIN_PX)
        grid.setVerticalSpacing(SPACING_PX)
        last = 1 + len(self.strips.views)
        grid.addWidget(self.transport, 0, 0, last + 1, 1)
        grid.addWidget(self.waveform, 0, 1)
        self.strips.place(grid, 1)
        grid.addWidget(self.traces, last, 1)
        grid.addLayout(row(self.volume, self.options, spacing=4), 0, 2)
        grid.addLayout(self._trace_names(), last, 2)
        self.transport.setFixedWidth(max(LEFT_PX - 2 * MARGIN_PX, self._theme.base_px * 16))
        grid.setColumnMinimumWidth(2, RIGHT_PX - MARGIN_PX)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(last, 1)

    def _fit_height(self) -> None:
        """As low as may be: each strip adds its own height."""
        alone = max(HEIGHT_PX, self._theme.base_px * 9)
        self.setFixedHeight(alone + self.strips.height_px(SPACING_PX))

    def _trace_names(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addStretch(1)
        for name in self._names:
            name.setProperty("role", "caption")
            name.setTextFormat(Qt.TextFormat.RichText)
            policy = name.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            name.setSizePolicy(policy)
            column.addWidget(name)
        self._other_names.setProperty("role", "caption")
        self._other_names.setMaximumWidth(RIGHT_PX - MARGIN_PX)
        self._other_names.hide()
        column.addWidget(self._other_names)
        column.addStretch(1)
        self._colour_names()
        return column

    def _colour_names(self) -> None:
        palette = self._theme.palette
        for name, mark, colour, word in zip(
            self._names,
            ("\u2014", "\u2014", "- -"),
            (palette.valence, palette.arousal, palette.muted),
            ("valence", "arousal", "predicted"),
            strict=True,
        ):
            name.setText(f'<span style="color:{colour}">{mark} {word}</span>')

    def _connect(self) -> None:
        playback = self._playback
        playback.clip_changed.connect(self._on_clip_changed)
        playback.envelope_changed.connect(self._show_envelope)
        playback.state_changed.connect(self._on_state_changed)
        views: tuple[TimeView, ...] = (self.waveform, *self.strips.views.values(), self.traces)
        for view in (self.waveform, self.traces):
            playback.position_changed.connect(view.set_position)
            view.seek_requested.connect(playback.seek)
        for drawn in views:
            drawn.loop_drawn.connect(self._loop)
        playback.position_changed.connect(self._follow)
        self.strips.changed.connect(self._fit_height)
        self.transport.queue_asked.connect(self.toggle_queue)
        self.queue_panel.closed.connect(lambda: self.transport.queue_button.setChecked(False))
        self.queue_panel.left.connect(self.transport.queue_button.setFocus)
        self.comparison.changed.connect(self._on_compared)
        for source in (self.queue_panel, self.options):
            source.autoplay_changed.connect(self.autoplay_changed)
            source.autoplay_changed.connect(playback.set_autoplay)
        self.options.device_chosen.connect(playback.set_device)
        self.volume.changed.connect(playback.set_volume)
        self.volume.changed.connect(self.volume_changed)
        self._theme.changed.connect(self._colour_names)

    def set_traces(self, annotation: Trace | None, prediction: Trace | None) -> None:
        """Valence and arousal of the clip that plays, as annotated and as predicted."""
        self.traces.set_traces(annotation, prediction, self._playback.duration_s)
        anything = annotation is not None or prediction is not None
        for name, shown in zip(self._names, (anything, anything, prediction is not None), strict=True):
            name.setVisible(shown)
        parts = {"annotated": annotation is not None, "predicted": prediction is not None}
        self.traces.tell(" and ".join(part for part, shown in parts.items() if shown) or "nothing is known")

    def set_others(self, traces: Sequence[Trace | None], names: Sequence[str]) -> None:
        """The same of other models, named beside the traces."""
        self.traces.set_others(traces)
        signs = [SIGNS[marker] for marker, _ in OTHERS]
        self._other_names.set_text("  ".join(map(" ".join, zip(signs, names, strict=False))))
        self._other_names.setVisible(bool(names))

    def toggle_queue(self) -> None:
        """Show what comes next above the bar's left end, or hide it."""
        panel, shown = self.queue_panel, self.queue_panel.isHidden()
        if shown:
            panel.setParent(self.window())
            self._place_panel()
            panel.raise_()
        panel.setVisible(shown)
        self.transport.queue_button.setChecked(shown)

    def _place_panel(self) -> None:
        above = self.mapTo(self.window(), QPoint(8, -8))
        self.queue_panel.move(above.x(), max(above.y() - self.queue_panel.height(), 8))

    def _on_compared(self) -> None:
        self.queue_panel.setVisible(self.queue_panel.isVisible() and self.comparison.clips is None)

    def _follow(self, position_s: float) -> None:
        before_s, self._heard_s = self._heard_s, position_s
        self.span.follow(before_s, position_s)

    def _on_clip_changed(self) -> None:
        if self.comparison.clips is None:
            self.span.fit()
        self.span.set_loop(self._playback.region_s)
        self.set_traces(None, None)
        self._show_envelope(self._playback.envelope)

    def _loop(self, start_s: float, stop_s: float) -> None:
        if start_s < stop_s:
            self._playback.set_region(start_s, stop_s)
        else:
            self._playback.set_loop(False)
        self.span.set_loop(self._playback.region_s)

    def _on_state_changed(self) -> None:
        self.span.set_loop(self._playback.region_s)
        self.traces.set_traces(*self.traces.traces, self._playback.duration_s)
        if self._playback.envelope is None:
            self._show_envelope(None)

    def _show_envelope(self, envelope: Envelope | None) -> None:
        duration_s = self._playback.duration_s if envelope is None else envelope.duration_s
        self.waveform.set_envelope(envelope, duration_s)
        current = self._playback.current
        self.waveform.tell("" if current is None else f"{current.title}, {clock(duration_s)}")

    def handle_key(self, event: QKeyEvent) -> bool:
        """Space, left, right, J, K, L, X and media keys that nothing else in the window wanted; True when it was one."""
        playback = self._playback
        actions: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Space: playback.toggle,
            Qt.Key.Key_MediaTogglePlayPause: playback.toggle,
            Qt.Key.Key_MediaPlay: playback.toggle,
            Qt.Key.Key_MediaPause: playback.toggle,
            Qt.Key.Key_MediaNext: playback.next,
            Qt.Key.Key_MediaPrevious: playback.previous,
            Qt.Key.Key_Left: partial(playback.skip, -STEP_S),
            Qt.Key.Key_Right: partial(playback.skip, STEP_S),
            Qt.Key.Key_MediaStop: playback.stop,
            Qt.Key.Key_J: playback.loop_from_here,
            Qt.Key.Key_K: playback.loop_until_here,
            Qt.Key.Key_L: partial(playback.set_loop, not playback.looping),
        }
        if self.comparison.clips is not None:
            actions[Qt.Key.Key_X] = self.comparison.switch
        action = None if event.modifiers() else actions.get(Qt.Key(event.key()))
        if action is None:
            return False
        action()
        return True

    # Qt

    def moveEvent(self, event: QMoveEvent) -> None:
        """The queue stays above the bar."""
        super().moveEvent(event)
        if not self.queue_panel.isHidden():
            self._place_panel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that its own buttons did not want."""
        if not self.handle_key(event):
            super().keyPressEvent(event)
