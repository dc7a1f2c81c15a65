"""What the ratings of a project say about themselves, from answers that are known."""

import numpy as np
import pytest
from helpers.project_rows import fill

from merdesk.domain.affect import UNIT_SCALE, Affect
from merdesk.domain.rating import Circumstances, Rating
from merdesk.domain.source import SourceTrace
from merdesk.domain.study import Anchor, ClipRef, Item, StudyPlan
from merdesk.evaluation.agreement import agreement
from merdesk.project import annotators, ratings, studies, study_pairs
from merdesk.project.project import Project
from merdesk.project.studies import Asked
from merdesk.workflows.rating_quality import quality

N_CLIPS = 24
BLIND = Circumstances(blinded=True)


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as made:
        fill(made, N_CLIPS)
        yield made


@pytest.fixture
def said(project):
    """What two people said, shape (n_clips, 2 people, 2); one of them slipped at the last clip."""
    rng = np.random.default_rng(1)
    truth = rng.uniform(-0.7, 0.7, (N_CLIPS, 1, 2))
    values = np.clip(truth + rng.normal(0, 0.05, (N_CLIPS, 2, 2)), -1, 1)
    values[-1, :, 0] = -0.9, 0.9
    for person, name in enumerate(("Ann", "Ben")):
        who = annotators.named(project, name)
        for clip_id, (valence, arousal) in enumerate(values[:, person].tolist(), 1):
            rating = Rating(Affect(valence, arousal))
            ratings.give(project, clip_id=clip_id, annotator_id=who, rating=rating)
    return values


def test_pairs_tell_retest_and_agreement_whichever_side_was_first(project):
    refs = [ClipRef("EmoMusic", str(n)) for n in range(3)]
    study = studies.add(project, StudyPlan(uid="p", title="Pairs", clips=tuple(refs), tasks=("pairs",)))
    ann, ben = (annotators.named(project, name) for name in ("Ann", "Ben"))

    def compare(who, position, part, first, second, valence):
        item = Item(position, "pairs", part, refs[first], refs[second])
        asked = Asked(study, item, first + 1, who, "", second + 1)
        study_pairs.answer(project, asked, {"valence": valence, "arousal": 0}, BLIND, None)

    compare(ann, 0, "item", 0, 1, 1)
    compare(ann, 1, "item", 1, 2, 1)
    compare(ann, 2, "repeat", 1, 0, -1)
    compare(ann, 3, "repeat", 2, 1, 1)
    compare(ben, 0, "item", 1, 0, -1)
    compare(ben, 1, "item", 1, 2, 0)
    found = {(one.name, one.dimension): one for one in quality(project).paired}
    valence = found["Ann", "valence"]
    assert (valence.n, valence.retest, valence.n_retests) == (2, 0.5, 2)
    assert (valence.with_others, valence.n_shared) == (0.5, 2)
    assert (found["Ben", "arousal"].with_others, found["Ben", "arousal"].n_retests) == (1.0, 0)


@pytest.mark.usefixtures("said")
def test_a_slip_stands_out_and_can_be_heard_again(project):
    first = quality(project).standing_out[0]
    assert (first.clip_id, first.dimension) == (N_CLIPS, "valence")
    assert {abs(round(first.value, 2)), abs(round(first.others, 2))} == {0.9}


def test_agreement_is_told_as_a_whole_and_by_genre(project, said):
    found = {(one.group, one.dimension): one for one in quality(project).agreed}
    assert {group for group, _ in found} > {"All clips", "Rock", "Jazz"}
    whole = found["All clips", "arousal"]
    expected = agreement(said[:, :, 1])
    assert whole.found.icc_a_1.value == pytest.approx(expected.icc_a_1.value)
    # Two clips share each piece, which is what intervals are resampled by.
    assert whole.found.icc_a_1.n_clusters == N_CLIPS // 2


def test_repeats_and_anchors_are_compared_with_the_first_answer_and_the_known_one(project):
    refs = [ClipRef("EmoMusic", str(n)) for n in range(3)]
    plan = StudyPlan(uid="u", title="S", clips=(refs[0],), anchors=(Anchor(refs[1], 0.5, 0.5),), n_repeats=1)
    study, ann = studies.add(project, plan), annotators.named(project, "Ann")
    for position, (part, number, affect) in enumerate(
        (("item", 0, Affect(0.2, 0.0)), ("anchor", 1, Affect(0.1, 0.6)), ("repeat", 0, Affect(0.5, -0.1)))
    ):
        asked = Asked(study, Item(position, "point", part, refs[number]), number + 1, ann)
        studies.answer(project, asked, Rating(affect, circumstances=BLIND))
    valence, arousal = quality(project).raters
    assert (valence.retest, valence.anchor_error) == pytest.approx((0.3, 0.4))
    assert (arousal.retest, arousal.anchor_error) == pytest.approx((0.1, 0.1))
    assert (valence.n_retests, valence.n_anchors) == (1, 1)


def test_a_project_without_ratings_has_nothing_to_tell(project):
    found = quality(project)
    assert (found.agreed, found.raters, found.standing_out) == ((), (), ())


def test_traces_are_compared_once_each_is_moved_by_its_lag(project):
    time_s = np.arange(0, 40, 0.1)
    wave = 0.5 * np.sin(time_s / 2) + 0.3 * np.sin(time_s / 1.1)
    for name, lag_s in (("Ann", 0.0), ("Ben", 2.0)):
        late = np.interp(time_s - lag_s, time_s, wave)
        trace = SourceTrace(time_s, np.stack([late, np.full(len(late), np.nan)], axis=1), UNIT_SCALE)
        who = annotators.named(project, name)
        ratings.give_trace(project, clip_id=1, annotator_id=who, trace=trace, rating=Rating(None), rate_hz=10)
    valence, arousal = quality(project).traced
    assert valence.n_raters == 2
    assert np.isnan(arousal.ccc)
    assert valence.ccc > 0.95
    assert valence.alpha > 0.97
