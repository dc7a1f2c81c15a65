"""Commands about data: what is wrong with it, how it gets out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merdesk.project.studies import Study
from merdesk.ui.doctor.checkup import Checkup
from merdesk.ui.doctor.dialog import DoctorDialog
from merdesk.ui.session import Session
from merdesk.ui.widgets import show_modal
from merdesk.workflows.locate import Located

if TYPE_CHECKING:
    from merdesk.evaluation.raters import Pooling
    from merdesk.ui.annotate.live_quality import LiveQuality
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.workspace import Workspace


class DataCommands:
    """Commands that `Commands` has beside its own."""

    _window: MainWindow
    _workspace: Workspace
    _session: Session

    def _start_checkup(self) -> None:
        self.checkup = Checkup(self._session, self._window.jobs, self._window)
        self._doctor: DoctorDialog | None = None
        self._quality: LiveQuality | None = None
        self._window.job_bar.doctor_asked.connect(lambda: self._window.do("doctor"))
        self.checkup.changed.connect(self._tell_checkup)

    def _tell_checkup(self) -> None:
        self._window.job_bar.set_doctor(self.checkup.sentence)
        self._workspace.library.set_notes(self.checkup.notes)

    def export_data(self) -> None:
        """Choose what to write, how and where."""
        from merdesk.ui.export_dialog import ExportDialog

        dialog = ExportDialog(self._session, self._window)
        if show_modal(dialog) and dialog.workflow is not None:
            say = self._window.job_bar.say
            self._window.jobs.start(dialog.workflow, done=lambda summary: say(summary.sentence))

    def locate_audio(self) -> None:
        """Choose the folder in which the audio lies."""
        from merdesk.ui.locate_dialog import LocateDialog

        dialog = LocateDialog(self._session, self._window)
        if show_modal(dialog) and dialog.workflow is not None:
            self._window.jobs.start(dialog.workflow, done=self._tell_located)

    def _tell_located(self, located: Located) -> None:
        self._window.refresh_now()
        self._window.job_bar.say(located.summary.sentence)
        if located.summary.missing or located.summary.doubtful or located.summary.left_out:
            self._window.banner.tell(located.summary.sentence)

    def genres(self) -> None:
        """Show and edit the mapping of raw to primary genres."""
        from merdesk.ui.genre_dialog import GenreDialog

        show_modal(GenreDialog(self._session, self._window))

    def as_filed(self) -> None:
        """Show, count and export values as filed, or as repaired again."""
        self._session.set_as_filed(not self._session.project.as_filed)

    def doctor(self) -> None:
        """Show what is wrong with the datasets, beside the window."""
        if self._doctor is None:
            self._doctor = DoctorDialog(
                self._session, self.checkup, self._window.theme, self._workspace.play, self._window
            )
        self._doctor.show()
        self._doctor.raise_()
        self._doctor.activateWindow()

    def studies(self) -> None:
        """Show the studies; one of them may be begun."""
        from merdesk.ui.annotate.studies_dialog import StudiesDialog

        dialog = StudiesDialog(self._session, self._window)
        dialog.edit_asked.connect(self._window.guarded)
        dialog.run_asked.connect(self.run_study)
        show_modal(dialog)

    def rating_quality(self) -> None:
        """Show how far annotators agree, and each of them beside the others, while they rate."""
        from merdesk.ui.annotate.live_quality import LiveQuality
        from merdesk.ui.annotate.quality_dialog import QualityDialog

        if self._quality is None:
            dialog = QualityDialog(self._window)
            dialog.play_asked.connect(self._workspace.play)
            dialog.consensus_chosen.connect(self._choose_consensus)
            self._quality = LiveQuality(self._session, self._window.jobs, dialog)
        self._quality.show()

    def _choose_consensus(self, how: Pooling) -> None:
        from merdesk.workflows.rating_consensus import choose

        self._window.guarded(lambda: choose(self._session.project, how), "choosing a consensus")

    def run_study(self, study: Study) -> None:
        """Hand the screen to an annotator."""
        from merdesk.ui.annotate.study_window import StudyWindow

        workspace, listening = self._workspace, self._workspace.listening
        listening.playback.stop()
        listening.fixed_matching = study.plan.gain == "matched"
        self._study = made = StudyWindow(self._session, self._window.theme, listening.playback, study)
        made.edit_asked.connect(self._window.guarded)
        made.play_asked.connect(
            lambda clip_id: self._window.guarded(lambda: listening.play(clip_id), "playing a clip")
        )
        made.play_toggled.connect(workspace.playback.toggle)
        made.closed.connect(self._end_study)
        made.showFullScreen()

    def _end_study(self) -> None:
        self._workspace.listening.fixed_matching = None
        self._study.deleteLater()
        self._window.activateWindow()
