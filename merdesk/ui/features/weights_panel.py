"""Where the weights of Jukebox are, and what can be done about them."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from merdesk.errors import Failure
from merdesk.features.jukebox import weights
from merdesk.settings import Settings
from merdesk.ui.features.licence_dialog import LicenceDialog
from merdesk.ui.features.words import size
from merdesk.ui.job_bar import sentence
from merdesk.ui.jobs import Job, Jobs
from merdesk.ui.widgets import button, column, label, row, set_role, show_modal, span
from merdesk.workflows.jukebox import DownloadWeights, VerifyWeights

if TYPE_CHECKING:
    from merdesk.features.jukebox.verify import Verification

LINES = 2
"""What the panel has to say is seldom longer."""


class WeightsPanel(QWidget):
    """Found where, chosen, downloaded, verified.

    Signals
    -------
    changed
        The weights are elsewhere now, or there at last.
    """

    changed = Signal()

    def __init__(self, jobs: Jobs, settings: Settings) -> None:
        super().__init__()
        self._jobs, self._settings = jobs, settings
        self._downloading: DownloadWeights | None = None
        self._where = label("", wrap=True)
        self.told = label("", "muted", wrap=True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Empty, it keeps its place: what stands above does not move when something is said.
        self.told.setMinimumHeight(LINES * self.told.fontMetrics().height())
        self.choose = button("Choose folder...", "", "Use weights that lie elsewhere")
        self.download = button("Download...", "", "The licence is shown first")
        self.verify = button("Verify", "", "Compare the files with the published ones")
        self.choose.clicked.connect(self._choose)
        self.download.clicked.connect(self._download)
        self.verify.clicked.connect(self._verify)
        jobs.changed.connect(self._show_buttons)
        jobs.failed.connect(self._tell_failed)
        self.setLayout(
            column(
                label("Jukebox weights", "section"),
                self._where,
                row(self.choose, self.download, self.verify, None),
                self.told,
                spacing=8,
            )
        )
        self.say("")
        self.refresh()

    def say(self, words: str, *, bad: bool = False) -> None:
        """Tell what was found, done or went wrong; nothing for no words."""
        set_role(self.told, "bad" if bad else "muted")
        self.told.setText(words)

    def refresh(self) -> None:
        """Look again."""
        found = weights.find_weights()
        if found is None:
            total = size(sum(file.about_bytes for file in weights.FILES))
            self._where.setText(f"Not found. Jukebox needs {total} of weights, which OpenAI publishes.")
        else:
            there = sum(path.stat().st_size for path in (found.vqvae, found.prior))
            self._where.setText(f"{found.folder} ({size(there)})")
        self._show_buttons()

    def _busy(self, kind: type) -> bool:
        return any(isinstance(job.workflow, kind) for job in self._jobs)

    def _show_buttons(self) -> None:
        there = weights.find_weights() is not None
        downloading = self._busy(DownloadWeights)
        if self._downloading is not None:
            if downloading:
                self._tell_progress()
            else:
                self._tell_stopped(self._downloading)
        self.choose.setEnabled(not downloading)
        self.download.setVisible(not there)
        self.download.setEnabled(not downloading)
        self.download.setText("Downloading" if downloading else "Download...")
        self.verify.setVisible(there)
        self.verify.setEnabled(not self._busy(VerifyWeights))

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder with the Jukebox weights", str(Path.home()))
        if name:
            self.use(Path(name))

    def use(self, folder: Path) -> None:
        """Look for the weights in this folder from now on, here and in what is started from here."""
        if not weights.WeightsFolder(folder).complete:
            self.say(
                f"{folder} does not hold both {weights.VQVAE.name} and {weights.PRIOR.name}; choose another folder."
            )
            return
        self._settings["jukebox_weights"] = str(folder)
        self._settings.save()
        os.environ[weights.WEIGHTS_VARIABLE] = str(folder)  # worker processes inherit it
        self.say("")
        self.refresh()
        self.changed.emit()

    def _download(self) -> None:
        dialog = LicenceDialog(self)
        if show_modal(dialog) and dialog.workflow is not None:
            self.start(dialog.workflow)

    def start(self, work: DownloadWeights) -> None:
        """Download in the background; the bar at the bottom of the window pauses and cancels it."""
        self._downloading = work
        self._jobs.start(work, done=self._downloaded)

    def _tell_progress(self) -> None:
        """How far the download is, how fast, how long it will take."""
        (state, *_) = (job.state for job in self._jobs if isinstance(job.workflow, DownloadWeights))
        left = f", {span(state.left_s)} left" if state.left_s and not state.paused else ""
        said = sentence("Downloading", state, in_bytes=True)
        self.say(f"{said}{left}. The bar at the bottom of the window pauses and cancels it.")

    def _tell_stopped(self, work: DownloadWeights) -> None:
        """Say what is kept of a download that was cancelled."""
        self._downloading = None
        kept = work.n_bytes_here()
        going_on = f"; {size(kept)} are kept, and Download goes on from there" if kept else ""
        self.say(f"The download stopped{going_on}.")

    def _tell_failed(self, job: Job, failure: Failure) -> None:
        """Say here, too, why a download or a check failed: the window behind may be out of sight."""
        if isinstance(job.workflow, DownloadWeights | VerifyWeights):
            self._downloading = None
            self.say(failure.message, bad=True)

    def _downloaded(self, found: weights.WeightsFolder) -> None:
        self._downloading = None
        self.use(found.folder)
        self.say("Downloaded; the files are the published ones.")

    def _verify(self) -> None:
        self.say("Comparing the files with the published ones.")
        self._jobs.start(VerifyWeights(), done=self._verified)

    def _verified(self, found: "Verification") -> None:
        wrong = [check.sentence for check in found.golden if check.passed is False]
        strange = [f"{file.name} is not the published file." for file in found.files if not file.published]
        if found.published:
            wrong.insert(0, "Both files are the published ones.")
        size_said = f"The prior has {found.shape.depth} layers of width {found.shape.width:,}."
        self.say(" ".join([*strange, *wrong, size_said]))
