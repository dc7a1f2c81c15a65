"""Ratings out of a table onto clips that are there: which clip is meant, on which scale, as one step."""

import math
from functools import partial

import pytest
from helpers.project_rows import NINE, audio_file, dataset_info, source_clip

from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.source import SourceRating
from merdesk.errors import Cancelled
from merdesk.project import annotations, columns, history, problems, said
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.workflows.import_ratings import ClipIndex, ImportRatings, converted
from merdesk.workflows.tables import TableFile
from merdesk.workflows.workflow import Delivering, run_here

FIVE = AffectScale(1, 5, 1, 5)


@pytest.fixture
def project(tmp_path):
    """Three clips on 1 to 9 with files, and a fourth whose name another dataset has as well."""
    with Project.create(tmp_path / "p.merdesk") as made:
        for name, numbers in (("First", (1, 2, 3, 4)), ("Second", (4,))):
            batch = Batch.begin(made, f"Import {name}", keep_partial=False)
            folder = f"/{name.lower()}".encode()
            rows = [source_clip(n, audio=audio_file(n, folder), ratings=()) for n in numbers]
            batch.add(batch.dataset(dataset_info(name), loader="table"), rows)
            batch.finish()
        yield made


def table(tmp_path, text):
    path = tmp_path / "said.csv"
    path.write_text(text, encoding="utf-8")
    return TableFile.open(path)


def importing(project, file, bounds=(1, 9, 1, 9)):
    return ImportRatings(project, file.name, partial(file.load, file.proposed_mapping(), bounds, name=""))


def test_ratings_go_to_the_clips_that_they_name_by_file_stem_or_id(project, tmp_path):
    file = table(
        tmp_path, "file,annotator,valence,arousal\nsomewhere/1.mp3,anna,9,1\n2,ben,5,5\n3.wav,anna,1,9\n"
    )
    summary = run_here(importing(project, file))
    assert summary.sentence == "3 ratings of 3 clips imported from said.csv."
    assert columns.load(project).affect[:3].tolist() == [[1, -1], [0, 0], [-1, 1]]
    assert [name for name, *_ in said.said_of(project, 1)] == ["said.csv: anna"]


def test_a_row_that_names_no_clip_or_several_is_left_out_by_name(project, tmp_path):
    file = table(tmp_path, "file,valence,arousal\n1.mp3,9,1\nghost.mp3,5,5\n4.mp3,5,5\n")
    summary = run_here(importing(project, file))
    assert summary.sentence.endswith(", 2 rows left out.")
    assert {str(problem) for problem in problems.all(project)} == {
        "said.csv, line 3: 'ghost.mp3' names no clip of this project",
        "said.csv, line 4: '4.mp3' names several clips of this project",
    }


def test_each_row_of_a_clip_that_is_not_here_is_named(project, tmp_path):
    file = table(tmp_path, "file,rater,valence,arousal\n1,anna,9,1\nghost,anna,5,5\nghost,ben,5,5\n")
    assert [left.line for left in run_here(importing(project, file)).left_out] == [3, 4]


def test_another_scale_is_converted_to_that_of_the_dataset(project, tmp_path):
    file = table(tmp_path, "file,valence,arousal\n1.mp3,1,-1\n2.mp3,0,0.5\n")
    run_here(importing(project, file, bounds=(-1, 1, -1, 1)))
    filed = [(found.valence, found.arousal) for n in (1, 2) for found in annotations.of_clip(project, n)]
    assert filed == [(9, 1), (5, 7)]
    assert columns.load(project).affect[:2].tolist() == [[1, -1], [0, 0.5]]


def test_conversion_keeps_the_place_and_scales_the_spread():
    rating = SourceRating(2.0, 4.0, 0.5, 1.0, n_raters=12)
    found = converted(rating, FIVE, NINE)
    assert (found.valence, found.arousal) == (3.0, 7.0)
    assert (found.valence_std, found.arousal_std) == pytest.approx((1.0, 2.0))
    assert found.n_raters == 12
    back = converted(found, NINE, FIVE)
    assert (back.valence, back.arousal) == pytest.approx((2.0, 4.0))


def test_the_same_scale_changes_no_bit():
    rating = SourceRating(0.1, 0.7)
    assert converted(rating, UNIT_SCALE, UNIT_SCALE) is rating
    assert math.isnan(converted(rating, FIVE, NINE).valence_std)


def test_an_import_is_one_step_to_undo(project, tmp_path):
    file = table(tmp_path, "file,valence,arousal\n1.mp3,9,1\n2.mp3,5,5\n")
    run_here(importing(project, file))
    assert history.undo_label(project) == "Import ratings from said.csv"
    history.undo(project)
    assert not columns.load(project).annotated.any()
    history.redo(project)
    assert columns.load(project).annotated.sum() == 2


def test_a_cancelled_import_leaves_no_rating(project, tmp_path, monkeypatch):
    monkeypatch.setattr("merdesk.workflows.import_ratings.SLICE", 1)
    file = table(tmp_path, "file,valence,arousal\n1.mp3,9,1\n2.mp3,5,5\n3.mp3,5,5\n")
    work = importing(project, file)

    class Impatient(Delivering):
        def deliver(self, part):
            super().deliver(part)
            self.cancel()

    with pytest.raises(Cancelled):
        run_here(work, Impatient(work))
    assert not columns.load(project).annotated.any()
    assert history.undo_label(project) == "Import Second"


def test_a_name_that_two_clips_share_names_none(project):
    index = ClipIndex.of(project)
    assert "4" not in index.by_name
    assert index.by_name["1"] == index.by_name["1.mp3"] == 1
