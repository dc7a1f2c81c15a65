"""A window notices features that a command beside it has extracted."""

from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.ui.store_watch import StoreWatch
from merdesk.workflows.extract_beside import extract_beside
from merdesk.workflows.import_any import importer
from merdesk.workflows.workflow import run_here


def test_what_a_command_extracts_is_taken_in_and_told(qtbot, tmp_path, music):
    with Project.create(tmp_path / "p.merdesk") as project:
        run_here(importer(project, music / "album"))
        watch = StoreWatch(project)
        watch.look()
        extract_beside(project.path, ["basic"], workers=1, run=run_here)
        said = []
        with qtbot.waitSignal(watch.noticed):
            watch.noticed.connect(said.append)
            watch.look()
        assert "digest" in said[0]
        assert "feature" in said[0]
        assert all(place.digest for place in clips.locations(project))
        watch.look()
        n_told = len(said)
        watch.look()
        assert len(said) == n_told
        watch.close()


def test_a_reading_window_is_told_and_writes_nothing(qtbot, tmp_path, music):
    path = tmp_path / "p.merdesk"
    with Project.create(path) as project:
        run_here(importer(project, music / "album"))
    with Project.open(path) as writer, Project.open(path, read_only=True) as reader:
        watch = StoreWatch(reader)
        watch.look()
        extract_beside(path, ["basic"], workers=1, run=run_here)
        said = []
        watch.noticed.connect(said.append)
        watch.look()
        watch.look()
        assert any("feature" in changes for changes in said)
        assert {place.digest for place in clips.locations(writer)} == {None}
        watch.close()
