"""What the window hears and shows of the clip that plays."""

import numpy as np
import pytest

from merdesk.domain.affect import AffectScale
from merdesk.domain.clip import ClipId
from merdesk.domain.source import SourceTrace
from merdesk.project import annotations, annotators
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
