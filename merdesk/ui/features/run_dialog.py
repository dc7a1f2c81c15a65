"""What a long extraction will cost, said before it starts."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QProgressBar, QWidget

from merdesk.project import clips
from merdesk.ui.features.words import long_span, size, title_of
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.feature_state import FeatureState
from merdesk.workflows.jukebox import stored_bytes

if TYPE_CHECKING:
    from merdesk.features.jukebox.bench import Estimate

UNKNOWN_S = 45.0
"""Length of a clip whose end nobody has looked up: what import cuts out of a long file."""


class RunDialog(QDialog):
    """States clips, device, time and room; accepting it starts the run."""

    def __init__(self, session: Session, names: Sequence[str], state: FeatureState, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Extract features")
        self._durations = _durations(session, state)
        self._free = shutil.disk_usage(session.project.path).free
        n = len(self._durations)
        self._device, self._time, self._room = label("measuring"), label("measuring"), label("measuring")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Measuring this machine")
        self.go = button("Start", "primary")
        self.go.setEnabled(False)
        cancel = button("Cancel")
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)
        self._note = label(
            "One layer is computed to see how fast this machine is, which takes some seconds.",
            "muted",
            wrap=True,
        )
        title = " + ".join(map(title_of, names))
        self.setLayout(
            column(
                label(f"Extract {title} for {counted(n, 'clip')}", "title"),
                self._grid(
                    f"{counted(n, 'clip')} without {title_of(state.name)}, of {state.n_of:,} with audio"
                ),
                self._bar,
                self._note,
                None,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setMinimumWidth(500)

    def _grid(self, clips_said: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        lines = (
            ("Clips", label(clips_said)),
            ("Device", self._device),
            ("Time", self._time),
            ("Disk", self._room),
        )
        for place, (name, said) in enumerate(lines):
            said.setWordWrap(True)
            grid.addWidget(label(name, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(said, place, 1)
        return grid

    @property
    def waiting(self) -> bool:
        """True until an estimate or a problem is shown."""
        return not self._bar.isHidden()

    def show_estimate(self, measured: Estimate) -> None:
        """Say what was measured, and let the run start."""
        total_s = measured.total_s(self._durations)
        needed = stored_bytes(self._durations, measured.width)
        self._device.setText(f"{DEVICES.get(measured.device, measured.device)}, {measured.precision}")
        self._time.setText(
            f"About {long_span(total_s)}, {_each(measured.window_s)} for every 23.8 s of music"
        )
        self._room.setText(f"{size(needed)} in the project; {size(self._free)} free")
        self._bar.hide()
        self._note.setText(
            f"Estimated from one of {measured.layer} layers, measured just now. It runs on while you work, and the bar at the bottom pauses and cancels it. What is done is kept: "
            "the next run goes on from there, also after closing the window."
        )
        self.go.setEnabled(needed < self._free)
        self.go.setDefault(True)
        self.go.setFocus()

    def show_problem(self, sentence: str) -> None:
        """Say why nothing can be started."""
        for said in (self._device, self._time, self._room):
            said.setText("not known")
        self._bar.hide()
        self._note.setText(sentence)


DEVICES = {"cpu": "Processor", "cuda": "Graphics card (CUDA)", "mps": "Graphics unit (Metal)"}


def _each(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s"


def _durations(session: Session, state: FeatureState) -> list[float]:
    """Lengths of the clips that lack the set."""
    from merdesk.features.store import FeatureStore

    there: frozenset[bytes] = frozenset()
    if state.features is not None:
        with FeatureStore.open(session.project.features_dir) as store:
            there = store.contents(state.features)
    return [
        UNKNOWN_S if place.duration_s is None else place.duration_s
        for place in clips.locations(session.project)
        if place.path is not None and place.digest not in there
    ]
