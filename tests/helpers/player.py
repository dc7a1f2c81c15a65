"""A player that makes no sound, and clips for it."""

from pathlib import Path

from merdesk.audio.playback import PlayerState, PlayRequest
from merdesk.ui.player.playback import Playable

SILENT_CLIP = 99


class FakePlayer:
    """Remembers what it was told; its state is set by the test."""

    def __init__(self):
        self.calls = []
        self.token = 0
        self.now = PlayerState()
        self.envelope = None
        self.devices = ("Speakers", "Headphones")
        self.played_on = "Speakers"

    def load(self, request, *, play=False):
        self.token += 1
        self.calls.append(("load", request.path.name, play))
        self.now = PlayerState("playing", 0.0, request.duration_s, token=self.token)
        return self.token

    def switch(self, request):
        self.token += 1
        self.calls.append(("switch", request.path.name))
        self.now = PlayerState(self.now.status, self.now.position_s, request.duration_s, token=self.token)
        return self.token

    def prefetch(self, request):
        self.calls.append(("prefetch", request.path.name))

    def queue_next(self, request):
        self.calls.append(("next", request and request.path.name))
        self.token += 1
        return self.token

    def play(self):
        self.calls.append(("play",))
        self.become("playing")

    def pause(self):
        self.calls.append(("pause",))
        self.become("paused")

    def seek(self, position_s):
        self.calls.append(("seek", position_s))

    def stop(self):
        self.calls.append(("stop",))

    def set_device(self, name):
        self.calls.append(("device", name))

    def set_volume(self, volume):
        self.calls.append(("volume", volume))

    def set_loop(self, start_s, stop_s=None):
        self.calls.append(("loop", start_s, stop_s))

    def state(self):
        return self.now

    def samples(self):
        return self.envelope

    def become(self, status, position_s=0.0, token=None, message=""):
        token = token or self.now.token
        self.now = PlayerState(status, position_s, 30.0, "ok", message, token)

    def names(self, kind):
        return [call[1] for call in self.calls if call[0] == kind]


def find(clip_id):
    if clip_id == SILENT_CLIP:
        return None
    return Playable(clip_id, f"Title {clip_id}", PlayRequest(Path(f"{clip_id}.wav"), 0.0, 30.0), -14.0)
