"""What speaks for a label and what for a model, and what an export writes of marks."""

import csv

import numpy as np
import pytest
from helpers.study import make_study

from merdesk.errors import DatasetError
from merdesk.project import columns, doubts
from merdesk.project.project import Project
from merdesk.workflows.export import Export, ExportOptions
from merdesk.workflows.label_check import check
from merdesk.workflows.residuals import DescribeResiduals
from merdesk.workflows.workflow import run_here


@pytest.fixture
def project(tmp_path):
    make_study(tmp_path / "s.merdesk", n_datasets=2, n_groups=12, n_copied=2)
    with Project.open(tmp_path / "s.merdesk") as opened:
        yield opened


def test_neighbours_of_its_own_group_say_nothing_and_too_few_say_nothing(project):
    shown = columns.load(project)
    clip_id, ids = int(shown.ids[0]), shown.ids.tolist()
    own = [other for other in ids if shown.group[shown.row_of(other)] == shown.group[0]]
    assert check(project, shown, clip_id, [(other, 1.0) for other in own]).neighbours is None
    alike = [(other, 0.9) for other in own + ids[4:14]]
    valence, arousal = check(project, shown, clip_id, alike).neighbours
    assert valence.n == arousal.n == 10
    assert valence.value == pytest.approx(float(shown.affect[4:14, 0].mean()), abs=1e-5)


def test_a_duplicate_stands_beside_with_its_own_label(project):
    shown = columns.load(project)
    (twin, *_) = [
        one for one in check(project, shown, int(shown.ids[0])).twins if one.why == "the same audio"
    ]
    assert twin.clip_id == int(shown.ids[24])
    assert twin.affect.valence == pytest.approx(float(shown.affect[24, 0]))


def test_marked_labels_are_exported_with_reason_and_prediction(project, tmp_path):
    with pytest.raises(DatasetError, match="No label is marked"):
        Export(project, tmp_path / "out", ExportOptions("doubts"))
    shown = columns.load(project)
    doubts.mark(project, int(shown.ids[5]), "cut in the middle")
    run_here(Export(project, tmp_path / "out", ExportOptions("doubts")))
    with (tmp_path / "out" / "label_doubts.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["id"], row["reason"]) == ("Ash-5", "cut in the middle")
    assert float(row["valence"]) == pytest.approx(float(shown.affect[5, 0]), abs=1e-4)


def test_what_is_not_known_is_counted_and_said(project):
    from dataclasses import replace

    shown = columns.load(project)
    predicted = replace(shown, prediction=shown.affect + np.float32(0.2))
    found = run_here(DescribeResiduals(project, predicted, ""))
    assert found.trends["unlike"].n_unknown == len(shown)
    assert found.trends["unlike"].bins == ()
    assert found.covariates["duration"].tolist() == [45.0] * len(shown)
    told = [cell for cell in found.grid if cell.told]
    assert told
    assert all(cell.bias.value == pytest.approx(0.2, abs=1e-5) for cell in told)


def test_marked_labels_are_written_as_arrays_and_parquet_too(project, tmp_path):
    shown = columns.load(project)
    doubts.mark(project, int(shown.ids[5]), "cut in the middle")
    for file_format in ("npz", "parquet"):
        run_here(Export(project, tmp_path / "out", ExportOptions("doubts", file_format)))
    with np.load(tmp_path / "out" / "label_doubts.npz", allow_pickle=False) as arrays:
        assert arrays["reason"].tolist() == ["cut in the middle"]
    parquet = pytest.importorskip("pyarrow.parquet", reason="parquet needs pyarrow")
    assert parquet.read_table(tmp_path / "out" / "label_doubts.parquet").to_pydict()["id"] == ["Ash-5"]
