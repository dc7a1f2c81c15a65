"""What a study asked and what was answered leaves whole: every answer at its place, with how it was given."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from helpers.project_rows import fill

from merdesk.domain.affect import Affect
from merdesk.domain.rating import Circumstances, Rating
from merdesk.domain.study import Anchor, ClipRef, StudyPlan
from merdesk.domain.study_file import version_of
from merdesk.errors import DatasetError
from merdesk.project import annotators, ratings, studies, study_pairs
from merdesk.project.project import Project
from merdesk.project.studies import Asked
from merdesk.workflows import rating_consensus
from merdesk.workflows.export import Export, ExportOptions
from merdesk.workflows.rating_tables import Answers
from merdesk.workflows.workflow import run_here

REFS = tuple(ClipRef("EmoMusic", str(n)) for n in range(4))
PLAN = StudyPlan(
    uid="u1", title="Moods", clips=REFS[:3], tasks=("point", "pairs"), n_repeats=1, gain="matched",
    anchors=(Anchor(REFS[3], 0.9, 0.1),), consent="Agree?", questions=("Age",), categories=("calm",),
)  # fmt: skip
HOW = Circumstances(-2.5, True, frozenset({"title"}), True, "figures", 7.5, 2)


@pytest.fixture
def project(tmp_path):
    """A study that two people have done."""
    with Project.create(tmp_path / "p.merdesk") as made:
        fill(made, 5)
        study = studies.add(made, PLAN)
        for name, valence in (("Ann", 0.5), ("Ben", -0.25)):
            who = annotators.named(made, name)
            studies.enrol(made, study, who, {"Age": "31"})
            for item in PLAN.items(name):
                first, *second = (int(clip.source_id) + 1 for clip in item.clips)
                asked = Asked(study, item, first, who, "Headphones", *second)
                if second:
                    study_pairs.answer(made, asked, {"valence": 1, "arousal": 0}, HOW, -1.5)
                else:
                    given = Rating(Affect(valence, 0.0), 3, ("slow",), "a note", HOW, ("calm",))
                    studies.answer(made, asked, given)
        yield made


def exported(project, folder, **options):
    run_here(Export(project, folder, ExportOptions("ratings", "csv", **options)))
    return folder


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_answer_of_a_study_stands_at_its_place(project, tmp_path):
    table = rows(exported(project, tmp_path / "out") / "study-answers.csv")
    ann = [row for row in table if row["annotator"] == "Ann"]
    assert [int(row["position"]) for row in ann] == list(range(1, len(PLAN.items("Ann")) + 1))
    assert [(row["task"], row["part"], row["id"], row["second_id"]) for row in ann] == [
        (item.task, item.part, item.clip.source_id, "" if item.second is None else item.second.source_id)
        for item in PLAN.items("Ann")
    ]
    told = (
        "study",
        "plan",
        "gain_db",
        "loudness_matched",
        "visible",
        "heard_s",
        "n_plays",
        "device",
        "categories",
    )
    assert [ann[0][name] for name in told] == [
        "u1", version_of(PLAN), "-2.5", "true", "title", "7.5", "2", "Headphones", "calm",
    ]  # fmt: skip
    pair = ann[-1]
    assert (pair["more_valence"], pair["more_arousal"], pair["second_gain_db"], pair["valence"]) == (
        "1", "0", "-1.5", "",
    )  # fmt: skip


def test_a_rating_names_its_study_and_place_until_it_is_given_anew(project, tmp_path):
    places = {
        item.clip.source_id: item.position + 1
        for item in PLAN.items("Ben")
        if item.part == "item" and item.task == "point"
    }
    ben = annotators.named(project, "Ben")
    again = Rating(Affect(0.0, 0.0), circumstances=replace(HOW, blinded=False))
    ratings.give(project, clip_id=2, annotator_id=ben, rating=again)
    table = [
        row for row in rows(exported(project, tmp_path / "out") / "ratings.csv") if row["annotator"] == "Ben"
    ]
    assert len(table) == 3
    for row in table:
        given_anew = row["id"] == "1"
        assert row["study"] == ("" if given_anew else "u1")
        assert row["position"] == ("" if given_anew else str(places[row["id"]]))


def test_people_and_fixed_choices_are_told_and_left_out_of_an_anonymous_export(project, tmp_path):
    folder = exported(project, tmp_path / "out")
    assert [(row["annotator"], row["question"], row["answer"]) for row in rows(folder / "study-people.csv")] == [
        ("Ann", "Age", "31"), ("Ben", "Age", "31"),
    ]  # fmt: skip
    sheet = (folder / "datasheet.md").read_text(encoding="utf-8")
    assert "played all clips at one loudness" in sheet
    assert version_of(PLAN) in sheet
    assert "| Ann | valence | 3 |" in sheet
    hidden = exported(project, tmp_path / "anonymous", anonymous=True)
    assert not (hidden / "study-people.csv").exists()
    assert "a note" not in (hidden / "study-answers.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("how", rating_consensus.WAYS)
def test_the_chosen_consensus_is_exported_and_named(project, tmp_path, how):
    rating_consensus.choose(project, how)
    folder = exported(project, tmp_path / "out")
    table = rows(folder / "consensus.csv")
    assert {row["consensus"] for row in table} == {how}
    assert [float(row["valence"]) for row in table] == pytest.approx([0.125] * 3)
    assert float(table[0]["valence_std"]) == pytest.approx(np.std([0.5, -0.25], ddof=1))
    assert rating_consensus.WORDS[how] in (folder / "datasheet.md").read_text(encoding="utf-8")


def test_an_export_may_use_another_consensus_and_knows_no_strange_one(project, tmp_path):
    folder = exported(project, tmp_path / "out", consensus="median")
    assert rows(folder / "consensus.csv")[0]["consensus"] == "median"
    assert rating_consensus.chosen(project) == "mean"
    with pytest.raises(DatasetError, match="--consensus loudest is not known"):
        ExportOptions("ratings", consensus="loudest")


def test_the_median_is_not_moved_by_one_odd_rating(project):
    cleo = annotators.named(project, "Cleo")
    ratings.give(project, clip_id=1, annotator_id=cleo, rating=Rating(Affect(1.0, 1.0)))
    found = rating_consensus.Consensus.of(Answers.of(project), "median")
    assert found.affect[0].tolist() == [0.5, 0.0]
    assert found.n_annotators.tolist() == [3, 2, 2]
