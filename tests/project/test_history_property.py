"""Whatever people do, undo leads back through every state and redo forward again."""

import tempfile
from pathlib import Path

from helpers.project_rows import assert_whole, clip_ids, seen
from helpers.project_scribbler import EDITS, OTHERS, Scribbler
from hypothesis import example, given, settings
from hypothesis import strategies as st

from merdesk.project import columns, history
from merdesk.project.project import Project

OPERATION = st.tuples(
    st.sampled_from((*EDITS, *OTHERS, "undo", "redo", "undo", "redo")), st.integers(0, 40), st.integers(0, 40)
)


class Witness:
    """Remembers the state after each step of the history, and which clip each id was first given to."""

    def __init__(self, project):
        self.project = project
        self.states = [self._authored()]
        self.position = 0
        self.given = {}

    def _authored(self):
        # A trained model comes beside the history; test_project_models looks at those.
        return {name: rows for name, rows in seen(self.project).items() if name != "model"}

    def saw(self, kind):
        """Compare the state after an operation with what it must be."""
        state, applied = self._authored(), sum(not step.undone for step in history.steps(self.project))
        if kind in ("undo", "redo") or applied < self.position:
            self.position = applied
            if kind not in ("undo", "redo"):
                del self.states[applied + 1 :]
        elif applied > self.position:
            # Two steps in one operation leave one state between them that was not looked at.
            self.states[self.position + 1 :] = [None] * (applied - self.position - 1) + [state]
            self.position = applied
        elif state != self.states[applied]:
            self.states[applied:] = [state]  # the last step has grown: it was the same gesture
        if self.states[applied] is None:
            self.states[applied] = state
        assert state == self.states[applied]
        self._check_ids()

    def _check_ids(self):
        for table, tells in (("clip", "source_id"), ("track", "title"), ("dataset", "batch_id")):
            for row_id, what in self.project.database.rows(f"SELECT id, {tells} FROM {table}"):
                assert self.given.setdefault((table, row_id), what) == what
        said = self.project.database.rows(
            "SELECT valence, source_id FROM prediction JOIN clip ON clip.id = clip_id"
        )
        assert all(int(source_id) == valence for valence, source_id in said)


def _columns_by_name(loaded):
    """Columns with names in the place of codes, whose order may differ."""
    named = {}
    for stem in columns.CODED:
        names = (*getattr(loaded, f"{stem}_names"), "")
        named[stem] = [names[code] for code in getattr(loaded, stem)]
    for name in ("ids", "track_ids", "affect", "spread", "n_raters", "prediction", "flags"):
        named[name] = getattr(loaded, name).tolist()
    return repr(named)


def _walk(project, witness, step, kind):
    while step(project) is not None:
        witness.saw(kind)


@settings(max_examples=30)
@given(st.lists(OPERATION, max_size=25))
def test_undo_and_redo_lead_through_every_state(operations):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.merdesk"
        with Project.create(path) as project:
            scribbler, witness = Scribbler(project), Witness(project)
            for operation in [("import", 2, 0), *operations]:
                scribbler.do(*operation)
                witness.saw(operation[0])
        with Project.open(path) as project:
            witness.project = project
            witness.saw("redo")
            _walk(project, witness, history.undo, "undo")
            assert clip_ids(project) == []
            _walk(project, witness, history.redo, "redo")
            assert witness.position == len(witness.states) - 1
            assert_whole(project)


@settings(max_examples=20)
@given(st.lists(OPERATION, max_size=12))
@example([("predict", 0, 0), ("unmodel", 0, 0), ("undo", 0, 0)])
def test_patched_columns_equal_columns_read_anew(operations):
    with tempfile.TemporaryDirectory() as folder, Project.create(Path(folder) / "p.merdesk") as project:
        scribbler = Scribbler(project)
        shown = columns.load(project)
        for operation in [("import", 2, 0), ("model", 0, 0), *operations]:
            changes = scribbler.do(*operation)
            if changes is not None:
                shown = columns.patched(project, shown, changes)
                assert _columns_by_name(shown) == _columns_by_name(columns.load(project))
