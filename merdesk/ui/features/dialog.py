"""The window on features: sets at the top, the weights of Jukebox below; it stands beside the main window."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from merdesk.domain.changes import Changes
from merdesk.features import EXTRACTORS, WITH_WEIGHTS, lacking_package
from merdesk.settings import Settings
from merdesk.ui.features.counts import FeatureCounts
from merdesk.ui.features.import_dialog import ImportFeaturesDialog
from merdesk.ui.features.set_table import SetTable
from merdesk.ui.features.weights_panel import WeightsPanel
from merdesk.ui.features.words import size, title_of
from merdesk.ui.help.window import HelpKey
from merdesk.ui.jobs import Jobs
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row, rule, show_modal
from merdesk.workflows import feature_state
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.feature_state import FeatureState

STATES_MS = 300
"""Changes that come together are counted once."""
WATCH_MS = 1500
COUNTED = ("feature", "digest", "clip", "dataset", "import_batch")
"""A change in one of these can make the counts others."""


class FeaturesDialog(QDialog):
    """Shows which features there are, and what can be done about them.

    Signals
    -------
    extract_asked
        `FeatureState` of the set whose missing clips are to be extracted.
    import_asked
        The workflow that imports a table.
    """

    extract_asked = Signal(object)
    import_asked = Signal(object)

    def __init__(self, session: Session, jobs: Jobs, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        HelpKey(self, "features")
        self.setWindowTitle("Features")
        self._session, self._jobs = session, jobs
        self.table = SetTable()
        self.weights = WeightsPanel(jobs, settings)
        self._total = label("", "muted")
        self._why, self._told = label("", "muted", wrap=True), label("", wrap=True)
        self._why.setMinimumHeight(self._why.fontMetrics().height())  # empty, it keeps its place
        self._further = label(_further(), "caption", wrap=True)
        self._further.setVisible(bool(self._further.text()))
        self._counts = FeatureCounts(session, jobs, self)
        self._counts.counted.connect(self._show_states)
        self.extract = button("Extract", "primary")
        self.prune = button("Remove from disk...", "", "Free the room that this set takes")
        self.add = button("Import a table...", "", "Features that were computed elsewhere, one row a clip")
        self.table.picked.connect(self._show_buttons)
        self.extract.clicked.connect(self._extract)
        self.prune.clicked.connect(self._prune)
        self.add.clicked.connect(self._import)
        self.weights.changed.connect(self.refresh)
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.timeout.connect(self._follow)
        session.changed.connect(
            lambda changes: (
                self._stale.start(STATES_MS) if any(table in changes for table in COUNTED) else None
            )
        )
        jobs.changed.connect(self._watch)
        close = button("Close")
        close.clicked.connect(self.close)
        bottom = row(self._told, close)
        bottom.setStretch(0, 1)
        bottom.setAlignment(close, Qt.AlignmentFlag.AlignBottom)
        self.setLayout(
            column(
                row(label("Features", "title"), None, self._total),
                self.table,
                row(self.extract, self.prune, None, self.add),
                self._why,
                self._further,
                rule(),
                self.weights,
                bottom,
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(640, 600)
        self.refresh()

    def refresh(self) -> None:
        """Count again."""
        self._counts.ask()
        if not self.table.rowCount():
            self._total.setText("counting")

    def _show_states(self, states: Sequence[FeatureState]) -> None:
        self.table.show_states(states)
        self._total.setText(f"{size(sum(state.n_bytes for state in states))} on disk")

    def _watch(self) -> None:
        """Count now and then while something is extracted: clips go to the store one by one."""
        self._show_buttons()
        if (
            any(isinstance(job.workflow, ExtractFeatures) for job in self._jobs)
            and not self._stale.isActive()
        ):
            self._stale.start(WATCH_MS)

    def _follow(self) -> None:
        if self.isVisible() and not self._session.project.closed:
            self.refresh()

    def say(self, sentence: str) -> None:
        """Tell what was done."""
        self._told.setText(sentence)

    def _show_buttons(self) -> None:
        state = self.table.chosen
        writable = not self._session.project.read_only
        why = "" if state is None else _why_not(state)
        offer = "" if state is None else _offer(state)
        running = state is not None and any(
            isinstance(job.workflow, ExtractFeatures) and state.name in job.workflow.names
            for job in self._jobs
        )
        if running:
            why = "It is being extracted: the bar at the bottom of the window says how far it is."
        self.extract.setEnabled(state is not None and writable and not why)
        self.extract.setText(
            f"Extract {title_of(state.name)}" if state and state.current and not state.imported else "Extract"
        )
        self.extract.setToolTip(why or "Compute what is missing, in the background")
        self.prune.setEnabled(state is not None and writable and state.n_stored > 0 and not running)
        self.add.setEnabled(writable)
        self._why.setText(why or offer)

    def _extract(self) -> None:
        state = self.table.chosen
        if state is not None:
            self.extract_asked.emit(state)

    def _prune(self) -> None:
        state = self.table.chosen
        if state is None or state.features is None or not self._confirmed(state):
            return
        features = state.features
        freed: list[int] = []

        def write() -> Changes:
            n_bytes, changes = feature_state.prune(self._session.project, features)
            freed.append(n_bytes)
            return changes

        self._session.edit(write)
        self.say(f"{title_of(state.name)} removed, {size(freed[0])} free again.")

    def _confirmed(self, state: FeatureState) -> bool:
        """Ask: this is no step of the history."""
        again = "import the table" if state.imported else "extract them"
        box = QMessageBox(self)
        box.setWindowTitle("Remove features")
        box.setText(f"Remove the {title_of(state.name)} features of {state.n_stored:,} clips from the disk?")
        box.setInformativeText(
            f"This frees {size(state.n_bytes)} and cannot be undone; to have them back you {again} again. Clips, "
            "ratings, models and their predictions stay as they are."
        )
        remove = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("Keep", QMessageBox.ButtonRole.RejectRole))
        show_modal(box)
        return box.clickedButton() is remove

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            "Features from a table",
            str(Path.home()),
            "Tables (*.csv *.tsv *.txt *.npz *.parquet *.pq);;One of a folder of arrays (*.npy);;All files (*)",
        )
        if name:
            dialog = ImportFeaturesDialog(self._session, Path(name), self)
            if show_modal(dialog) and dialog.workflow is not None:
                self.import_asked.emit(dialog.workflow)


def _why_not(state: FeatureState) -> str:
    """Why nothing of a set can be extracted; empty when it can."""
    if state.imported:
        return "This set came from a table; import the table again to add clips."
    if not state.current:
        return "An earlier version or other settings gave this set; it is used no more and can be removed."
    if state.missing_weights:
        return "Jukebox needs its weights: download them or choose their folder below."
    if not state.n_of:
        return "No clip of this project has audio; import music, or locate the audio of a dataset."
    if state.name in WITH_WEIGHTS:
        return ""  # other layers and windows may be chosen
    return "Every clip with audio has this set." if state.n_clips >= state.n_of else ""


def _offer(state: FeatureState) -> str:
    """What extracting would do where an extractor was updated; empty where it was not."""
    if not state.current or not state.n_earlier:
        return ""
    return (
        f"An earlier version gave this set for {counted(state.n_earlier, 'clip')}. Extract computes them anew; the "
        "earlier ones stay in the list until you remove them."
    )


def _further() -> str:
    """Which extractors are hidden, and how to come by them."""
    lacking = dict.fromkeys(words for name, _ in EXTRACTORS if (words := lacking_package(name)))
    return " ".join(f"Further features need {words}." for words in lacking)
