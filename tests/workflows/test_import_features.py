"""Features that were computed elsewhere, from the table to a model's predictions."""

from dataclasses import replace

import numpy as np
import pytest

from merdesk.domain.affect import AffectScale
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating
from merdesk.errors import FeatureError, ModelError
from merdesk.features import imported
from merdesk.features.store import FeatureStore
from merdesk.project import clips, predictions
from merdesk.project.project import Project
from merdesk.workflows.feature_state import feature_states, prune
from merdesk.workflows.features import feature_table
from merdesk.workflows.import_dataset import ImportDataset
from merdesk.workflows.import_features import N_NAMED, ImportFeatures, TableChoice
from merdesk.workflows.info import project_info, text_of
from merdesk.workflows.predict import PredictClips
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here

N = 24
SCALE = AffectScale(1, 9, 1, 9)
RNG = np.random.default_rng(1)
AFFECT = RNG.uniform(1, 9, (N, 2))
FEATURES = np.column_stack([AFFECT + RNG.normal(0, 0.3, (N, 2)), RNG.normal(size=N)])


def dataset(name):
    found = [
        SourceClip(
            f"{name}_{i}", group=f"g{i % 8}", ratings=(SourceRating(*AFFECT[i]),), file_name=f"{name}_{i}.mp3"
        )
        for i in range(N)
    ]
    return SourceDataset(DatasetInfo(name, name, SCALE), tuple(found))


def add(project, name):
    run_here(ImportDataset(project, project.path, "table", load=lambda: dataset(name)))


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as made:
        add(made, "one")
        yield made


def table(tmp_path, values=FEATURES, *, of="one", names=("x", "y1", "z"), rows=range(N), name="t.csv"):
    lines = [",".join(["file", *names])]
    lines += [f"{of}_{i}.wav," + ",".join(f"{v:.6f}" for v in values[i]) for i in rows]
    (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / name


def read(project, path, name="mert", **choices):
    return run_here(ImportFeatures(project, path, name, **choices))


def values(project, name="mert"):
    found = feature_table(project.features_dir, [name], clips.locations(project))
    return found.values, found.found


def test_rows_find_their_clips_by_file_name_without_any_audio(project, tmp_path):
    summary = read(project, table(tmp_path, rows=range(N - 2)))
    assert (summary.n_clips, summary.n_new, summary.n_columns, summary.n_without) == (N - 2, N - 2, 3, 2)
    found, there = values(project)
    assert there.tolist() == [True] * (N - 2) + [False] * 2
    np.testing.assert_allclose(found[: N - 2], FEATURES[: N - 2], rtol=1e-5, atol=1e-6)
    assert not found[N - 2 :].any()


def test_rows_that_name_no_clip_are_told(project, tmp_path):
    path = table(tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8") + "\nstranger.wav,1,2,3\none_0.mp3,1,2,3", encoding="utf-8"
    )
    told = [str(left) for left in read(project, path).left_out]
    assert len(told) == 2
    assert "'stranger.wav' names no clip" in told[0]
    assert "'one_0.mp3' names the same clip as 'one_0.wav'" in told[1]


def test_a_table_about_other_clips_is_refused(project, tmp_path):
    with pytest.raises(FeatureError, match=r"No row of t\.csv names a clip"):
        read(project, table(tmp_path, of="other"))
    assert [state.name for state in feature_states(project) if state.imported] == []


def test_columns_that_are_labels_are_left_out_and_named(project, tmp_path):
    copies = np.column_stack([FEATURES[:, 2], FEATURES[:, 2], (AFFECT[:, 1] - 5) / 4])
    summary = read(project, table(tmp_path, copies, names=("x", "mean_valence", "innocent")))
    assert {one.name: one.reason for one in summary.left_out_columns} == {
        "mean_valence": "named like a label",
        "innocent": "equals an annotation",
    }
    assert values(project)[0].shape == (N, 1)


def test_a_table_of_nothing_but_annotations_is_refused(project, tmp_path):
    with pytest.raises(FeatureError, match=r"Every column of t\.csv equals an annotation"):
        read(project, table(tmp_path, AFFECT, names=("x", "y1")))


def test_columns_are_chosen_and_keep_their_names(project, tmp_path):
    read(project, table(tmp_path), choice=TableChoice(columns=("x", "z"), exclude=("z",)))
    with FeatureStore.open(project.features_dir) as store:
        (found,) = store.sets()
    assert imported.column_names(project.features_dir, found.features) == ("x",)
    next(project.features_dir.glob("columns-*.json")).unlink()
    assert imported.column_names(project.features_dir, found.features) == ("column 1",)


def test_another_dataset_joins_a_set_with_the_same_columns(project, tmp_path):
    read(project, table(tmp_path))
    add(project, "two")
    again = read(project, table(tmp_path, of="two"), dataset="two")
    assert (again.n_new, again.n_without) == (N, 0)
    assert values(project)[1].all()
    assert read(project, table(tmp_path)).n_new == 0


def test_other_values_or_columns_are_refused_unless_they_replace(project, tmp_path):
    read(project, table(tmp_path))
    with pytest.raises(FeatureError, match=f"other values for {N} of these clips"):
        read(project, table(tmp_path, FEATURES + 1))
    with pytest.raises(FeatureError, match="other columns"):
        read(project, table(tmp_path, names=("a1", "b", "c")))
    read(project, table(tmp_path, FEATURES + 1), replace=True)
    np.testing.assert_allclose(values(project)[0], FEATURES + 1, rtol=1e-5, atol=1e-6)
    assert len([state for state in feature_states(project) if state.imported]) == 1


@pytest.mark.parametrize(
    ("name", "words"), [("", "choose a name"), ("a+b", "choose a name"), ("chroma", "itself")]
)
def test_names_that_would_confuse_are_refused(project, tmp_path, name, words):
    with pytest.raises(FeatureError, match=words):
        read(project, table(tmp_path), name=name)


def test_an_unknown_dataset_is_told(project, tmp_path):
    with pytest.raises(FeatureError, match="no dataset three here; this project has one"):
        read(project, table(tmp_path), dataset="three")


def test_a_model_learns_from_them_and_info_counts_them(project, tmp_path):
    read(project, table(tmp_path, rows=range(N - 2)))
    trained = run_here(TrainModel(project, TrainRequest("m", ("mert",), ("one",))))
    assert trained.row.metrics["n_clips"] == N - 2
    assert trained.row.metrics["valence"]["r2"]["value"] > 0.8
    info = project_info(project)
    assert info["features"]["mert"] == {"clips": N - 2, "of": N}
    assert f"mert: {N - 2} of {N} clips, 2 without" in text_of(info)
    read(project, table(tmp_path))
    assert len(run_here(PredictClips(project, "m")).new.clip_ids) == 2
    _, held_out = predictions.of_model(project, trained.row.id or 1)
    assert len(held_out.clip_ids) == N


def test_a_model_does_not_predict_with_other_columns_of_the_same_name(project, tmp_path):
    read(project, table(tmp_path, rows=range(N - 2)))
    run_here(TrainModel(project, TrainRequest("m", ("mert",), ("one",))))
    read(project, table(tmp_path, names=("other", "b", "c")), replace=True)
    with pytest.raises(ModelError, match="trained on other mert features"):
        run_here(PredictClips(project, "m"))


def test_an_unknown_set_is_told_with_those_there_are(project, tmp_path):
    read(project, table(tmp_path))
    with pytest.raises(FeatureError, match=r"no features named 'bert'; choose from .*mert"):
        TrainModel(project, TrainRequest("m", ("bert",), ("one",)))


def test_a_pruned_set_is_gone(project, tmp_path):
    read(project, table(tmp_path))
    (state,) = [state for state in feature_states(project) if state.imported]
    assert (state.n_clips, state.n_of, state.n_columns, state.sentence) == (N, N, 3, f"{N} of {N} clips")
    freed, changes = prune(project, state.features)
    assert freed > 0
    assert "feature" in changes
    assert not [state for state in feature_states(project) if state.imported]


def test_halves_stay_halves_in_the_store(project, tmp_path):
    halves = FEATURES.astype("f2")
    np.savez(tmp_path / "t.npz", ids=[f"one_{i}" for i in range(N)], features=halves)
    read(project, tmp_path / "t.npz", "half")
    np.savez(tmp_path / "t.npz", ids=[f"one_{i}" for i in range(N)], features=halves.astype("f4"))
    read(project, tmp_path / "t.npz", "full")
    for name in ("half", "full"):
        found, there = values(project, name)
        assert there.all()
        assert np.array_equal(found, halves.astype("f4"))
    with FeatureStore.open(project.features_dir) as store:
        n_bytes = {stored.features.extractor: stored.n_bytes for stored in store.sets()}
    assert n_bytes["full"] - n_bytes["half"] == halves.size * 2


def test_a_name_that_several_clips_share_is_told_apart_from_a_strange_one(project, tmp_path):
    add(project, "two")
    run_here(
        ImportDataset(
            project,
            project.path,
            "table",
            load=lambda: replace(dataset("one"), info=DatasetInfo("more", "more", SCALE)),
        )
    )
    path = table(tmp_path, of="one")
    path.write_text(
        path.read_text(encoding="utf-8") + "\ntwo_0.wav,1,2,3\nnobody.wav,1,2,3", encoding="utf-8"
    )
    summary = read(project, path)
    told = [left.reason for left in summary.left_out]
    assert told[0] == "'one_0.wav' names several clips of this project"
    assert told[-1] == "'nobody.wav' names no clip of this project"
    assert summary.named_left_out.startswith(f"Rows left out: {told[0]}; ")
    assert summary.named_left_out.endswith(f"; and {N + 1 - N_NAMED} more.")
    assert summary.named_left_out.count(";") == N_NAMED
