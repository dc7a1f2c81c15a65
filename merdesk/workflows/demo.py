"""Build the demo project: synthesise, import, extract, train, evaluate. Safe to interrupt and to repeat.

Each part looks at what is there and adds what is missing, so that a second call completes what a first one left. A
file in the project says that it is a demo, and which one; a folder without it is never touched.
"""

import json
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from merdesk.datasets.demo import N_CLIPS, TRAINED_ON, DemoDataset, compose, files_of, write_sound
from merdesk.datasets.demo.synthesis import Sound
from merdesk.domain.changes import Changes
from merdesk.errors import ProjectError
from merdesk.progress import Progress
from merdesk.project import columns, datasets, models
from merdesk.project.project import Project
from merdesk.workflows.evaluate import EvaluateModels, EvaluateRequest, latest
from merdesk.workflows.extract import DEFAULT_FEATURES, ExtractFeatures
from merdesk.workflows.import_dataset import ImportDataset
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import Workflow, run_here

MARKER = "demo.json"
VERSION = 1
"""Version of the demo's content: another version is another demo."""
AUDIO = "audio"
LOADER = "demo"
MODEL = "Demo ridge"

Run = Callable[[Workflow], Any]


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """Which demo: the same settings give the same audio and the same ratings."""

    seed: int = 0
    n_per_dataset: int = N_CLIPS
    plants: bool = True
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What the demo holds; `new` is False when it was complete already."""

    n_datasets: int
    n_clips: int
    n_predicted: int
    new: bool

    @property
    def sentence(self) -> str:
        """The summary in words."""
        done = "is ready" if self.new else "was there already"
        return (
            f"The demo {done}: {self.n_clips:,} synthetic clips in {self.n_datasets} datasets, "
            f"{self.n_predicted:,} with predictions of {MODEL}."
        )


def build_demo(
    path: Path, *, run: Run = run_here, workers: int = 0, settings: DemoSettings | None = None
) -> DemoSummary:
    """Make the demo project at a path, or complete one that is there.

    Parameters
    ----------
    run
        Runs a workflow from start to end, with or without a progress bar.
    workers
        Processes that extract features; 0 for as many as there are cores.
    settings
        Which demo; the usual one when None.

    Raises
    ------
    ProjectError
        When something else is at the path, or another window has the demo open.
    """
    path, settings = Path(path).absolute(), settings or DemoSettings()
    complete = _begun(path, settings)
    with Project.open(path) as project:
        if not complete:
            project.check_writable()
            _fill(project, settings, run, workers)
            _mark(path, settings, complete=True)
        return _summary(project, new=not complete)


def _begun(path: Path, settings: DemoSettings) -> bool:
    """Make sure that a demo of these settings is at the path, begun at least; True when it is complete.

    Raises
    ------
    ProjectError
        When something else is there.
    """
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        _create(path, settings)
        return False
    found = _marked(path)
    if found is None:
        raise ProjectError(f"{path} is there already and is no demo; choose another name for the demo.")
    complete = bool(found.pop("complete", False))
    if found != asdict(settings):
        raise ProjectError(
            f"{path} holds another demo (seed {found.get('seed')}, {found.get('n_per_dataset')} clips a dataset, version "
            f"{found.get('version')}); remove it, or choose another name."
        )
    return complete


def _create(path: Path, settings: DemoSettings) -> None:
    """A project with the marker in it, built beside and renamed: a folder is a demo from its first moment or not at all."""
    building = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        Project.create(building).close()
        _mark(building, settings, complete=False)
        building.replace(path)
    except OSError as error:
        raise ProjectError(
            f"{path} could not be made ({error.strerror}); choose a folder that you may write to."
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _marked(path: Path) -> dict[str, Any] | None:
    """What the marker says; None where there is none that can be read."""
    try:
        found = json.loads((path / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _mark(path: Path, settings: DemoSettings, *, complete: bool) -> None:
    text = json.dumps({**asdict(settings), "complete": complete}, indent=1) + "\n"
    building = path / f".{MARKER}.part"
    try:
        building.write_text(text, encoding="utf-8")
        building.replace(path / MARKER)
    except OSError as error:
        raise ProjectError(
            f"{path} could not be written ({error.strerror}); make room and try again."
        ) from error


def _fill(project: Project, settings: DemoSettings, run: Run, workers: int) -> None:
    """Do what is missing, in the order of the verbs that a user would type."""
    folder = project.path / AUDIO
    demo = compose(settings.seed, n_per_dataset=settings.n_per_dataset, plants=settings.plants)
    files = {path: sound for dataset in demo for path, sound in files_of(dataset, folder).items()}
    run(Synthesise(files))
    there = {row.info.name for row in datasets.all(project) if row.loader == LOADER}
    for dataset in demo:
        if dataset.design.name not in there:
            run(_importer(project, folder, dataset))
    run(ExtractFeatures(project, DEFAULT_FEATURES, workers=workers))
    if models.find(project, MODEL) is None:
        run(TrainModel(project, TrainRequest(MODEL, DEFAULT_FEATURES, TRAINED_ON)))
    if latest(project) is None:
        run(EvaluateModels(project, EvaluateRequest(DEFAULT_FEATURES)))


def _importer(project: Project, folder: Path, dataset: DemoDataset) -> ImportDataset:
    return ImportDataset(project, folder / dataset.design.folder, LOADER, load=dataset.load)


class Synthesise:
    """Write the audio files that are not there yet; a file that is there is whole."""

    def __init__(self, files: Mapping[Path, Sound]) -> None:
        self._files = {path: sound for path, sound in files.items() if not path.exists()}

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "Synthesise music"

    def run(self, progress: Progress) -> int:
        """Write them; the number of files written."""
        progress.begin("Synthesising music", total=len(self._files))
        for path, sound in self._files.items():
            write_sound(sound, path)
            progress.advance()
        return len(self._files)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: int) -> Changes:  # noqa: ARG002  (files are no part of the project's database)
        """Nothing to write into the project."""
        return Changes()

    def abandon(self) -> Changes:
        """What was written stays: the next call goes on from there."""
        return Changes()


def _summary(project: Project, *, new: bool) -> DemoSummary:
    loaded = columns.load(project)
    n_datasets = len(datasets.all(project))
    return DemoSummary(n_datasets, len(loaded), int(loaded.predicted.sum()), new)
