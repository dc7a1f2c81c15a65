"""Commands about features: which there are, extract them, get them from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from shiboken6 import isValid

from merdesk.features import base_of, needs_weights
from merdesk.features.jukebox.choice import DEVICE_VARIABLE, JukeboxChoice, preferred_device
from merdesk.features.opensmile_sets import OPENSMILE
from merdesk.ui.session import Session
from merdesk.ui.widgets import show_modal
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.feature_state import FeatureState
from merdesk.workflows.jukebox import EstimateRun, FindLacking

if TYPE_CHECKING:
    from merdesk.ui.features.dialog import FeaturesDialog
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.workspace import Workspace


class FeatureCommands:
    """Commands that `Commands` has beside its own."""

    _window: MainWindow
    _workspace: Workspace
    _session: Session
    _features: FeaturesDialog | None = None

    def features(self) -> None:
        """Show which features there are, beside the window."""
        from merdesk.ui.features.dialog import FeaturesDialog

        window = self._window
        if self._features is None:
            self._features = FeaturesDialog(self._session, window.jobs, window.settings, window)
            self._features.extract_asked.connect(
                lambda state: window.guarded(partial(self.extract_set, state), "extracting features")
            )
            self._features.weights.changed.connect(self._workspace.models.count_features)
            self._features.import_asked.connect(self._import_features)
        self._features.refresh()
        self._features.weights.refresh()
        self._features.show()
        self._features.raise_()
        self._features.activateWindow()

    def extract_set(self, state: FeatureState) -> None:
        """Extract what is missing of a set; what takes long, or has a licence of its own, is told before it starts."""
        if needs_weights(state.name):
            self._tell_costs(state)
        elif base_of(state.name) not in OPENSMILE or self._licence_accepted():
            self._extract_now(state.name)

    def _licence_accepted(self) -> bool:
        """Show openSMILE's licence until it was accepted once."""
        from merdesk.ui.features.consent_dialog import OpenSmileDialog

        window = self._window
        if not window.settings["opensmile_licence"]:
            dialog = OpenSmileDialog(self._features or window)
            if not show_modal(dialog):
                return False
            window.settings["opensmile_licence"] = True
            window.settings.save()
        return True

    def _tell_costs(self, state: FeatureState) -> None:
        """Measure in the background while the dialog stands, start when it is accepted."""
        from merdesk.ui.features.run_dialog import RunDialog

        window = self._window
        choice = JukeboxChoice.of(state.name) or JukeboxChoice()
        dialog = RunDialog(window.project.path, choice, preferred_device(), self._features or window)

        def while_shown(show: Callable[[Any], None]) -> Callable[[Any], None]:
            # What is counted and measured may be there only after the dialog was closed.
            return lambda found: show(found) if isValid(dialog) else None

        counting = window.jobs.start(FindLacking(window.project), done=while_shown(dialog.show_lacking))
        under_way = [counting]

        def measure() -> None:
            for job in under_way[1:]:
                job.progress.cancel()
            del under_way[1:]  # before `start`, which tells at once that the jobs changed
            fields = dialog.fields
            work = EstimateRun(device=fields.device.currentData(), precision=fields.precision.currentData())
            under_way.append(window.jobs.start(work, done=while_shown(dialog.show_estimate)))

        def failed(which: Any, failure: Any) -> None:
            if which in (under_way[0], under_way[-1]):
                dialog.show_problem(failure.message)

        def cancelled() -> None:
            measuring = under_way[1:]
            if dialog.waiting and measuring and measuring[0] not in tuple(window.jobs):
                dialog.show_problem(
                    "Measuring was cancelled; close this and extract again to see what it takes."
                )

        measure()
        dialog.measure_asked.connect(measure)
        window.jobs.failed.connect(failed)
        window.jobs.changed.connect(cancelled)
        accepted = show_modal(dialog)
        window.jobs.failed.disconnect(failed)
        window.jobs.changed.disconnect(cancelled)
        if accepted:
            self._compute_on(dialog.fields.device.currentData())
            self._extract_now(dialog.name)
        else:
            for job in under_way:
                job.progress.cancel()

    def _compute_on(self, device: str) -> None:
        """Keep the device, for worker processes too."""
        self._window.settings["jukebox_device"] = device
        self._window.settings.save()
        os.environ[DEVICE_VARIABLE] = device

    def _extract_now(self, name: str) -> None:
        window = self._window
        visible = self._session.columns.ids[self._session.visible].tolist()
        work = ExtractFeatures(window.project, (name,), first=visible, workers=window.settings["workers"])
        if any(job.title == work.title for job in window.jobs):
            return
        window.jobs.start(work, done=self._tell_extracted, stopped=lambda: self._tell(work.stopped))

    def prefer_visible(self) -> None:
        """Let what is extracted begin with the clips in sight."""
        visible = self._session.columns.ids[self._session.visible].tolist()
        for job in self._window.jobs:
            if isinstance(job.workflow, ExtractFeatures):
                job.workflow.prefer(visible)

    def _tell_extracted(self, summary: Any) -> None:
        self._window.job_bar.say(summary.sentence)
        if summary.problems:
            self._window.banner.tell(summary.sentence, action="show_problems", action_text="Show problems")

    def _import_features(self, work: Any) -> None:
        self._window.jobs.start(work, done=self._tell_imported)

    def _tell_imported(self, summary: Any) -> None:
        self._tell(summary.sentence, summary.named_left_out)

    def _tell(self, sentence: str, more: str = "") -> None:
        """Say it at the bottom of the window, and with more words in the list of features, which may hide that."""
        self._window.job_bar.say(sentence)
        if self._features is not None:
            self._features.say(f"{sentence} {more}".strip())
