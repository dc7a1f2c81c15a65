"""What the window hears and shows of the clip that plays."""

import numpy as np
import pytest

from merdesk.domain.affect import AffectScale
from merdesk.domain.clip import ClipId
from merdesk.domain.source import SourceTrace
from merdesk.project import annotations, annotators, models, predicted_traces
from merdesk.project.models import ModelRow
from merdesk.project.predicted_traces import PredictedTrace
from merdesk.ui.top_bar import ANNOTATE, EXPLORE

PATH = np.array([[-0.5, 0.0], [0.5, 0.25], [0.5, 0.75]])


@pytest.fixture
def traced(window):
    """A window whose first clip has a trace, in a dataset rated from 1 to 9."""
    project = window.project
    clip_id = ClipId(int(window.workspace.session.columns.ids[0]))
    bounds = "valence_min = 1, valence_max = 9, arousal_min = 1, arousal_max = 9"
    project.database.execute(f"UPDATE dataset SET {bounds}")
    scale = AffectScale(1, 9, 1, 9)
    trace = SourceTrace(
        time_s=np.array([0.0, 1.0, 2.0]),
        affect=scale.to_native(PATH),
        scale=scale,
        spread=np.full((3, 2), 0.8),
    )
    window.workspace.session.edit(
        lambda: annotations.put_trace(
            project, clip_id=clip_id, annotator_id=annotators.named(project, "carla"), trace=trace
        )
    )
    window.workspace.play(clip_id)
    return window


def test_the_trace_of_the_clip_that_plays_is_drawn_on_the_scale_of_the_plane(traced):
    assert traced.workspace.explore.plane.highlights.trace == pytest.approx(PATH, abs=1e-6)
    annotated, _ = traced.workspace.player.traces.traces
    assert annotated.affect == pytest.approx(PATH, abs=1e-6)
    assert annotated.spread == pytest.approx(np.full((3, 2), 0.2), abs=1e-6)


def test_the_point_of_the_clip_that_plays_moves_along_its_trace(traced):
    traced.workspace.playback.position_changed.emit(0.5)
    assert traced.workspace.explore.plane.highlights.moving == pytest.approx((0.0, 0.125), abs=1e-6)
    traced.workspace.playback.position_changed.emit(5.0)
    assert traced.workspace.explore.plane.highlights.moving is None


def test_a_clip_without_trace_takes_none_over(traced):
    traced.workspace.play(int(traced.workspace.session.columns.ids[1]))
    assert len(traced.workspace.explore.plane.highlights.trace) == 0


def test_the_trace_is_hidden_from_who_rates_and_comes_back(traced):
    traced.workspace.show_page(ANNOTATE)
    assert len(traced.workspace.explore.plane.highlights.trace) == 0
    traced.workspace.show_page(EXPLORE)
    assert len(traced.workspace.explore.plane.highlights.trace) == 3


SAID = np.array([[-0.5, 0.0], [0.5, 0.5], [np.nan, np.nan]])


@pytest.fixture
def followed(window):
    """A window whose first clip has a predicted trace of a second, and half a second that was not computed."""
    session, project = window.workspace.session, window.project
    clip_id = ClipId(int(session.columns.ids[0]))
    model_id = models.add(project, ModelRow("first", "ridge", "chroma", ("My music",)))
    trace = PredictedTrace(clip_id, np.array([0.25, 0.75, 1.25]), SAID, held_out=True)
    session.edit(lambda: predicted_traces.put(project, model_id, [trace]))
    window.workspace.play(clip_id)
    return window


def test_the_predicted_trace_is_drawn_beside_the_annotated_one(followed):
    highlights = followed.workspace.explore.plane.highlights
    assert highlights.predicted_trace == pytest.approx(SAID, abs=1e-6, nan_ok=True)
    assert len(highlights.trace) == 0
    _, predicted = followed.workspace.player.traces.traces
    assert predicted.time_s.tolist() == [0.25, 0.75, 1.25]


def test_the_predicted_point_moves_and_is_gone_where_nothing_was_computed(followed):
    plane = followed.workspace.explore.plane
    followed.workspace.playback.position_changed.emit(0.5)
    assert plane.highlights.predicted_moving == pytest.approx((0.0, 0.25), abs=1e-6)
    assert plane.highlights.moving is None
    followed.workspace.playback.position_changed.emit(1.2)
    assert plane.highlights.predicted_moving is None


def test_a_trace_that_is_computed_while_its_clip_plays_is_shown(followed):
    session, project = followed.workspace.session, followed.project
    moved = PredictedTrace(ClipId(session.playing), np.array([0.25]), SAID[:1], held_out=True)
    model_id = models.find(project, "first").id
    session.edit(lambda: predicted_traces.put(project, model_id, [moved]))
    assert len(followed.workspace.explore.plane.highlights.predicted_trace) == 1


def test_the_predicted_trace_is_hidden_from_who_rates(followed):
    followed.workspace.show_page(ANNOTATE)
    assert len(followed.workspace.explore.plane.highlights.predicted_trace) == 0
