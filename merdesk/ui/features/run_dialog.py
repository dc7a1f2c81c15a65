"""What a long extraction will cost, said before it starts."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QProgressBar, QWidget

from merdesk.features.jukebox.choice import JukeboxChoice
from merdesk.ui.features.jukebox_fields import JukeboxFields
from merdesk.ui.features.words import DEVICE_WORDS, long_range, long_span, size, title_of
from merdesk.ui.help.window import HelpKey
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.jukebox import Lacking, stored_bytes

if TYPE_CHECKING:
    from merdesk.features.jukebox.bench import Estimate

GOES_ON = (
    "It runs on while you work, and the bar at the bottom pauses and cancels it. What is done is kept: the next run "
    "goes on from there, also after closing the window."
)
OLDER = " jukemirlib itself needs about 14 GB of memory and several times as long."


class RunDialog(QDialog):
    """Asks what is to be computed, states clips, device, time and room; accepting it starts the run.

    Signals
    -------
    measure_asked
        What was measured holds no more: `fields.device` or `fields.precision` is another.
    """

    measure_asked = Signal()

    def __init__(self, folder: Path, choice: JukeboxChoice, device: str, parent: QWidget) -> None:
        super().__init__(parent)
        HelpKey(self, "features")
        self.setWindowTitle("Extract features")
        self._free = shutil.disk_usage(folder).free
        self._lacking: Lacking | None = None
        self._measured: Estimate | None = None
        self.fields = JukeboxFields(choice, device)
        self._clips, self._device = label("counting"), label("measuring")
        self._time, self._room = label("measuring"), label("measuring")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Measuring this machine")
        self._note = label("", "muted", wrap=True)
        self._title = label("", "title")
        self.go = button("Start", "primary")
        cancel = button("Cancel")
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)
        self.fields.changed.connect(self._judge)
        self.fields.machine_changed.connect(self._measure_again)
        self.setLayout(
            column(
                self._title,
                self.fields,
                self._grid(),
                self._bar,
                self._note,
                None,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setMinimumWidth(540)
        self._judge()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        lines = (
            ("Clips", self._clips),
            ("Runs on", self._device),
            ("Time", self._time),
            ("Disk", self._room),
        )
        for place, (name, said) in enumerate(lines):
            said.setWordWrap(True)
            grid.addWidget(label(name, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(said, place, 1)
        return grid

    @property
    def name(self) -> str:
        """Name of the set that is chosen."""
        return self.fields.choice.name

    @property
    def waiting(self) -> bool:
        """True until an estimate or a problem is shown."""
        return not self._bar.isHidden()

    def show_lacking(self, found: Lacking) -> None:
        """Take in which clips have which sets."""
        self._lacking = found
        self._judge()

    def show_estimate(self, measured: Estimate) -> None:
        """Take in what was measured; with both, the run may start."""
        self._measured = measured
        self.fields.limit(measured.depth)
        self._bar.hide()
        self._judge()

    def show_problem(self, sentence: str) -> None:
        """Say why nothing can be started."""
        self._measured = None
        self._bar.hide()
        self._judge()
        for said in (self._device, self._time, self._room):
            said.setText("not known")
        self._note.setText(sentence)

    def _measure_again(self) -> None:
        self._measured = None
        self._bar.show()
        self._judge()
        self.measure_asked.emit()

    def _judge(self) -> None:
        """Say what is known about the choice as it is now."""
        choice, title = self.fields.choice, title_of(self.name)
        self._title.setText(f"Extract {title}")
        durations = self._lacking.durations_s(choice.name) if self._lacking is not None else []
        if self._lacking is not None:
            n_of = len(self._lacking.places)
            self._clips.setText(f"{counted(len(durations), 'clip')} to extract, of {n_of:,} with audio")
        if self._measured is None or self._lacking is None:
            for said in (self._device, self._time, self._room):
                said.setText("measuring")
            self._note.setText(
                "One layer is computed several times to see how fast this machine is, which takes some seconds."
            )
            self.go.setEnabled(False)
            return
        measured = replace(self._measured, layer=choice.layer)
        total_s = measured.total_s(durations, choice.window)
        kept = measured.precision if choice.base == "jukebox" else "fp32"
        needed = stored_bytes(durations, measured.width, choice.window, kept)
        self._device.setText(f"{DEVICE_WORDS.get(measured.device, measured.device)}, {measured.precision}")
        shares = [each / measured.window_s for each in measured.window_range_s]
        spread = long_range(total_s * shares[0], total_s * shares[1])
        self._time.setText(
            f"About {long_span(total_s)} ({spread}), {_each(measured.window_s)} for every 23.8 s of music"
        )
        self._room.setText(f"{size(needed)} in the project; {size(self._free)} free")
        how = f"Estimated from one of {measured.layer} layers, measured just now; less while nothing else runs here."
        older = OLDER if choice.base == "jukemirlib" else ""
        self._note.setText(f"{how}{older} {GOES_ON}" if durations else "Every clip with audio has this set.")
        self.go.setEnabled(bool(durations) and needed < self._free)
        self.go.setDefault(True)


def _each(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s"
