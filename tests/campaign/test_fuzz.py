"""Mutated files from outside: read, or refused in one sentence; never a crash, a hang or something written elsewhere."""

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from helpers.project_rows import fill
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from merdesk.domain import study_file
from merdesk.domain.study import ClipRef, StudyPlan
from merdesk.errors import MerdeskError
from merdesk.models import bundle
from merdesk.models.card import FeatureSource, ModelCard
from merdesk.models.fusion import blocks_of
from merdesk.models.ridge import Ridge
from merdesk.project import clips, columns, datasets, history, models, problems, published, studies
from merdesk.project.project import DATABASE, Project
from merdesk.settings import DECLARED, Settings
from merdesk.workflows import study_plans, study_results_file

LONGEST_S = 10.0
MANY = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
MUTATIONS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=8), st.integers(0, 8)),
    min_size=1,
    max_size=6,
)
"""Where in the file, what is put there, and how many bytes make room for it."""


def mutated(whole, mutations):
    for share, put, taken in mutations:
        at = int(share * len(whole))
        whole = whole[:at] + put + whole[at + taken :]
    return whole


def survives(read, path):
    """Call, and say in how many seconds it was read or refused; nothing but the file itself may lie beside it."""
    before = sorted(path.parent.parent.rglob("*")) if path.name != DATABASE else None
    began = time.monotonic()
    try:
        read(path)
    except MerdeskError as error:
        assert str(error)  # noqa: PT017  (most inputs are refused, some are read)
        assert "\n" not in str(error)  # noqa: PT017
    assert time.monotonic() - began < LONGEST_S
    if before is not None:
        assert sorted(path.parent.parent.rglob("*")) == before


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("fuzz") / "inner"
    made.mkdir()
    return made


def read_settings(path):
    read = Settings(path)
    for key in DECLARED:
        DECLARED[key].check(read[key])


@pytest.mark.slow
@MANY
@given(MUTATIONS)
def test_settings_fall_back_to_what_is_declared(folder, mutations):
    path = folder / "settings.json"
    path.write_bytes(mutated(b'{"theme": "dark", "volume": 0.5, "strips": ["mel"], "workers": 2}', mutations))
    survives(read_settings, path)


@pytest.mark.slow
@MANY
@given(MUTATIONS)
def test_study_plans(folder, mutations):
    plan = StudyPlan(uid="a1", title="Moods", clips=(ClipRef("Set", "a"), ClipRef("Set", "b")))
    path = folder / "plan.merstudy"
    path.write_bytes(mutated(study_file.to_json(plan).encode(), mutations))
    survives(study_plans.load, path)


@pytest.mark.slow
@MANY
@given(MUTATIONS)
def test_results_of_studies(folder, results, mutations):
    path = folder / "results.merresults"
    path.write_bytes(mutated(results, mutations))
    survives(study_results_file.load, path)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    root = tmp_path_factory.mktemp("results")
    with Project.create(root / "p.merdesk") as project:
        fill(project, 10)
        refs = study_plans.refs(project, [1, 2])
        study = studies.add(project, StudyPlan(uid="a1", title="Moods", clips=tuple(refs)))
        study_results_file.save(project, study, root / "r.merresults")
    return (root / "r.merresults").read_bytes()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    rng = np.random.default_rng(0)
    features = rng.normal(size=(60, 6)).astype(np.float32)
    fitted = Ridge(blocks_of([("chroma", 6)])).fit(features, features[:, :2] * 0.3, np.arange(60) // 3)
    path = tmp_path_factory.mktemp("model") / "m.mermodel"
    card = ModelCard(
        name="m",
        model="ridge",
        features=(FeatureSource("chroma", 1, "{}", 6),),
        training=(),
        created="2026-11-20",
        program="merdesk",
        metrics={},
        notes=(),
    )
    bundle.save(path, fitted, card)
    return path.read_bytes()


@pytest.mark.slow
@MANY
@given(MUTATIONS)
def test_models(folder, model, mutations):
    path = folder / "m.mermodel"
    path.write_bytes(mutated(model, mutations))
    survives(bundle.load, path)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("project") / "p.merdesk"
    with Project.create(path) as project:
        fill(project, 200)
    return path


def read_project(path):
    with Project.open(path.parent) as project:
        columns.load(project)
        clips.labels(project)
        problems.all(project)
        models.all(project)
        history.undo_label(project)
        for row in datasets.all(project):
            published.read(project, row.id)


@pytest.mark.slow
@MANY
@given(MUTATIONS, st.booleans())
def test_projects(folder, database, mutations, keeps_length):
    copy = Path(folder) / "p.merdesk"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(database, copy)
    if keeps_length:
        mutations = [(share, put, len(put)) for share, put, _ in mutations]
    (copy / DATABASE).write_bytes(mutated((database / DATABASE).read_bytes(), mutations))
    survives(read_project, copy / DATABASE)
