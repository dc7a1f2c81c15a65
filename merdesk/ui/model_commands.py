"""Commands about models: train, follow over time, calibrate, carry as files, repeat the paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QInputDialog

from merdesk.project import models
from merdesk.ui.session import Session
from merdesk.workflows.calibrate import CalibrateModel
from merdesk.workflows.compare_runs import CompareRuns
from merdesk.workflows.model_files import SUFFIX, LoadModel, save_model
from merdesk.workflows.paper import RunPaper
from merdesk.workflows.predict_dynamic import PredictDynamic
from merdesk.workflows.train import TakenNameError, TrainModel, TrainRequest

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.models.page import ModelsPage
    from merdesk.ui.workspace import Workspace

FILES = f"Models (*{SUFFIX})"


class ModelCommands:
    """Commands that `Commands` has beside its own."""

    _window: MainWindow
    _workspace: Workspace
    _session: Session

    def connect_models(self, page: ModelsPage) -> None:
        """Do what the Models page asks for."""
        page.train_asked.connect(self.train)
        page.list.follow_asked.connect(self.follow)
        page.list.calibrate_asked.connect(self.calibrate)
        page.list.save_asked.connect(self.save_model)
        page.list.load_asked.connect(self.load_model)
        page.list.compare_asked.connect(self.compare_runs)
        page.paper.asked.connect(self.run_paper)

    def train(self, request: TrainRequest) -> None:
        """Train in the background, then show the predictions."""
        self._begin(lambda: TrainModel(self._window.project, request), "training")

    def follow(self, model: str) -> None:
        """Predict every clip over time."""
        self._begin(lambda: PredictDynamic(self._window.project, model), "following clips over time")

    def calibrate(self, model: str) -> None:
        """Bring a model onto the scale of who is rating."""
        rater = self._session.annotator
        self._begin(lambda: CalibrateModel(self._window.project, model, rater), "calibrating")

    def compare_runs(self, first: str, second: str) -> None:
        """Compare two models in the background, then show it below them."""
        self._begin(
            lambda: CompareRuns(self._window.project, first, second),
            "comparing models",
            done=self._workspace.models.list.compared.show_comparison,
        )

    def save_model(self, model: str) -> None:
        """Write a model to a file."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save model", str(Path.home() / f"{model}{SUFFIX}"), FILES
        )
        if not name:
            return
        # The dialog asked about a file that is there already.
        written = self._window.guarded(
            lambda: save_model(self._window.project, model, Path(name), replace=True), "saving a model"
        )
        if written is not None:
            self._window.job_bar.say(f"{model} saved to {written}.")

    def save_used_model(self) -> None:
        """Write the model whose predictions are shown to a file."""
        used = models.current(self._window.project)
        if used is None:
            self._window.job_bar.say("There is no model yet; train one on the Models page.")
        else:
            self.save_model(used.name)

    def load_model_file(self, path: Path) -> None:
        """Take a model in from this file, under another name where its own is taken."""
        self._begin(lambda: self._loading(path), "loading a model")

    def _loading(self, path: Path, name: str = "") -> LoadModel | None:
        try:
            return LoadModel(self._window.project, path, name)
        except TakenNameError as taken:
            wanted, given = QInputDialog.getText(
                self._window,
                "Load a model",
                f"There is a model named {taken.name} already. Load {path.name} as",
                text=taken.free,
            )
            return self._loading(path, wanted.strip() or taken.free) if given else None

    def load_model(self) -> None:
        """Take a model in from a file that is asked for."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Load a model", str(Path.home()), FILES)
        if name:
            self.load_model_file(Path(name))

    def run_paper(self, features: tuple[str, ...], model: str) -> None:
        """Repeat the paper's experiment in the background, then show its tables."""
        self._begin(
            lambda: RunPaper(self._window.project, features, model),
            "repeating the paper",
            done=lambda _: self._workspace.models.show_paper(),
        )

    def _begin(self, make: Any, doing: str, done: Any = None) -> None:
        work = self._window.guarded(make, doing)
        if work is None or any(job.title == work.title for job in self._window.jobs):
            return

        def tell(result: Any) -> None:
            if done is not None:
                done(result)
            else:
                self._window.job_bar.say(result.sentence)

        self._window.jobs.start(work, done=tell)
