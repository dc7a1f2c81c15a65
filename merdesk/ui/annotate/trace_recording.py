"""The recording of a trace: countdown, waiting for the clock, capturing on it, pausing, and the draft on the disk."""

from typing import Literal

import numpy as np
from PySide6.QtCore import Qt, QTimer

from merdesk.domain.arrays import FloatArray
from merdesk.domain.clip import ClipId
from merdesk.project import annotations, drafts
from merdesk.ui.annotate.countdown import Countdown
from merdesk.ui.annotate.desk import Desk
from merdesk.ui.annotate.mode import Mode
from merdesk.ui.annotate.pointer import Pointer
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.theme.theme import Theme
from merdesk.workflows.trace_recorder import TraceRecorder

State = Literal["ready", "countdown", "waiting", "recording", "paused", "ended"]
TICK_MS = 8
DRAFT_MS = 500
"""Half of the second that a crash may cost: a busy machine is late."""
SHOW_MS = 250
DOT_MS = 40
"""The dot is drawn anew this often: each drawing costs the sample times some milliseconds."""
PREROLL_S = 2.0
END_S = 0.25
"""Closer to the clip's end than this, the trace is complete."""


class TraceRecording(Mode):
    """Records a `TraceRecorder` from a `Pointer` on the clock of the player; who inherits shows it."""

    plays_next = False

    def __init__(self, desk: Desk, theme: Theme, plane: AffectPlane) -> None:
        super().__init__(desk)
        self.plane = plane
        self.pointer = Pointer(plane.canvas)
        self.pointer.moved.connect(self._capture)
        self.countdown = Countdown(theme, plane)
        self.countdown.ended.connect(self._begin)
        self.recorder = self._new_recorder()
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
            (self._show_timer, SHOW_MS, self.show_trace),
        ):
            timer.setInterval(interval_ms)
            timer.timeout.connect(call)
        self._dot_timer = QTimer(self)
        self._dot_timer.setSingleShot(True)
        self._dot_timer.setInterval(DOT_MS)
        self._dot_timer.timeout.connect(self._show_dot)
        desk.option_changed.connect(self._follow_option)

    def show_state(self) -> None:
        """The state, or what is recorded, is another one now."""
        raise NotImplementedError

    def show_trace(self) -> None:
        """Show what is recorded so far."""
        raise NotImplementedError

    def forget_lag(self) -> None:
        """Another recording is in hand: what was found of the last one's lag goes."""
        raise NotImplementedError

    # The clip in hand

    def enter(self) -> None:
        """Clicks of the plane are no ratings now."""
        self.plane.set_rating_mode(False)
        self._clip_id = None

    def show_clip(self, clip_id: int | None) -> None:
        """Show the draft of a clip, else its filed trace, else an empty plane."""
        if clip_id == self._clip_id and (self._unfiled or self._under_way()):
            self.show_state()
            return
        self._stop()
        self._clip_id = clip_id
        self._recall()
        self.show_state()

    def _follow_option(self, name: str) -> None:
        """A recording that has not begun is made in the new way; one that has keeps its samples."""
        if name in ("rate_hz", "dimension") and self.state == "ready":
            self.recorder = self._new_recorder()
            if self.isVisible():
                self.show_state()

    def _new_recorder(self) -> TraceRecorder:
        return TraceRecorder(self.desk.option("rate_hz"), self.desk.option("dimension"))

    def _recall(self) -> None:
        desk = self.desk
        self.recorder = self._new_recorder()
        self._unfiled = self._own_draft = False
        self.state = "ready"
        self.forget_lag()
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
        self.recorder = self._new_recorder()
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

    def _set_state(self, state: State) -> None:
        self.state = state
        self.show_state()
