"""Older projects are brought forward, with a copy made before."""

import pytest
from helpers.project_rows import clip_ids, fill

from merdesk.errors import ProjectError
from merdesk.project import datasets, history, migrations
from merdesk.project.database import Database
from merdesk.project.project import Project

MADE_UP = "ALTER TABLE track ADD COLUMN year INTEGER; CREATE TABLE mood (id INTEGER PRIMARY KEY) STRICT;"


@pytest.fixture
def newer(monkeypatch):
    """A merdesk that knows one version more."""
    steps = (*migrations.scripts(), MADE_UP)
    monkeypatch.setattr(migrations, "scripts", lambda: steps)
    return steps


def _old_project(path, n_clips=3):
    with Project.create(path) as project:
        fill(project, n_clips)
    return path


def test_an_older_project_is_brought_forward_with_its_rows(tmp_path, request):
    path = _old_project(tmp_path / "p.merdesk")
    request.getfixturevalue("newer")
    with Project.open(path) as project:
        assert project.database.value("PRAGMA user_version") == len(migrations.scripts())
        assert project.database.rows("SELECT DISTINCT year FROM track") == [(None,)]
        assert len(clip_ids(project)) == 3


def test_the_copy_made_before_opens_as_the_older_project(tmp_path, request):
    path = _old_project(tmp_path / "p.merdesk")
    request.getfixturevalue("newer")
    Project.open(path).close()
    (backup,) = (path / "backups").iterdir()
    copy = Database(backup)
    assert copy.value("PRAGMA user_version") == len(migrations.scripts()) - 1
    assert copy.value("PRAGMA application_id") == migrations.APPLICATION_ID
    assert copy.value("SELECT count(*) FROM clip") == 3
    copy.close()


def test_a_project_of_today_is_not_copied(tmp_path):
    path = _old_project(tmp_path / "p.merdesk")
    Project.open(path).close()
    assert list((path / "backups").iterdir()) == []


def test_a_migration_that_fails_leaves_the_old_project(tmp_path, monkeypatch):
    path = _old_project(tmp_path / "p.merdesk")
    with monkeypatch.context() as patch:
        steps = (*migrations.scripts(), "CREATE TABLE mood (id INTEGER); SELECT nonsense;")
        patch.setattr(migrations, "scripts", lambda: steps)
        with pytest.raises(Exception, match="nonsense"):
            Project.open(path)
    with Project.open(path) as project:
        assert not project.read_only
        assert project.database.value("PRAGMA user_version") == len(migrations.scripts())
        assert project.database.value("SELECT count(*) FROM sqlite_schema WHERE name = 'mood'") == 0


def test_a_reader_does_not_bring_an_older_project_forward(tmp_path, request):
    path = _old_project(tmp_path / "p.merdesk")
    request.getfixturevalue("newer")
    with pytest.raises(ProjectError, match="was written by an older merdesk and must be brought forward"):
        Project.open(path, read_only=True)


def test_a_new_project_has_the_newest_version(tmp_path, newer):
    with Project.create(tmp_path / "p.merdesk") as project:
        assert project.database.value("PRAGMA user_version") == len(newer)
        assert project.database.value("SELECT count(*) FROM mood") == 0


def test_only_the_newest_copies_are_kept(project):
    for _ in range(migrations.BACKUPS_KEPT + 2):
        newest = migrations.back_up(project.database, project.backups_dir, 1)
    kept = list(project.backups_dir.iterdir())
    assert len(kept) == migrations.BACKUPS_KEPT
    assert newest in kept


def test_a_copy_that_cannot_be_made_stops_the_migration(project):
    project.backups_dir.rmdir()
    project.backups_dir.write_text("in the way")
    with pytest.raises(ProjectError, match="No backup could be made in"):
        migrations.back_up(project.database, project.backups_dir, 1)


def test_authored_tables_never_give_an_id_twice(project):
    for name, sql in project.database.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"):
        if not name.startswith("sqlite_"):
            assert "STRICT" in sql, name
    for table in ("dataset", "track", "clip", "annotation", "trace", "audio_file", "annotator", "model"):
        sql = project.database.value("SELECT sql FROM sqlite_schema WHERE name = ?", (table,))
        assert "INTEGER PRIMARY KEY AUTOINCREMENT" in sql


def test_derived_tables_have_no_foreign_keys(project):
    for table in ("prediction", "digest", "loudness", "problem"):
        assert project.database.rows(f"PRAGMA foreign_key_list({table})") == []


BATCH = "INSERT INTO import_batch (id, label, state, keep_partial, created_at) VALUES (1, 'I', 'active', 0, '2026')"
DATASET = """
INSERT INTO dataset (batch_id, name, title, loader, valence_min, valence_max, arousal_min, arousal_max, scale_kind,
  description, citation, bibtex, licence, url, emotion, grouped_by, expected_counts)
VALUES (1, 'E', 'E', 'emomusic', 1, 9, 1, 9, 'interval', '', '', '', '', '', 'perceived', 'artist', '{}')
"""


def test_a_project_of_the_first_version_learns_what_its_sources_say(tmp_path, monkeypatch):
    first = migrations.scripts()[:1]
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "scripts", lambda: first)
        with Project.create(tmp_path / "p.merdesk") as project:
            project.database.execute(BATCH)
            project.database.execute(DATASET)
    with Project.open(tmp_path / "p.merdesk") as project:
        (found,) = datasets.all(project)
        assert (found.info.name, found.info.std_ddof) == ("E", 1)
        assert project.database.value("SELECT count(*) FROM rating") == 0


def test_a_step_of_before_new_columns_is_undone_and_redone(tmp_path, monkeypatch):
    older = migrations.scripts()[:2]
    rating = {
        "clip_id": 1, "annotator_id": 1, "kind": "point", "cannot_say": 1, "tags": "[]", "note": "n", "visible": "",
        "loudness_matched": 0, "blinded": 0, "tool": "keys", "heard_s": 1.0, "n_plays": 1, "given_at": "",
    }  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "scripts", lambda: older)
        with Project.open(_old_project(tmp_path / "p.merdesk")) as project, history.edit(project, "Rate"):
            project.database.insert("rating", rating)
    with Project.open(tmp_path / "p.merdesk") as project:
        said = "SELECT note, categories FROM rating"
        assert project.database.rows(said) == [("n", "[]")]
        history.undo(project)
        assert project.database.rows(said) == []
        history.redo(project)
        assert project.database.rows(said) == [("n", "[]")]
