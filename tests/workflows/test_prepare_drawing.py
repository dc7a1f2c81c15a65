"""The compiled loops come in the background, and only for many clips."""

from merdesk.exploration import compiled
from merdesk.workflows import prepare_drawing
from merdesk.workflows.prepare_drawing import PrepareDrawing, is_needed
from merdesk.workflows.workflow import run_here


def test_the_loops_are_brought_in_for_many_clips_and_once(monkeypatch):
    monkeypatch.setattr(compiled, "READY", "ready in this test")
    assert compiled.kernels() is None
    assert is_needed(prepare_drawing.WORTH_IT + 1)
    assert not is_needed(prepare_drawing.WORTH_IT)
    run_here(PrepareDrawing())
    assert compiled.kernels() is not None
    assert not is_needed(10**6)
