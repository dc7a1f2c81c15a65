"""Hearing what the mouse passes over: a short part of each clip that it rests on for a moment."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from merdesk.ui.listening import Listening
from merdesk.ui.player.playback import Playable

REST_MS = 60
"""The mouse crosses many clips on its way; with the 80 ms of a decoded clip a preview begins within 150."""
PREVIEW_MS = 4_000
FADE_S = 0.12
"""Previews follow one another: a fade instead of a cut."""


def preview_of(playable: Playable) -> Playable:
    """A clip that fades in and out.

    It is the clip's whole span, which hovering has decoded already: another one would have to be decoded anew.
    """
    return replace(playable, request=replace(playable.request, fade_s=FADE_S))


class Sweep(QObject):
    """Plays previews while it is on; the selection stays, and nothing follows a preview."""

    def __init__(self, listening: Listening, parent: QObject) -> None:
        super().__init__(parent)
        self._listening = listening
        self._on = False
        self._wanted: int | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._play)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(PREVIEW_MS)
        self._end.timeout.connect(self._stop)

    def set_on(self, on: bool) -> None:
        """Begin to play what is swept over, or stop."""
        self._on = on
        self._listening.follows = not on
        if on:
            self._listening.playback.set_queue(())
        else:
            self._rest.stop()
            self._end.stop()

    def pass_over(self, clip_id: int | None) -> None:
        """The mouse is over this clip now, or over none."""
        self._wanted = clip_id
        if self._on and clip_id is not None:
            self._rest.start()
        else:
            self._rest.stop()

    def _play(self) -> None:
        playback = self._listening.playback
        playable = None if self._wanted is None else playback.find(self._wanted)
        if playable is not None:
            playback.play(preview_of(playable))
            self._end.start()

    def _stop(self) -> None:
        """The preview was long enough, unless something else plays by now."""
        playback = self._listening.playback
        current = playback.current
        if current is not None and current.clip_id == self._wanted and playback.state.status == "playing":
            playback.toggle()
