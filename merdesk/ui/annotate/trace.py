"""A trace while the music plays: what the annotator sees of its recording, and how it is filed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.arrays import FloatArray
from merdesk.domain.clip import ClipId
from merdesk.domain.rating import Rating
from merdesk.domain.source import SourceTrace
from merdesk.project import said
from merdesk.ui.annotate.desk import Desk
from merdesk.ui.annotate.lag_box import LagBox
from merdesk.ui.annotate.trace_recording import State, TraceRecording
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.trace import Trace
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row, set_role
from merdesk.workflows.trace_lag import find_lag

TRAIL_S = 4.0
BEGIN = {
    "both": "Press Start, then follow the music: to the right where it is more positive, up where it is more energetic.",
    "valence": "Press Start, then follow how positive the music is: the further right, the more positive.",
    "arousal": "Press Start, then follow how energetic the music is: the further up, the more energetic.",
}
WORDS = {
    "countdown": "Get ready.",
    "waiting": "Listen: recording goes on where it stopped.",
    "recording": "Recording. Follow the music with the mouse, a pen or the arrow keys.",
    "paused": "Paused. Go on here, or click into the waveform to record a passage again.",
    "ended": "Done. File it, or click into the waveform to record a passage again.",
}
IN_STUDY = {
    "paused": "Paused. Go on here, or start over.",
    "ended": "Done. File it with Enter, or start over.",
}
"""A study shows no waveform to click into."""
ACTS = {
    "ready": "Start",
    "countdown": "Cancel",
    "waiting": "Pause",
    "recording": "Pause",
    "paused": "Go on",
    "ended": "Record from here",
}


class TraceMode(TraceRecording):
    """The panel of a recording.

    Signals
    -------
    trace_changed
        The trace in hand as `Trace`, or None.
    """

    trace_changed = Signal(object)

    def __init__(self, desk: Desk, theme: Theme, plane: AffectPlane) -> None:
        super().__init__(desk, theme, plane)
        self._build()

    def _build(self) -> None:
        self.words = label("", "", wrap=True)
        self.amount = label("", "muted")
        self.act = button("Start", "primary", "Start, pause or go on (Space)")
        self.act.clicked.connect(self.toggle)
        self.keep = button("File and next", "", "File this trace (Enter)")
        self.keep.clicked.connect(self.file)
        self.again = button("Start over", "quiet", "Give this recording up")
        self.again.clicked.connect(self.start_over)
        self.lag = LagBox()
        self.lag.shift_changed.connect(self.show_trace)
        self.setLayout(
            column(
                column(label("Your trace", "section"), self.words, self.amount, spacing=8),
                self.act,
                row(self.keep, self.again, None),
                self.lag,
                None,
                spacing=16,
            )
        )

    @property
    def view(self) -> QWidget:
        """The plane."""
        return self.plane

    def answered(self) -> frozenset[int]:
        """Ids of the clips that the annotator has traced."""
        return said.traced_by(self.desk.session.project, self.desk.session.annotator)

    def leave(self) -> None:
        """Stop recording; what there is stays as a draft."""
        self._stop()
        self.plane.set_trace(None)
        self.plane.set_moving_point(None)
        self.trace_changed.emit(None)

    # Filing

    def file(self) -> None:
        """File the trace, shifted if the annotator wished it, and go on."""
        clip_id, desk = self._clip_id, self.desk
        self._stop()
        if clip_id is None or self.recorder.empty or not self._unfiled or desk.waits_s(clip_id) > 0:
            return
        time_s, affect = self._shifted()
        trace = SourceTrace(time_s, affect, UNIT_SCALE)
        rating = Rating(None, circumstances=desk.circumstances(clip_id, "trace"))
        how = {"rate_hz": float(self.recorder.rate_hz), "lag_s": self.lag.shift_s}

        def write() -> None:
            desk.give_trace(clip_id, trace, rating, **how)

        self._unfiled = False
        if desk.file(write, "filing a trace"):
            self._own_draft = False
            desk.heard.forget(clip_id)
            self.filed.emit()
        else:
            self._unfiled = True

    def _shifted(self) -> tuple[FloatArray, FloatArray]:
        """The trace as it will be filed: earlier by the lag, without what lies before the clip then."""
        time_s, affect = self.recorder.trace()
        moved_s = time_s - self.lag.shift_s
        return moved_s[moved_s >= 0], affect[moved_s >= 0]

    # What is shown

    def forget_lag(self) -> None:
        """Show no lag."""
        self.lag.show_lag(None)

    def show_state(self) -> None:
        """Say what is recorded and what can be done now; what comes next by nature is the primary button."""
        state = self.state
        known = self._clip_id is not None and not self.desk.session.project.read_only
        self.words.setText(
            "A recording that was not filed is here again. Go on, or file what there is."
            if state == "paused" and self._own_draft and not self.jitter_s.size
            else self._said(state)
        )
        self.act.setText(ACTS[state])
        self.act.setVisible(not (self.desk.blinded and state == "ended"))
        self.act.setEnabled(known)
        done = state == "ended" and self._unfiled
        set_role(self.act, "" if done else "primary")
        set_role(self.keep, "primary" if done else "")
        self.keep.setEnabled(known and self._unfiled and not self._under_way())
        self.again.setEnabled(known and not self.recorder.empty and not self._under_way())
        # The lag is found from what others said; the name may have been deleted beside a recording.
        asks = self._unfiled and not self.desk.blinded and bool(self.desk.session.annotator)
        if state in ("paused", "ended") and asks and self._clip_id is not None:
            self.lag.show_lag(
                find_lag(
                    self.desk.session.project,
                    ClipId(self._clip_id),
                    self.desk.annotator_id(),
                    self.recorder.trace(),
                    self.desk.playback.envelope if self.desk.session.playing == self._clip_id else None,
                )
            )
        else:
            self.lag.show_lag(None)
        self.show_trace()

    def _said(self, state: State) -> str:
        if state == "ready":
            return BEGIN[self.recorder.recorded]
        return (WORDS | IN_STUDY if self.desk.blinded else WORDS)[state]

    def show_trace(self) -> None:
        """Show what is recorded so far, in the plane and under the waveform."""
        time_s, affect = self._shifted()
        duration_s = self._duration_s()
        done_s = len(time_s) / self.recorder.rate_hz
        share = f"{min(done_s, duration_s):.1f} of {duration_s:.1f} s" if duration_s else f"{done_s:.1f} s"
        self.amount.setText(f"{share} recorded" if len(time_s) else "")
        if self._under_way():
            self.plane.set_trace(self.recorder.trail(TRAIL_S))
        else:
            self.plane.set_trace(affect if len(affect) else None)
            self.plane.set_moving_point(None)
        # Under the waveform of another clip it would mislead.
        fits = len(time_s) and self.desk.session.playing == self._clip_id
        self.trace_changed.emit(Trace(time_s, affect) if fits else None)

    # Keys

    def key(self, event: QKeyEvent) -> bool:
        """Space starts, pauses and goes on; Enter files; Escape pauses; arrows move while recording."""
        key = Qt.Key(event.key())
        if self.pointer.active and self.pointer.press(event):
            return True
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.toggle()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.file()
        elif key == Qt.Key.Key_Escape and self._under_way():
            self.toggle()
        else:
            return False
        return True

    def key_released(self, event: QKeyEvent) -> bool:
        """Let an arrow key go."""
        return self.pointer.active and self.pointer.release(event)
