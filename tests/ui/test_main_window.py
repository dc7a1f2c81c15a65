"""The whole loop in the window: drop, extract, see, rate, undo, train, compare, report."""

import json

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication

from merdesk.domain.affect import Affect
from merdesk.errors import Failure
from merdesk.project import problems
from merdesk.project.project import Project
from merdesk.ui.actions import ACTIONS
from merdesk.ui.banner import CrashDialog
from merdesk.ui.commands import Commands
from merdesk.ui.import_table import TableDialog
from merdesk.ui.report.export_dialog import ReportExportDialog
from merdesk.ui.top_bar import ANNOTATE, COMPARE, MODELS, REPORT
from merdesk.workflows.train import TrainRequest

JOBS_MS = 60_000


def wait_for_jobs(qtbot, window):
    qtbot.waitUntil(lambda: len(window.jobs) == 0 and not window._refresh_timer.isActive(), timeout=JOBS_MS)


def drop(window, *paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_dropped_music_is_imported_and_extracted(qtbot, open_window, music, tmp_path):
    window = open_window(Project.create(tmp_path / "new.merdesk"))
    assert window.workspace.explore._views.currentWidget() is window.workspace.explore.welcome
    (tmp_path / "broken.wav").write_bytes(b"RIFFnothing")
    drop(window, music / "album", tmp_path / "broken.wav")
    qtbot.waitUntil(lambda: len(window.workspace.session.columns) == 6, timeout=JOBS_MS)
    wait_for_jobs(qtbot, window)
    assert "6 clips · 1 dataset" in window.top._counts.whole_text
    assert window.banner.isVisible()
    assert "1 could not be read" in window.banner.text
    assert [problem.file.rpartition("/")[2] for problem in problems.all(window.project)] == ["broken.wav"]
    assert "Features of 6 clips extracted" in window.job_bar._message.text()


def test_import_is_one_step_to_undo(qtbot, open_window, music, tmp_path):
    window = open_window(Project.create(tmp_path / "new.merdesk"))
    drop(window, music / "album")
    qtbot.waitUntil(lambda: len(window.workspace.session.columns) == 6, timeout=JOBS_MS)
    wait_for_jobs(qtbot, window)
    window.do("undo")
    assert len(window.workspace.session.columns) == 0
    window.do("redo")
    assert len(window.workspace.session.columns) == 6


def test_a_dropped_table_is_read_mapped_and_imported(qtbot, window, monkeypatch, tmp_path):
    monkeypatch.setattr(
        TableDialog, "exec", lambda dialog: dialog._accept() or TableDialog.DialogCode.Accepted
    )
    (tmp_path / "said.csv").write_text(
        "file,rater,valence,arousal\ntune-5.wav,zoe,9,1\nghost,zoe,1,9\n", encoding="utf-8"
    )
    (tmp_path / "empty.csv").touch()
    drop(window, tmp_path / "empty.csv", tmp_path / "said.csv")
    qtbot.waitUntil(lambda: "1 row left out" in window.job_bar._message.text(), timeout=JOBS_MS)
    wait_for_jobs(qtbot, window)
    assert [problem.reason for problem in problems.all(window.project)] == [
        "empty.csv is empty; choose a table with a header and rows.",
        "'ghost' names no clip of this project",
    ]
    assert window.settings["table_mappings"][0]["table"] == "said.csv"


def test_a_rating_moves_the_point_and_undo_moves_it_back(window):
    session = window.workspace.session
    clip_id = int(session.columns.ids[5])
    session.set_annotator("carla")
    window.workspace.show_page(ANNOTATE)
    session.select([clip_id])
    window.workspace.annotate.point.propose(Affect(0.5, -0.25))
    window.workspace.annotate.point.file()
    assert session.columns.affect[5].tolist() == pytest.approx([0.5, -0.25])
    assert "Rate" in window.top._undo.text()
    window.do("undo")
    assert np.isnan(session.columns.affect[5]).all()
    window.do("redo")
    assert session.columns.affect[5].tolist() == pytest.approx([0.5, -0.25])


def test_a_rating_needs_a_name(window):
    window.workspace.show_page(ANNOTATE)
    window.workspace.annotate.point.propose(Affect(0.1, 0.1))
    before = window.project.data_version
    window.workspace.annotate.point.file()
    assert window.project.data_version == before
    assert "name" in window.workspace.annotate._hint.text()


def test_training_shows_predictions_and_the_worst_first(qtbot, window):
    window.workspace.show_page(MODELS)
    request = window.workspace.models.form.request()
    assert request is not None
    window.workspace.models.form.train.click()
    wait_for_jobs(qtbot, window)
    assert window.workspace.session.columns.predicted.all()
    assert window.workspace.session.model_name() == request.name
    window.workspace.show_page(COMPARE)
    table = window.workspace.compare.table.table
    errors = [float(table.text(place, "Error")) for place in range(table.rowCount())]
    assert len(errors) == 5
    assert errors == sorted(errors, reverse=True)


def test_the_report_is_shown_and_exported(qtbot, window, tmp_path, monkeypatch):
    window.workspace.commands.train(TrainRequest("first", ("chroma", "basic"), ("My music",)))
    wait_for_jobs(qtbot, window)
    window.workspace.show_page(REPORT)
    wait_for_jobs(qtbot, window)
    assert window.workspace.report.export.isEnabled()

    def choose(dialog):
        dialog.choose_folder(tmp_path / "out")
        return True

    monkeypatch.setattr(ReportExportDialog, "exec", choose)
    window.do("export_report")
    wait_for_jobs(qtbot, window)
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["model"]["name"] == "first"
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


def test_filters_reach_every_view(window):
    session = window.workspace.session
    window.workspace.library.filters.boxes["is_annotated"].setChecked(True)
    assert session.visible.sum() == 5
    assert "5 of 6 clips" in window.top._counts.whole_text
    window.workspace.library.search.setText("tune-3")
    window.workspace.library._search()
    assert session.visible.sum() == 1
    window.do("show_all")
    assert session.visible.all()
    assert window.workspace.library.search.text() == ""


def test_playing_a_clip_shows_it_everywhere(qtbot, window):
    clip_id = int(window.workspace.session.columns.ids[2])
    window.workspace.play(clip_id)
    assert window.workspace.session.playing == clip_id
    assert window.workspace.session.current == clip_id
    qtbot.waitUntil(lambda: window.workspace.playback.state.status in ("playing", "ended"), timeout=JOBS_MS)
    assert "tune-2" in window.workspace.inspector._title.text().replace("\u200b", "")


def test_a_clip_without_audio_says_what_to_do(window, music, tmp_path):
    from merdesk.workflows.import_any import importer
    from merdesk.workflows.workflow import run_here

    table = tmp_path / "other.csv"
    table.write_text("id,valence,arousal\nghost,0.1,0.2\n", encoding="utf-8")
    run_here(importer(window.project, table, kind="table"))
    from merdesk.domain.changes import Changes

    window.workspace.session.refresh(Changes.of("clip"))
    window.workspace.play(int(window.workspace.session.columns.ids[-1]))
    assert "audio of ghost is not located" in window.banner.text


def test_every_command_exists_and_is_described():
    for action in ACTIONS:
        assert callable(getattr(Commands, action.name)), action.name
        assert getattr(Commands, action.name).__doc__
    shortcuts = [action.shortcut for action in ACTIONS if action.shortcut]
    assert len(shortcuts) == len(set(shortcuts))


def test_a_read_only_project_offers_nothing_that_writes(open_window, extracted, tmp_path):
    import shutil

    shutil.copytree(extracted, tmp_path / "copy.merdesk")
    window = open_window(Project.open(tmp_path / "copy.merdesk", read_only=True))
    assert "for reading only" in window.banner.text
    nowhere_to_go = {"go_back", "go_forward"}
    for action in ACTIONS:
        idle = action.writes or action.name in nowhere_to_go
        assert window.workspace.actions_by_name[action.name].isEnabled() != idle, action.name
    assert not window.workspace.models.form.train.isEnabled()


def test_a_defect_opens_the_crash_dialog_and_the_window_lives(window, monkeypatch):
    shown = []
    monkeypatch.setattr(CrashDialog, "exec", lambda self: shown.append(self.report))
    window.guarded(lambda: 1 / 0, "dividing")
    assert len(shown) == 1
    assert "ZeroDivisionError" in shown[0]
    assert "While: dividing" in shown[0]


def test_an_expected_problem_is_a_banner(window):
    window._failed(Failure("The disk is full; make room.", expected=True), "saving")
    assert window.banner.isVisible()
    assert window.banner.text == "The disk is full; make room."


def test_closing_keeps_size_and_project(open_window, tmp_path):
    from merdesk.settings import Settings

    window = open_window(Project.create(tmp_path / "new.merdesk"))
    window.close()
    kept = Settings()
    assert kept["recent_projects"] == [str(tmp_path / "new.merdesk")]
    assert "geometry" in kept["window_state"]


def test_who_rates_sees_no_trace_of_what_others_said(window):
    window.workspace.session.set_annotator("carla")
    window.workspace.play(int(window.workspace.session.columns.ids[0]))
    assert window.workspace.player.traces.traces[0] is not None
    window.workspace.show_page(ANNOTATE)
    assert window.workspace.player.traces.traces == (None, None)
    window.workspace.show_page(COMPARE)
    assert window.workspace.player.traces.traces[0] is not None


def test_a_click_on_a_clip_without_audio_selects_it_quietly(qtbot, window, tmp_path):
    from merdesk.domain.changes import Changes
    from merdesk.workflows.import_any import importer
    from merdesk.workflows.workflow import run_here

    (tmp_path / "other.csv").write_text("id,valence,arousal\nghost,0.1,0.2\n", encoding="utf-8")
    run_here(importer(window.project, tmp_path / "other.csv", kind="table"))
    window.workspace.session.refresh(Changes.of("clip"))
    ghost = int(window.workspace.session.columns.ids[-1])
    window.workspace.explore.plane.clip_picked.emit(ghost)
    assert window.workspace.session.current == ghost
    assert not window.banner.isVisible()
    window.workspace.play(int(window.workspace.session.columns.ids[0]))
    assert ghost not in window.workspace.playback.after
    assert len(window.workspace.playback.after) == 5


def test_a_window_whose_project_is_replaced_is_freed(qtbot, window, tmp_path):
    gone = []
    session = window.workspace.session
    window.destroyed.connect(lambda: gone.append("window"))
    window.workspace.destroyed.connect(lambda: gone.append("workspace"))
    window.replace_project(Project.create(tmp_path / "other.merdesk"))
    fresh = QApplication.instance().property("main_window")
    qtbot.waitUntil(lambda: sorted(gone) == ["window", "workspace"])
    assert not len(session.columns)
    assert not len(session.visible)
    fresh.close()
    fresh.deleteLater()
    QApplication.instance().setProperty("main_window", None)
