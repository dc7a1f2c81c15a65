"""Title, time and the buttons that play, skip, loop and open the queue."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from merdesk.audio.playback import PlayerState
from merdesk.ui.player.comparison import Comparison
from merdesk.ui.player.elided import ElidedLabel
from merdesk.ui.player.playback import Playback
from merdesk.ui.theme.figures import clock, count, signed
from merdesk.ui.theme.theme import Theme

NO_DEVICE = {"none": "no audio device", "lost": "audio device lost"}


class Transport(QWidget):
    """Shows what a `Playback` plays, and steers it; `queue_asked` wants the queue to be shown or hidden."""

    queue_asked = Signal()

    def __init__(
        self, theme: Theme, playback: Playback, comparison: Comparison, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._playback = playback
        self._comparison = comparison
        self.title = ElidedLabel(role="strong")
        self.time = ElidedLabel(role="muted")
        self.previous_button = self._tool("skip-back", "Previous clip, or back to the start")
        self.play_button = self._tool("play", "Play (Space)")
        self.play_button.setProperty("role", "play")
        self.next_button = self._tool("skip-forward", "Next clip of the queue")
        self.loop_button = self._tool(
            "repeat",
            "Repeat this clip (L); a part of it: Shift+drag in the waveform, or J and K",
            filled=False,
        )
        self.loop_button.setCheckable(True)
        self.side_buttons = {side: self._side(side) for side in ("A", "B")}
        self.end_button = self._tool("x", "End the comparison of A and B", filled=False)
        self.queue_button = QPushButton()
        self.queue_button.setProperty("role", "quiet")
        self.queue_button.setIconSize(QSize(18, 18))
        self.queue_button.setCheckable(True)
        theme.dress(self.queue_button, "list-music")
        self.queue_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lay_out()
        self._connect()
        self._show_clip()

    def _tool(self, icon: str, words: str, *, filled: bool = True) -> QToolButton:
        button = QToolButton()
        button.setIconSize(QSize(18, 18))
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme.dress(button, icon, filled=filled)
        return button

    def _side(self, side: str) -> QPushButton:
        made = QPushButton(side)
        made.setProperty("role", "choice")
        made.setMinimumWidth(3 * self._theme.base_px)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda: self._hear(side))
        return made

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        buttons = (self.previous_button, self.play_button, self.next_button, *self.side_buttons.values())
        for button in (*buttons, self.loop_button, self.end_button, self.queue_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.time)
        column.addSpacing(8)
        column.addLayout(row)
        column.addStretch(1)

    def _connect(self) -> None:
        playback = self._playback
        playback.clip_changed.connect(self._show_clip)
        playback.state_changed.connect(self._show_state)
        playback.position_changed.connect(self._show_position)
        playback.queue_changed.connect(self._show_queue)
        self.play_button.clicked.connect(playback.toggle)
        self.previous_button.clicked.connect(playback.previous)
        self.next_button.clicked.connect(playback.next)
        self.loop_button.clicked.connect(playback.set_loop)
        self.queue_button.clicked.connect(self.queue_asked)
        self.end_button.clicked.connect(self._comparison.end)
        self._comparison.changed.connect(self._show_sides)
        self._show_sides()

    def _show_clip(self) -> None:
        current = self._playback.current
        self.title.set_text(current.title if current else "Nothing plays")
        self._show_state(self._playback.state)
        self._show_queue()

    def _show_state(self, state: PlayerState) -> None:
        loaded = self._playback.current is not None
        playing = loaded and state.status in ("playing", "loading")
        self._theme.dress(self.play_button, "pause" if playing else "play", "on_accent", filled=True)
        words = "Pause (Space)" if playing else "Play (Space)"
        self.play_button.setToolTip(words)
        self.play_button.setAccessibleName(words)
        self.previous_button.setEnabled(loaded)
        self.loop_button.setEnabled(loaded)
        self.loop_button.setChecked(self._playback.looping)
        self._show_position(state.position_s)

    def _show_position(self, position_s: float) -> None:
        current, state = self._playback.current, self._playback.state
        if current is None or (state.status == "idle" and state.message):
            self.time.set_text(state.message or "Pick a clip to hear it")
            return
        parts = [f"{clock(position_s, tenths=True)} / {clock(self._playback.duration_s, tenths=True)}"]
        if state.device in NO_DEVICE:
            parts.append(NO_DEVICE[state.device])
        elif self._comparison.clips is not None:
            parts.append(f"{self._comparison.side} at {signed(self._comparison.lufs, 0)} LUFS")
        elif math.isfinite(current.lufs):
            parts.append(f"{signed(current.lufs, 0)} LUFS")
        self.time.set_text(" · ".join(parts))
        self.setToolTip(state.message)

    def _show_queue(self) -> None:
        n_after = len(self._playback.after)
        words = f"Queue: {count(n_after)} to come" if n_after else "Queue: nothing to come"
        self.queue_button.setText(count(n_after) if n_after else "")
        self.queue_button.setToolTip(words)
        self.queue_button.setAccessibleName(words)
        self.next_button.setEnabled(n_after > 0)

    def _hear(self, side: str) -> None:
        if side != self._comparison.side:
            self._comparison.switch()
        self._show_sides()

    def _show_sides(self) -> None:
        """While two clips are compared, their buttons stand where previous and next were."""
        clips = self._comparison.clips
        for button in (self.previous_button, self.next_button, self.queue_button):
            button.setVisible(clips is None)
        self.end_button.setVisible(clips is not None)
        for place, (side, button) in enumerate(self.side_buttons.items()):
            button.setVisible(clips is not None)
            heard = self._comparison.side == side
            button.setChecked(heard)
            if clips is not None:
                words = f"{side}: {clips[place].title}" + (", heard now" if heard else ", press X to hear it")
                button.setToolTip(words)
                button.setAccessibleName(words)
        self._show_position(self._playback.state.position_s)
