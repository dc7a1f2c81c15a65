"""What a notebook gets out of a project, and that it costs nothing to those who do not ask."""

import subprocess
import sys

import numpy as np
import pytest
from helpers.music import write_music, write_ratings

import merdesk
from merdesk.errors import FeatureError, ModelError, ProjectError
from merdesk.project.project import Project
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.import_any import importer
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    write_music(folder / "album", 6)
    with Project.create(folder / "s.merdesk") as project:
        run_here(importer(project, folder / "album"))
        run_here(importer(project, write_ratings(folder / "ratings.csv", 5)))
        run_here(ExtractFeatures(project, ("basic",), workers=1))
        run_here(TrainModel(project, TrainRequest("first", ("basic",), ("My music",))))
    return folder / "s.merdesk"


def test_clips_features_and_predictions_share_ids(path):
    with merdesk.open(str(path)) as study:
        clips, features, said = study.clips(), study.features("basic"), study.predictions()
        labels = study.labels()
        assert study.path == path
        assert (study.models(), study.feature_names()) == (("first",), ("basic",))
        assert study.datasets()[0].name == "My music"
    assert clips.annotated.sum() == 5
    assert features.clip_ids.tolist() == clips.ids.tolist() == [label.id for label in labels]
    assert features.values.shape == (6, len(features.names))
    assert set(said.clip_ids.tolist()) <= set(clips.ids.tolist())
    held = said.of_held_out()
    truth = clips.affect[clips.rows_of(held.clip_ids)]
    assert held.affect.shape == truth.shape
    assert np.isfinite(held.affect).all()
    with pytest.raises(ValueError, match="read-only"):
        features.values[0, 0] = 0


def test_a_study_reads_beside_a_window_that_writes(path):
    with Project.open(path) as writer, merdesk.open(path) as study:
        assert not writer.read_only
        assert len(study.clips()) == 6


def test_what_is_not_there_is_said(path, tmp_path):
    with pytest.raises(ProjectError, match="is no merdesk project"):
        merdesk.open(tmp_path)
    with merdesk.open(path) as study:
        with pytest.raises(FeatureError, match="there are basic"):
            study.features("chroma")
        with pytest.raises(ModelError, match="there are first"):
            study.predictions("second")


def test_importing_merdesk_imports_nothing_else():
    code = "import sys, merdesk; print([name for name in sys.modules if name.startswith(('merdesk.', 'numpy', 'apsw'))])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
