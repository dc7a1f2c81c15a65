"""Evaluation of a project: cells, cache, duplicates, decomposition, and what is said of them."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from helpers.study import FEATURES, NAMES, make_study

from merdesk.errors import Cancelled, FeatureError, ModelError
from merdesk.features import imported
from merdesk.features.store import FeatureStore
from merdesk.progress import Progress
from merdesk.project import columns, genres
from merdesk.project import datasets as project_datasets
from merdesk.project.project import Project
from merdesk.resources import resource
from merdesk.workflows import evaluate, evaluation_work
from merdesk.workflows.evaluate import EvaluateModels, EvaluateRequest, latest
from merdesk.workflows.evaluation_reasons import decomposed
from merdesk.workflows.evaluation_record import record
from merdesk.workflows.evaluation_text import text
from merdesk.workflows.workflow import run_here

SHIFT = 0.4
N_COPIED = 10


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A study whose last dataset is shifted in valence, and ten clips of the second are the first's; evaluated once."""
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", shift=SHIFT, n_copied=N_COPIED)
    with Project.open(path) as project:
        return path, run_here(EvaluateModels(project, EvaluateRequest((FEATURES,))))


@pytest.fixture
def study(made, tmp_path):
    path = tmp_path / "s.merdesk"
    shutil.copytree(made[0], path)
    with Project.open(path) as project:
        yield project


def values(evaluation):
    return [
        (one.cell.train, one.cell.test, one.cell.kind, one.cell.scores["valence"]["r2"])
        for one in evaluation.cells
    ]


def test_the_matrix_has_every_pair_and_leaves_one_dataset_out(made):
    _, found = made
    kinds = [one.cell.kind for one in found.cells]
    assert (kinds.count("in-domain"), kinds.count("cross"), kinds.count("leave-one-dataset-out")) == (3, 6, 3)
    assert found.find(("Ash", "Cedar"), "Birch").cell.kind == "leave-one-dataset-out"


def test_a_planted_shift_is_found_as_offset_with_its_size(made):
    _, found = made
    judged = found.find(("Ash",), "Cedar")
    drop = judged.drop.drops["valence"]
    assert drop.total.low > 0
    assert "shifted (offset)" in drop.verdict
    assert judged.cell.scores["valence"]["bias"].value == pytest.approx(-SHIFT, abs=0.05)
    assert found.find(("Ash",), "Birch").drop.drops["valence"].total.value < 0.1


def test_copied_audio_is_left_out_and_badged(made):
    _, found = made
    cell = found.find(("Ash",), "Birch").cell
    assert cell.n_contaminated == N_COPIED
    assert cell.with_duplicates is not None
    assert f"{N_COPIED} duplicates left out of {cell.removed_from}" in text(found)
    assert any("near-identical features" in warning for warning in found.warnings)


def test_rows_of_a_cell_are_those_of_the_columns(made, study):
    _, found = made
    loaded = columns.load(study)
    cell = found.find(("Ash",), "Cedar").cell
    assert {loaded.dataset_names[code] for code in loaded.dataset[cell.rows]} == {"Cedar"}
    error = cell.prediction[:, 0] - loaded.affect[cell.rows, 0]
    assert error.mean() == pytest.approx(cell.scores["valence"]["bias"].value, abs=1e-6)


def test_the_second_call_computes_nothing_and_gives_the_same(made, study, monkeypatch):
    monkeypatch.setattr(evaluation_work.Work, "fit", lambda *_: pytest.fail("fitted again"))
    again = run_here(EvaluateModels(study, EvaluateRequest((FEATURES,))))
    assert values(again) == values(made[1])
    assert [one.drop for one in again.cells] == [one.drop for one in made[1].cells]


def test_the_latest_matrix_is_read_back_as_it_was(made, study):
    found = latest(study)
    assert values(found) == values(made[1])
    assert found.datasets == made[1].datasets
    for mine, theirs in zip(found.cells, made[1].cells, strict=True):
        assert np.array_equal(mine.cell.rows, theirs.cell.rows)
        assert np.array_equal(mine.cell.prediction, theirs.cell.prediction)
    assert record(found) == record(made[1])


def test_the_latest_matrix_is_forgotten_once_annotations_change(study):
    project_datasets.remove(study, project_datasets.all(study)[0].id)
    assert latest(study) is None


def test_a_genre_mapping_leaves_the_matrix_valid_but_not_its_mixes(made, study):
    outside = [one for one in made[1].cells if one.cell.test not in one.cell.train]
    assert all(one.mix is not None and one.mix.retrained is not None for one in outside)
    assert [one.mix for one in latest(study).cells] == [one.mix for one in made[1].cells]
    dataset = project_datasets.all(study)[0].id
    genres.set_mapping(study, {(dataset, "Rock"): "Pop"})
    assert {one.mix for one in latest(study).cells} == {None}
    again = run_here(EvaluateModels(study, EvaluateRequest((FEATURES,))))
    assert again.find(("Ash",), "Birch").mix != made[1].find(("Ash",), "Birch").mix
    assert again.find(("Birch",), "Cedar").mix == made[1].find(("Birch",), "Cedar").mix
    assert "of that mix has no clip here" in text(again)


def test_a_broken_cache_is_computed_anew(made, study):
    for path in (study.cache_dir / "evaluation").iterdir():
        path.write_text("{not json", encoding="utf-8")
    assert latest(study) is None
    assert values(run_here(EvaluateModels(study, EvaluateRequest((FEATURES,))))) == values(made[1])


def test_a_removed_dataset_costs_no_new_cell_but_the_ones_left_out(study, monkeypatch):
    project_datasets.remove(study, project_datasets.all(study)[2].id)
    fitted = []
    work = evaluation_work.Work.fit
    monkeypatch.setattr(evaluation_work.Work, "fit", lambda self, rows: fitted.append(1) or work(self, rows))
    found = run_here(EvaluateModels(study, EvaluateRequest((FEATURES,))))
    assert len(found.cells) == 4
    assert not fitted


def test_a_cancelled_evaluation_keeps_what_it_has(tmp_path):
    with Project.open(make_study(tmp_path / "s.merdesk")) as project:

        class Impatient(Progress):
            def advance(self, n=1):
                if self.state().done == 3:
                    self.cancel()
                super().advance(n)

        with pytest.raises(Cancelled):
            run_here(EvaluateModels(project, EvaluateRequest((FEATURES,))), Impatient())
        stored = [path.read_text(encoding="utf-8") for path in (project.cache_dir / "evaluation").iterdir()]
        assert len(stored) == 1
        assert len(json.loads(stored[0])["cells"]) == 4


def test_one_training_set_and_one_test_set_are_measured_with_their_context(study):
    found = run_here(
        EvaluateModels(study, EvaluateRequest((FEATURES,), train=("Ash", "Birch"), test="Cedar"))
    )
    assert [one.cell.train for one in found.cells] == [("Ash",), ("Birch",), ("Cedar",), ("Ash", "Birch")]
    said = text(found)
    assert "Ash + Birch on Cedar, valence: R2 drops by" in said
    assert "arousal: There is no evidence of a drop" in said
    assert latest(study).request.whole


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (EvaluateRequest((FEATURES,), train=("Oak",)), ModelError, "no dataset Oak here"),
        (EvaluateRequest((FEATURES,), test="Oak"), ModelError, "no dataset Oak here"),
        (EvaluateRequest((FEATURES,), model="oracle"), ModelError, "no model 'oracle'"),
        (EvaluateRequest(("magic",)), FeatureError, "no features named 'magic'"),
        (EvaluateRequest(("chroma",)), ModelError, "No dataset has 3 rated clips with chroma features"),
    ],
)
def test_what_cannot_be_evaluated_is_told_in_a_sentence(study, request_, error, words):
    with pytest.raises(error, match=words):
        run_here(EvaluateModels(study, request_))


def test_one_dataset_alone_is_tested_on_its_own_folds(tmp_path):
    with Project.open(make_study(tmp_path / "s.merdesk", n_datasets=1)) as project:
        found = run_here(EvaluateModels(project, EvaluateRequest((FEATURES,), recommend=True)))
    assert "There is no other dataset to train on" in text(found)
    assert [one.cell.kind for one in found.cells] == ["in-domain"]
    assert "there is no drop to explain" in text(found)


def test_datasets_of_too_few_clips_or_groups_are_named_with_their_reason(tmp_path):
    with Project.open(make_study(tmp_path / "t.merdesk", n_datasets=2, n_groups=1, per_group=20)) as project:
        said = text(run_here(EvaluateModels(project, EvaluateRequest((FEATURES,)))))
        assert "Birch has too few clips or groups for a score at home to compare with" in said
        ids = columns.load(project).ids
        rows = {int(clip): np.arange(3.0) + clip % 7 for clip in ids[:22]}
        with FeatureStore.open(project.features_dir) as store:
            imported.write(store, "some", list("abc"), rows, replace=False)
        with pytest.raises(ModelError, match="Ash is the only dataset"):
            run_here(EvaluateModels(project, EvaluateRequest(("some",))))
    with Project.open(make_study(tmp_path / "u.merdesk", n_datasets=2)) as project:
        ids = columns.load(project).ids
        rows = {int(clip): np.array([clip % 7, clip % 5, 1.0]) for clip in ids[:50]}
        with FeatureStore.open(project.features_dir) as store:
            imported.write(store, "some", list("abc"), rows, replace=False)
        found = run_here(EvaluateModels(project, EvaluateRequest(("some",))))
        assert found.left_out == ("Birch is left out: 2 rated clips with these features, and 3 are needed",)
        assert latest(project).left_out == found.left_out
        assert found.left_out[0] in text(found)


def test_ranked_datasets_show_their_order_and_no_r2(made):
    _, found = made
    sets = [
        evaluate.EvaluatedSet(one.name, one.n_clips, one.n_groups, one.name == "Cedar", one.ceilings)
        for one in found.datasets
    ]
    ranked = evaluate.Evaluation(found.request, tuple(sets), found.cells, found.warnings, 0)
    row = next(line for line in text(ranked).splitlines() if line.strip().startswith("Cedar (other"))
    assert " ranks " in row
    assert {cell["headline"] for cell in record(ranked)["cells"] if cell["test"] == "Cedar"} == {"spearman"}
    said = decomposed(ranked, ranked.find(("Ash",), "Cedar"))
    assert re.match(r"Ash on Cedar, valence: ranks, so order only: rho .+; within Cedar .+ r² ", said[0])
    assert not any("R2" in line for line in said)
    assert "ranks" not in decomposed(ranked, ranked.find(("Ash",), "Birch"))[0]
    told = {
        cell["test"]: "r²" in cell["decomposition"]["valence"]["verdict"]
        for cell in record(ranked)["cells"]
        if cell["train"] == ["Ash"] and cell["decomposition"]
    }
    assert told == {"Birch": False, "Cedar": True}


def test_the_record_is_json_without_nan(made):
    json.dumps(record(made[1]), allow_nan=False)
    assert [one["name"] for one in record(made[1])["datasets"]] == list(NAMES[:3])


@pytest.mark.parametrize("more", [{}, {"recommend": True}, {"train": ("Ash",), "test": "Cedar"}])
def test_the_record_fits_its_schema(study, more):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(resource("schema", "evaluation.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    found = run_here(EvaluateModels(study, EvaluateRequest((FEATURES,), **more)))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(record(found))) == []


def test_unions_are_recommended_for_every_test_set_and_read_back(study):
    found = run_here(EvaluateModels(study, EvaluateRequest((FEATURES,), recommend=True)))
    assert [one.target for one in found.recommended] == list(NAMES[:3])
    assert [len(one.unions) for one in found.recommended] == [3, 3, 3]
    assert latest(study).recommended == found.recommended
    said = text(found)
    assert "What to train on" in said
    assert "Ash: adding Cedar to all others changes valence R2 by" in said


def test_a_recommendation_is_computed_once(study, monkeypatch):
    asked = EvaluateRequest((FEATURES,), recommend=True)
    first = run_here(EvaluateModels(study, asked)).recommended
    monkeypatch.setattr(evaluation_work.Work, "fit", lambda *_: pytest.fail("fitted again"))
    assert run_here(EvaluateModels(study, asked)).recommended == first


def test_what_was_asked_for_by_name_is_answered_in_short(study):
    def said(train, test):
        return text(run_here(EvaluateModels(study, EvaluateRequest((FEATURES,), train=train, test=test))))

    assert "Valence: R2 " in said(("Ash",), "Birch").split("How far")[1].split("Why no further")[0]
    assert "of what the annotators' agreement allows; off by" in said(("Ash",), "Birch")
    assert "worse than saying Cedar's mean for every clip" in said(("Ash", "Birch"), "Cedar")


def test_slow_models_are_taken_apart_on_request_and_from_the_cache_afterwards(study):
    def drops(**more):
        found = run_here(EvaluateModels(study, EvaluateRequest((FEATURES,), model="svr", **more)))
        return [one.drop is not None for one in found.cells if one.cell.test not in one.cell.train]

    assert not any(drops())
    assert all(drops(explain=True))
    assert all(drops())


def test_a_difference_that_many_comparisons_would_bring_is_called_no_finding(made):
    _, found = made
    judged = found.find(("Ash",), "Cedar")
    total = judged.drop.drops["valence"].total
    weak = replace(total, value=0.3, low=0.01, high=0.59)
    drops = {**judged.drop.drops, "valence": replace(judged.drop.drops["valence"], total=weak)}
    judged = replace(judged, drop=replace(judged.drop, drops=drops))
    assert "is no finding" not in decomposed(found, judged, 1)[0]
    assert decomposed(found, judged, 20)[0].endswith("Among 20 comparisons such a difference is no finding.")


def test_standardising_within_datasets_takes_a_feature_shift_away_and_marks_its_scores(tmp_path):
    from merdesk.features import imported
    from merdesk.features.store import FeatureStore
    from merdesk.project import columns
    from merdesk.workflows.evaluation_text import text

    path = make_study(tmp_path / "s.merdesk", n_datasets=2, n_groups=15)
    with Project.open(path) as project:
        loaded = columns.load(project)
        chain = np.where(loaded.dataset == 1, 3.0, 0.0)[:, None]
        said = np.hstack([loaded.affect, -loaded.affect]) + chain
        rows = dict(zip(loaded.ids.tolist(), said, strict=True))
        with FeatureStore.open(project.features_dir) as store:
            imported.write(store, "moved", list("abcd"), rows, replace=False)
        plain = EvaluateRequest(("moved",))
        within = EvaluateRequest(("moved",), transductive=True)
        r2 = [
            run_here(EvaluateModels(project, asked))
            .find(("Ash",), "Birch")
            .cell.scores["valence"]["r2"]
            .value
            for asked in (plain, within)
        ]
        assert r2[0] < 0
        assert r2[1] > 0.5
        words = text(run_here(EvaluateModels(project, within)))
        assert words.startswith("ridge, transductive on moved")
        assert "rests on a look at all clips of its test set" in words


def test_why_there_is_no_score_is_told(made):
    _, found = made
    cells = list(found.cells)
    first = cells[0].cell
    r2 = replace(first.scores["valence"]["r2"], value=np.nan, note="all annotations are the same")
    scores = {**first.scores, "valence": {**first.scores["valence"], "r2": r2}}
    cells[0] = replace(cells[0], cell=replace(first, scores=scores))
    said = text(replace(found, cells=tuple(cells)))
    assert f"{first.test}, valence: no R2, all annotations are the same." in said
