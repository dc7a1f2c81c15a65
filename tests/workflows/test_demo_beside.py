"""The demo is built by a thread of its own, which tells and heeds the job's progress."""

import pytest

from merdesk.errors import Cancelled
from merdesk.progress import Progress
from merdesk.workflows.demo import DemoSettings
from merdesk.workflows.demo_beside import BuildDemo, Forwarding
from merdesk.workflows.import_files import ImportFiles


class Watched(Progress):
    def __init__(self):
        super().__init__()
        self.steps = []

    def begin(self, step, total=None, *, done=0):
        self.steps.append(step)
        super().begin(step, total, done=done)
        if step.startswith("Synthesising"):
            self.cancel()


def test_its_steps_are_told_and_it_can_be_cancelled(tmp_path):
    progress = Watched()
    work = BuildDemo(tmp_path / "d.merdesk", settings=DemoSettings(n_per_dataset=4))
    with pytest.raises(Cancelled):
        work.run(progress)
    assert progress.steps == ["Building the demo", "Synthesising music"]
    assert (tmp_path / "d.merdesk" / "demo.json").is_file()


def test_parts_are_committed_at_once_and_the_outer_job_is_heeded():
    outer, committed = Progress(), []

    class Work(ImportFiles):
        def __init__(self):
            pass

        def commit(self, part):
            committed.append(part)

    inner = Forwarding(Work(), outer)
    inner.begin("Reading", 4)
    inner.advance(3)
    inner.deliver("part")
    assert (outer.state().step, outer.state().done, committed) == ("Reading", 3, ["part"])
    outer.cancel()
    assert inner.cancelled
    with pytest.raises(Cancelled):
        inner.checkpoint()
