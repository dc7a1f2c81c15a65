"""A trace while the music plays: countdown, record, pause, go on, play over a passage, file."""

from typing import Literal

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.arrays import FloatArray
from merdesk.domain.clip import ClipId
from merdesk.domain.rating import Rating
from merdesk.domain.source import SourceTrace
from merdesk.project import annotations, drafts, said
from merdesk.ui.annotate.countdown import Countdown
from merdesk.ui.annotate.desk import Desk
from merdesk.ui.annotate.lag_box import LagBox
from merdesk.ui.annotate.mode import Mode
from merdesk.ui.annotate.pointer import Pointer
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.trace import Trace
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.trace_lag import find_lag
from merdesk.workflows.trace_recorder import TraceRecorder

State = Literal["ready", "countdown", "waiting", "recording", "paused", "ended"]
TICK_MS = 8
DRAFT_MS = 500
"""Half of the second that a crash may cost: a busy machine is late."""
SHOW_MS = 250
DOT_MS = 40
"""The dot is drawn anew this often: each drawing costs the sample times some milliseconds."""
PREROLL_S = 2.0
TRAIL_S = 4.0
END_S = 0.25
"""Closer to the clip's end than this, the trace is complete."""
BEGIN = "Press Start, then follow the music: to the right where it is more positive, up where it is more energetic."
WORDS = {
    "ready": BEGIN,
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


class TraceMode(Mode):
    """Records a `TraceRecorder` from a `Pointer` on the clock of the player.

    Signals
    -------
    trace_changed
        The trace in hand as `Trace`, or None.
    """

    trace_changed = Signal(object)
    plays_next = False

    def __init__(self, desk: Desk, theme: Theme, plane: AffectPlane) -> None:
        super().__init__(desk)
        self.plane = plane
        self.pointer = Pointer(plane.canvas)
        self.pointer.moved.connect(self._capture)
        self.countdown = Countdown(theme, plane)
        self.countdown.ended.connect(self._begin)
        self.recorder = TraceRecorder(desk.option("rate_hz"))
        self.state: State = "ready"
        self.jitter_s: FloatArray = np.empty(0)
        self._clip_id: int | None = None
        self._from_s = 0.0
        self._unfiled = False
        self._own_draft = False
        self._tick_timer, self._draft_timer, self._show_timer = (QTimer(self) for _ in range(3))
        self._tick_timer.setTimerType(Qt.TimerType.PreciseTimer)
        for timer, interval_ms, call in (
            (self._tick_timer, TICK_MS, self._tick),
            (self._draft_timer, DRAFT_MS, self._keep_draft),
            (self._show_timer, SHOW_MS, self._show_trace),
        ):
            timer.setInterval(interval_ms)
            timer.timeout.connect(call)
        self._dot_timer = QTimer(self)
        self._dot_timer.setSingleShot(True)
        self._dot_timer.setInterval(DOT_MS)
        self._dot_timer.timeout.connect(self._show_dot)
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
        self.lag.shift_changed.connect(self._show_trace)
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

    def enter(self) -> None:
        """Clicks of the plane are no ratings now."""
        self.plane.set_rating_mode(False)
        self._clip_id = None

    def leave(self) -> None:
        """Stop recording; what there is stays as a draft."""
        self._stop()
        self.plane.set_trace(None)
        self.plane.set_moving_point(None)
        self.trace_changed.emit(None)

    # The clip in hand

    def show_clip(self, clip_id: int | None) -> None:
        """Show the draft of a clip, else its filed trace, else an empty plane."""
        if clip_id == self._clip_id and (self._unfiled or self._under_way()):
            self._show()
            return
        self._stop()
        self._clip_id = clip_id
        self._recall()
        self._show()

    def _recall(self) -> None:
        desk = self.desk
        self.recorder = TraceRecorder(desk.option("rate_hz"), desk.option("dimension"))
        self._unfiled = self._own_draft = False
        self.state = "ready"
        self.lag.show_lag(None)
        session, clip_id = desk.session, self._clip_id
        if clip_id is None or not session.annotator or session.project.read_only:
            return
        who = desk.annotator_id()
        draft = next(
            (one for one in drafts.of_annotator(session.project, who) if one.clip_id == clip_id), None
        )
        if draft is not None and len(draft.time_s):
            self.recorder.load(draft.time_s, draft.affect)
            self._unfiled = self._own_draft = True
            self.state = "paused"
            return
        for annotator, trace in annotations.source_traces(session.project, ClipId(clip_id)):
            if desk.recalls and annotator == who and len(trace.time_s):
                self.recorder.load(trace.time_s, trace.scale.to_unit(trace.affect))
                self.state = "ended"

    # Recording

    def _under_way(self) -> bool:
        return self.state in ("countdown", "waiting", "recording")

    def toggle(self) -> None:
        """Start, pause, or go on."""
        desk = self.desk
        if self._clip_id is None or desk.session.project.read_only:
            return
        if not desk.session.annotator:
            desk.name_wanted.emit()
        elif self.state == "countdown":
            self.countdown.stop()
            self._set_state("ready")
        elif self._under_way():
            desk.playback.toggle()
            self._stop()
        elif self.state == "ready":
            if desk.session.playing == self._clip_id and desk.playback.state.status == "playing":
                desk.playback.toggle()
            self.pointer.set_active(True)
            self._set_state("countdown")
            self.countdown.start()
        else:
            self._go_on()

    def start_over(self) -> None:
        """Give the recording up, draft and all; what was filed stays as it is."""
        self._stop()
        clip_id, desk = self._clip_id, self.desk
        if clip_id is not None and self._own_draft:
            desk.file(
                lambda: drafts.discard(desk.session.project, ClipId(clip_id), desk.annotator_id()),
                "giving up the draft of a trace",
            )
        self._clip_id = None
        self.show_clip(clip_id)
        self.recorder = TraceRecorder(desk.option("rate_hz"), desk.option("dimension"))
        self._set_state("ready")

    def _begin(self) -> None:
        """The countdown is over: play from the start."""
        if self._clip_id is not None:
            self._from_s = 0.0
            self._wait_for_clock()
            self.desk.play_asked.emit(self._clip_id)

    def _go_on(self) -> None:
        """Play from a little before the place where the player stands, and record from there."""
        desk, clip_id = self.desk, self._clip_id
        if clip_id is None:
            return
        loaded = desk.session.playing == clip_id and desk.playback.current is not None
        at_s = desk.playback.now_s if loaded else self.recorder.reached_s
        if at_s >= self._duration_s() - END_S:
            at_s = 0.0 if self._complete() else self.recorder.reached_s
        self._from_s = at_s
        self.recorder.recorded = desk.option("dimension")
        self.pointer.set_active(True)
        self._wait_for_clock()
        if not loaded:
            desk.play_asked.emit(clip_id)
        elif desk.playback.state.status != "playing":
            desk.playback.toggle()
        desk.playback.seek(max(0.0, at_s - PREROLL_S))

    def _wait_for_clock(self) -> None:
        self.pointer.set_active(True)
        self._set_state("waiting")
        for timer in (self._tick_timer, self._show_timer):
            timer.start()

    def _tick(self) -> None:
        """Look at the clock: begin, capture, or notice that the music has stopped."""
        playback = self.desk.playback
        if self.desk.session.playing not in (self._clip_id, None):
            self._stop()
            return
        status = playback.state.status
        self.pointer.step()
        if self.state == "waiting" and status == "playing" and playback.now_s >= self._from_s:
            self._draft_timer.start()
            self._unfiled = True
            self._set_state("recording")
        if self.state == "recording":
            if status == "playing":
                self._capture()
            elif status in ("paused", "ended", "idle"):
                self._stop()

    def _capture(self) -> None:
        if not self.pointer.active:
            return
        if not self._dot_timer.isActive():
            self._dot_timer.start()
        if self.state == "recording" and self.desk.playback.state.status == "playing":
            valence, arousal = self.pointer.valence, self.pointer.arousal
            recorded = self.recorder.recorded
            self.recorder.capture(
                self.desk.playback.now_s,
                np.nan if recorded == "arousal" else valence,
                np.nan if recorded == "valence" else arousal,
            )

    def _show_dot(self) -> None:
        if self.pointer.active:
            self.plane.set_moving_point(self._place())

    def _place(self) -> tuple[float, float]:
        """Where the dot is: on an axis while one dimension is recorded alone."""
        recorded = self.recorder.recorded
        return (
            0.0 if recorded == "arousal" else self.pointer.valence,
            0.0 if recorded == "valence" else self.pointer.arousal,
        )

    def _stop(self) -> None:
        """End the pass, if there is one, and keep what was recorded."""
        for timer in (self._tick_timer, self._draft_timer, self._show_timer):
            timer.stop()
        self.countdown.stop()
        if self._under_way():
            self.jitter_s = self.recorder.jitter_s()
            self.recorder.end_pass()
            if self._unfiled:
                self._keep_draft()
            self.pointer.set_active(False)
            self._set_state("ready" if self.recorder.empty else "ended" if self._complete() else "paused")

    def _complete(self) -> bool:
        return self.recorder.reached_s >= self._duration_s() - 2 * END_S

    def _duration_s(self) -> float:
        playback = self.desk.playback
        if self.desk.session.playing == self._clip_id and playback.duration_s:
            return playback.duration_s
        found = None if self._clip_id is None else playback.find(self._clip_id)
        return (found.request.duration_s or 0.0) if found is not None else 0.0

    def _keep_draft(self) -> None:
        clip_id, desk = self._clip_id, self.desk
        if clip_id is None or self.recorder.empty or not desk.session.annotator:
            return
        time_s, affect = self.recorder.trace()
        if len(time_s):
            self._own_draft = True
            desk.file(
                lambda: drafts.keep(
                    desk.session.project, ClipId(clip_id), desk.annotator_id(), time_s, affect
                ),
                "keeping the draft of a trace",
            )

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

    def _set_state(self, state: State) -> None:
        self.state = state
        self._show()

    def _show(self) -> None:
        state = self.state
        known = self._clip_id is not None and not self.desk.session.project.read_only
        self.words.setText(
            "A recording that was not filed is here again. Go on, or file what there is."
            if state == "paused" and self._own_draft and not self.jitter_s.size
            else (WORDS | IN_STUDY if self.desk.blinded else WORDS)[state]
        )
        self.act.setText(ACTS[state])
        self.act.setVisible(not (self.desk.blinded and state == "ended"))
        self.act.setEnabled(known)
        self.keep.setEnabled(known and self._unfiled and not self._under_way())
        self.again.setEnabled(known and not self.recorder.empty and not self._under_way())
        asks = self._unfiled and not self.desk.blinded  # the lag is found from what others said
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
        self._show_trace()

    def _show_trace(self) -> None:
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
