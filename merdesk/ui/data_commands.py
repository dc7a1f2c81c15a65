"""Commands about data: what is wrong with it, how it gets out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merdesk.ui.doctor.checkup import Checkup
from merdesk.ui.doctor.dialog import DoctorDialog
from merdesk.ui.session import Session

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow


class DataCommands:
    """Commands that `Commands` has beside its own."""

    _window: MainWindow
    _session: Session

    def _start_checkup(self) -> None:
        self.checkup = Checkup(self._session, self._window.jobs, self._window)
        self._doctor: DoctorDialog | None = None
        self._window.job_bar.doctor_asked.connect(lambda: self._window.do("doctor"))
        self.checkup.changed.connect(self._tell_checkup)

    def _tell_checkup(self) -> None:
        self._window.job_bar.set_doctor(self.checkup.sentence)
        self._window.library.set_notes(self.checkup.notes)

    def doctor(self) -> None:
        """Show what is wrong with the datasets, beside the window."""
        if self._doctor is None:
            self._doctor = DoctorDialog(
                self._session, self.checkup, self._window.theme, self._window.play, self._window
            )
        self._doctor.show()
        self._doctor.raise_()
        self._doctor.activateWindow()
