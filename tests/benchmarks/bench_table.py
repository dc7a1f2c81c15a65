"""Milliseconds of the table and of filters: `PYTHONPATH=tests python tests/benchmarks/bench_table.py [N_CLIPS...]`.

The columns are made up, and so are the rows of an SQLite project that titles are read from. `paint` is showing the
rows and painting the first screen, `sort` a click on a heading with its paint, `filter` a change of the filter until
every row of the table is the right one and painted; the panel's counts stand by themselves. A busy machine shows in the
load average, which is printed too.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from helpers.columns import some_columns
from PySide6.QtWidgets import QApplication

from merdesk.progress import Progress
from merdesk.project.project import Project
from merdesk.ui.clip_filter import Filter, Passing
from merdesk.ui.clip_table import ClipTable, ClipTableModel
from merdesk.ui.jobs import Jobs
from merdesk.ui.library.panel import LibraryPanel
from merdesk.ui.session import Session
from merdesk.ui.text_search import TextSearch
from merdesk.ui.theme.theme import Theme
from merdesk.workflows.search_text import ReadSearchText

SORTED = ("Valence", "Error", "Genre", "Artist", "Title")
FILTERS = {
    "filter, genre": Filter(hidden_genres=frozenset({"Jazz"})),
    "filter, artist": Filter(artists=frozenset({"Artist 7"})),
    "filter, ranges": Filter(valence=(0.2, 0.8), error=(0.1, 1.0)),
    "filter, all": Filter(
        hidden_genres=frozenset({"Jazz"}), valence=(0.0, 1.0), spread=(0.1, 0.3), is_annotated=True
    ),
    "filter, none": Filter(),
}


def milliseconds(call, n=5):
    """Median and largest of n calls."""
    took = []
    for step in range(n):
        start = time.perf_counter()
        call(step)
        took.append((time.perf_counter() - start) * 1e3)
    return f"{np.median(took):8.1f} {max(took):8.1f}"


def written(folder, columns):
    """A project that has a title for each clip of the columns."""
    project = Project.create(folder / "many.merdesk")
    database, rng = project.database, np.random.default_rng(0)
    with project.write():
        batch = database.insert(
            "import_batch", {"label": "made up", "state": "active", "keep_partial": 0, "created_at": ""}
        )
        empty = dict.fromkeys(
            ("title", "loader", "description", "citation", "bibtex", "licence", "url", "grouped_by"), ""
        )
        ends = {"valence_min": 1, "valence_max": 9, "arousal_min": 1, "arousal_max": 9}
        kinds = {"scale_kind": "interval", "emotion": "perceived", "expected_counts": "{}", "std_ddof": 0}
        row = {"batch_id": batch, "name": "Many"} | empty | ends | kinds
        dataset = database.insert("dataset", row)
        names = [f"{rng.bytes(3).hex()} song" for _ in range(len(columns))]
        tracks = columns.track_ids.tolist()
        database.execute_many(
            "INSERT INTO track (id, batch_id, title, artist, album) VALUES (?, ?, ?, '', '')",
            ((track, batch, name) for track, name in zip(tracks, names, strict=True)),
        )
        database.execute_many(
            "INSERT INTO clip (id, batch_id, dataset_id, track_id, source_id, onset_s, duration_s, genre_raw, group_name,"
            " split, folded, file_name) VALUES (?, ?, ?, ?, '', 0, 30, '', '', '', ?, '')",
            (
                (clip, batch, dataset, track, name)
                for clip, track, name in zip(columns.ids.tolist(), tracks, names, strict=True)
            ),
        )
    return project


def figures(theme, project, columns):
    """Name and figures of each thing one does with the table."""
    session = Session(project)
    session.columns = columns
    session.set_filter(Filter(has_audio=True))
    table = ClipTable(session, theme)
    table.resize(1000, 700)
    table.sort_by("Valence", descending=False)
    table.show()

    def show():
        table.show_rows(np.flatnonzero(session.visible))
        table.viewport().repaint()

    yield "paint", milliseconds(lambda _: show())
    model = ClipTableModel(session)
    yield "titles, once", milliseconds(lambda _: model._order.ranks(), 1)
    table.table.follow_titles(model._order)
    for name in SORTED:
        yield f"sort, {name}", milliseconds(lambda i, name=name: _sort(table, name, bool(i % 2)))
    table.sort_by("Valence", descending=False)
    for name, chosen in FILTERS.items():
        yield name, milliseconds(lambda _, chosen=chosen: _filter(session, chosen, show))
    panel = LibraryPanel(session, theme)
    panel.show()
    yield "counts", milliseconds(lambda _: panel.refresh())
    for fold in panel.filters.folds.values():
        fold.open()
    yield "counts, unfolded", milliseconds(lambda _: panel.refresh())
    words, search = ReadSearchText(project), TextSearch(session, Jobs())
    yield "words, once", milliseconds(lambda _: search.take(words.run(Progress())), 1)
    session.find = search.find
    yield "search", milliseconds(lambda i: session.set_filter(Filter(search=f"{i} song")), 3)
    session.set_filter(Filter())
    yield "select all", milliseconds(lambda _: table.selectAll(), 1)
    for widget in (table, panel):
        widget.close()
        widget.deleteLater()


def _sort(table, name, descending):
    table.sort_by(name, descending=descending)
    table.viewport().repaint()


def _filter(session, chosen, show):
    session.filter, session.passing = chosen, Passing.of(chosen, session.columns)
    session.visible = session.passing.visible
    show()


def main():
    """Print the figures of each number of clips."""
    application = QApplication(sys.argv[:1])
    theme = Theme(application, "dark")
    for n_clips in [int(word) for word in sys.argv[1:]] or [1_000_000]:
        print(f"{n_clips:,} clips, load {os.getloadavg()[0]:.1f}: median and largest, milliseconds")
        columns = some_columns(n_clips, n_datasets=5)
        with tempfile.TemporaryDirectory() as folder, written(Path(folder), columns) as project:
            for name, said in figures(theme, project, columns):
                print(f"{name:20} {said}", flush=True)


if __name__ == "__main__":
    main()
