"""A clock that jumps, by hand or by the network: the history keeps its order, for nothing is ordered by time."""

import pytest
from helpers.project_rows import assert_whole, clip_ids, fill, seen

from merdesk.domain.affect import Affect
from merdesk.project import annotations, annotators, history
from merdesk.project.project import Project

JUMPS = ("2026-05-01T12:00:00.000+00:00", "1999-12-31T23:59:59.999+00:00", "2101-01-01T00:00:00.000+00:00")


@pytest.mark.parametrize("clock", [JUMPS, JUMPS[::-1]])
def test_undo_and_redo_keep_their_order_when_the_clock_jumps(tmp_path, monkeypatch, clock):
    with Project.create(tmp_path / "p.merdesk") as project:
        fill(project, 3)
        ann = annotators.named(project, "Ann")
        states = [seen(project)]
        for number, now in enumerate(clock):
            monkeypatch.setattr(history, "now", lambda now=now: now)
            clip_id = clip_ids(project)[number]
            annotations.rate(project, clip_id=clip_id, annotator_id=ann, unit=Affect(0.1 * number, 0.2))
            states.append(seen(project))
        for state in states[-2::-1]:
            history.undo(project)
            assert seen(project) == state
        for state in states[1:]:
            history.redo(project)
            assert seen(project) == state
        assert_whole(project)
