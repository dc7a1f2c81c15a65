"""What the window does with models: files whose name is taken."""

import pytest
from helpers.study import FEATURES, make_study
from PySide6.QtWidgets import QInputDialog

from merdesk.project import models
from merdesk.project.project import Project
from merdesk.workflows.model_files import save_model
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here


@pytest.fixture
def study(tmp_path):
    project = Project.open(make_study(tmp_path / "s.merdesk", n_groups=8))
    run_here(TrainModel(project, TrainRequest("mine", (FEATURES,), ("Ash",))))
    return project


def names(window):
    return sorted(model.name for model in models.all(window.project))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(("", True), ["mine", "mine 2"]), (("mine 2", False), ["mine"])],
)
def test_a_file_whose_name_is_taken_is_loaded_under_another(
    qtbot, open_window, study, tmp_path, monkeypatch, answer, expected
):
    path = save_model(study, "mine", tmp_path / "mine.mermodel")
    window = open_window(study)
    asked = []
    monkeypatch.setattr(
        QInputDialog, "getText", lambda *given, text: asked.append((given[2], text)) or answer
    )
    window.workspace.commands.load_model_file(path)
    qtbot.waitUntil(lambda: len(window.jobs) == 0, timeout=20_000)
    assert asked == [("There is a model named mine already. Load mine.mermodel as", "mine 2")]
    assert names(window) == expected
    assert not window.banner.isVisible()
