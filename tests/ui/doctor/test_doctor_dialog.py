"""The doctor in the window: what is found is told at once, repaired by a press, and comes back by undo."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers.music import write_music
from helpers.planted import N_EXCHANGED, write_planted_deam
from PySide6.QtWidgets import QLabel

from merdesk.domain.changes import Changes
from merdesk.project.project import Project
from merdesk.ui.actions import ACTIONS
from merdesk.ui.export_dialog import ExportDialog
from merdesk.workflows.export import Export, ExportOptions
from merdesk.workflows.import_any import TableOptions, importer
from merdesk.workflows.report import BuildReport
from merdesk.workflows.workflow import run_here

JOBS_MS = 60_000


@pytest.fixture(scope="module")
def deam(tmp_path_factory):
    return write_planted_deam(tmp_path_factory.mktemp("deam"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory, deam):
    """A project with the planted DEAM; copied, never opened by tests."""
    path = tmp_path_factory.mktemp("imported") / "p.merdesk"
    with Project.create(path) as project:
        run_here(importer(project, deam))
    return path


@pytest.fixture
def clinic(qtbot, open_window, imported, tmp_path):
    """A window on a project whose DEAM was examined."""
    window = open_window(Project.open(Path(shutil.copytree(imported, tmp_path / "p.merdesk"))))
    qtbot.waitUntil(lambda: window.workspace.commands.checkup.diagnosis is not None, timeout=JOBS_MS)
    return window


@pytest.fixture
def dialog(clinic):
    clinic.do("doctor")
    yield clinic.workspace.commands._doctor
    clinic.workspace.commands._doctor.close()


def note_of(window, name):
    return next(row.entry.note for row in window.workspace.library._datasets.rows if row.entry.key == name)


def shown(dialog, column):
    clips = dialog.view.clips
    return [clips.text(place, column) for place in range(clips.rowCount())]


def test_an_import_is_examined_by_itself(qtbot, open_window, deam, tmp_path):
    window = open_window(Project.create(tmp_path / "new.merdesk"))
    qtbot.waitUntil(lambda: window.workspace.commands.checkup.diagnosis is not None, timeout=JOBS_MS)
    assert not window.job_bar._doctor.isVisible()
    window.jobs.start(importer(window.project, deam))
    qtbot.waitUntil(window.job_bar._doctor.isVisible, timeout=JOBS_MS)
    assert window.job_bar._doctor.text().startswith("Doctor: ")
    assert note_of(window, "DEAM") == "exchanged"
    window.do("undo")
    qtbot.waitUntil(lambda: not window.job_bar._doctor.isVisible(), timeout=JOBS_MS)


def test_closing_twice_is_no_harm(clinic):
    clinic.close_project()
    clinic.close_project()
    clinic.workspace.commands.checkup._follow(Changes.of("dataset"))
    assert not clinic.workspace.commands.checkup._timer.isActive()


def test_a_press_in_the_status_bar_opens_it(clinic):
    clinic.job_bar._doctor.click()
    assert clinic.workspace.commands._doctor.isVisible()
    clinic.workspace.commands._doctor.close()
    assert next(action.shortcut for action in ACTIONS if action.name == "doctor") == "Ctrl+D"


def test_the_worst_finding_is_shown_first_with_plot_and_preview(dialog):
    view = dialog.view
    assert view._title.text() == "Valence and arousal exchanged"
    assert "ids 1-40 (40 clips)" in view._what.text()
    assert view.clips.rowCount() == N_EXCHANGED
    assert shown(dialog, 2) == shown(dialog, 5)
    assert shown(dialog, 3) == shown(dialog, 4)
    scatter = view._plots.itemAt(0).widget()
    x, _, group = scatter.points
    assert (len(x), int(group.sum())) == (90, N_EXCHANGED)
    evidence = [view._evidence.itemAt(n).widget().text() for n in range(view._evidence.count())]
    assert "r(filed valence, trace arousal)" in evidence


def test_the_sure_repair_is_ticked_and_applied_by_one_press(clinic, dialog):
    before = clinic.workspace.session.columns.affect.copy()
    n_findings = clinic.workspace.commands.checkup.sentence
    assert dialog.apply_chosen.text() == "Apply 1 repair"
    dialog.apply_chosen.click()
    after = clinic.workspace.session.columns.affect
    assert np.array_equal(after[:N_EXCHANGED], before[:N_EXCHANGED, ::-1])
    assert note_of(clinic, "DEAM") == "repaired"
    assert "repaired" in [label.text() for label in dialog.list.findChildren(QLabel)]
    assert not dialog.apply_chosen.isEnabled()
    assert clinic.workspace.commands.checkup.sentence != n_findings


@pytest.mark.parametrize("way", ["revert", "undo"])
def test_filed_values_come_back(clinic, dialog, way):
    before = clinic.workspace.session.columns.affect.copy()
    dialog.view._apply.click()
    assert dialog.view._revert.isVisible()
    assert "Repaired since" in dialog.view._repair_text.text()
    (dialog.view._revert if way == "revert" else dialog._undo).click()
    assert np.array_equal(clinic.workspace.session.columns.affect, before)
    assert dialog.view._apply.isVisible()
    assert note_of(clinic, "DEAM") == "exchanged"


def test_no_tick_no_repair(dialog):
    key = next(iter(dialog.list.chosen()))
    dialog.list.tick(key, on=False)
    assert not dialog.apply_chosen.isEnabled()


def test_clips_of_a_finding_are_selected_and_played(qtbot, clinic, dialog):
    dialog.view._show.click()
    assert len(clinic.workspace.session.selection) == N_EXCHANGED
    dialog.view.table.selectRow(2)
    with qtbot.waitSignal(dialog.view.play_asked) as asked:
        dialog.view._play.click()
    assert asked.args == [dialog.view.clips.clip_at(2)]


def test_another_finding_is_shown_when_it_is_picked(dialog):
    place = next(
        n for n, one in enumerate(dialog._checkup.diagnosis.found) if one.finding.check == "without audio"
    )
    dialog.list.look_at(place)
    assert dialog.view._title.text() == "Ratings without audio"
    assert not dialog.view._repair.isVisible()
    assert dialog.view.clips.columnCount() == 4


@pytest.mark.parametrize("ending", ["json", "md"])
def test_findings_are_exported(dialog, tmp_path, ending):
    path = tmp_path / f"findings.{ending}"
    dialog.export(path)
    text = path.read_text(encoding="utf-8")
    if ending == "json":
        assert json.loads(text)["findings"][0]["id"] == "DEAM/exchanged/1..40"
    else:
        assert text.startswith("# What the dataset doctor found")
    dialog._guarded(lambda: dialog.export(tmp_path / "nowhere" / "x.md"))
    assert "could not be written" in dialog._notice.text()


def test_the_inspector_tells_filed_from_repaired(clinic, dialog):
    clinic.workspace.session.select([int(clinic.workspace.session.columns.ids[0])])
    facts = clinic.workspace.inspector._facts

    def texts():
        return [facts.itemAt(n).widget().text().replace("\u200b", "") for n in range(facts.count())]

    assert "as filed" in texts()
    assert "CC BY-NC" in texts()
    dialog.apply_chosen.click()
    assert "repaired: Exchange valence and arousal of 40 clips of DEAM" in texts()
    assert any("as repaired" in text for text in texts())


def test_check_audio_listens_in_the_background_and_examines_again(qtbot, open_window, tmp_path):
    clips = write_music(tmp_path / "music", 2, seconds=5)
    clips[1].write_bytes(clips[0].read_bytes() + bytes(1000))
    rows = [f"{clip.stem},{clip.name},0.{n},0.5" for n, clip in enumerate(clips, 1)]
    table = tmp_path / "music" / "labels.csv"
    table.write_text("id,file,valence,arousal\n" + "\n".join(rows), encoding="utf-8")
    project = Project.create(tmp_path / "p.merdesk")
    options = TableOptions(valence=(-1, 1), arousal=(-1, 1), name="T")
    run_here(importer(project, table, kind="table", table=options, audio=tmp_path / "music"))
    window = open_window(project)
    checkup = window.workspace.commands.checkup
    qtbot.waitUntil(lambda: checkup.diagnosis is not None, timeout=JOBS_MS)
    window.do("doctor")
    dialog = window.workspace.commands._doctor
    assert "same sound twice" not in [one.finding.check for one in checkup.diagnosis.found]
    dialog.listen.click()
    assert dialog._notice.text().startswith("Listening")
    qtbot.waitUntil(lambda: dialog._notice.text() == "2 clips listened to.", timeout=JOBS_MS)
    (same,) = [one for one in checkup.diagnosis.found if one.finding.check == "same sound twice"]
    assert same.finding.affected == ("tune-0", "tune-1")
    dialog.close()


def test_the_switch_shows_filed_values_everywhere_with_a_notice_and_back(clinic, dialog):
    session, notice = clinic.workspace.session, clinic.workspace.filed_notice
    filed = session.columns.affect.copy()
    dialog.apply_chosen.click()
    repaired = session.columns.affect.copy()
    version = clinic.project.data_version
    assert not notice.isVisible()
    clinic.do("as_filed")
    assert np.array_equal(session.columns.affect, filed)
    assert notice.isVisible()
    assert notice.text.text() == "Values as filed: 1 repair is set aside in every view, statistic and export."
    assert dialog.as_filed.isChecked()
    dialog.as_filed.click()
    assert np.array_equal(session.columns.affect, repaired)
    assert not notice.isVisible()
    dialog.as_filed.click()
    notice.back.click()
    assert np.array_equal(session.columns.affect, repaired)
    assert not dialog.as_filed.isChecked()
    assert clinic.project.data_version == version


def test_while_values_are_as_filed_exports_and_reports_are_too(clinic, dialog, tmp_path):
    dialog.apply_chosen.click()
    clinic.workspace.commands._report = {"title": "of repaired values"}
    clinic.do("as_filed")
    assert clinic.workspace.commands._report is None
    assert BuildReport(clinic.project).input.provenance[0].startswith("Values are as filed")
    choices = ExportDialog(clinic.workspace.session, clinic)
    assert choices.as_filed.isChecked()
    assert not choices.as_filed.isEnabled()
    run_here(Export(clinic.project, tmp_path / "out", ExportOptions()))
    assert "Values are as filed." in (tmp_path / "out" / "README.txt").read_text(encoding="utf-8")
