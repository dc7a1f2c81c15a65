"""The interval around a prediction: in the inspector, in the plane, and gone with what it rests on."""

import numpy as np
import pytest
from helpers.study import FEATURES, make_study

from merdesk.project import models
from merdesk.project.project import Project
from merdesk.ui.session import Borrowed
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", n_groups=10)
    with Project.open(path) as project:
        run_here(TrainModel(project, TrainRequest("m", (FEATURES,), ("Ash", "Birch"))))
    return path


@pytest.fixture
def window(open_window, trained, tmp_path):
    import shutil

    shutil.copytree(trained, tmp_path / "s.merdesk")
    return open_window(Project.open(tmp_path / "s.merdesk"))


def test_a_selected_clip_shows_half_widths_in_inspector_and_plane(window):
    session = window.workspace.session
    half = session.interval()
    assert half == tuple(
        models.current(window.project).metrics["interval"][name] for name in ("valence", "arousal")
    )
    session.select([int(session.columns.ids[0])])
    tile = window.workspace.inspector._tiles["predicted arousal"]
    assert tile._detail.text() == f"\N{PLUS-MINUS SIGN} {half[1]:.2f}"
    assert "a single new dataset can be far off" in tile.toolTip()
    assert window.workspace.explore.plane.highlights.interval == half


def test_the_interval_stays_with_the_clip_that_plays(window):
    session = window.workspace.session
    session.select([int(session.columns.ids[0])])
    session.set_playing(int(session.columns.ids[1]))
    assert window.workspace.compare.plane.highlights.interval == session.interval()


def test_borrowed_predictions_have_no_interval(window):
    session = window.workspace.session
    ids = session.columns.ids[:4]
    session.borrow(Borrowed("Ash on Cedar", ids, np.zeros((4, 2))))
    session.select([int(ids[0])])
    assert session.interval() is None
    assert window.workspace.inspector._tiles["predicted arousal"]._detail.text() == ""
    assert window.workspace.explore.plane.highlights.interval is None


def test_clips_unlike_the_training_clips_say_so(window):
    session = window.workspace.session
    columns = session.columns
    new = columns.ids[columns.dataset == columns.dataset_names.index("Cedar")]
    session.select([int(new[0])])
    assert session.unlike(int(new[0])) is not None
    assert "percentile" in window.workspace.inspector._unlike.text()
    assert window.workspace.inspector._unlike.isVisibleTo(window.workspace.inspector)
    session.select([int(columns.ids[0])])
    assert session.unlike(int(columns.ids[0])) is None
    assert not window.workspace.inspector._unlike.isVisibleTo(window.workspace.inspector)
