"""The window on features: what is there, what it costs, the weights of Jukebox."""

import hashlib
import os
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.jukebox_server import served
from helpers.jukebox_weights import WIDTH, write_deep
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QPushButton

from merdesk.features.jukebox import weights as known
from merdesk.features.jukebox.weights import PublishedFile
from merdesk.features.opensmile_sets import licence
from merdesk.settings import Settings
from merdesk.ui.features.consent_dialog import OpenSmileDialog
from merdesk.ui.features.dialog import FeaturesDialog
from merdesk.ui.features.import_dialog import ImportFeaturesDialog
from merdesk.ui.features.licence_dialog import LicenceDialog
from merdesk.ui.features.run_dialog import RunDialog
from merdesk.workflows.feature_state import feature_states
from merdesk.workflows.jukebox import DownloadWeights
from merdesk.workflows.train import TrainRequest

LEFT = Qt.MouseButton.LeftButton
JOBS_MS = 120_000
N_CLIPS = 6


@pytest.fixture(scope="session")
def deep(tmp_path_factory):
    return write_deep(tmp_path_factory.mktemp("jukebox") / "deep")


@pytest.fixture(autouse=True)
def no_weights_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    # Set first, so that what the window sets is taken away after the test.
    monkeypatch.setenv("MERDESK_JUKEBOX_WEIGHTS", "")


@pytest.fixture
def dialog(qtbot, window):
    window.do("features")
    wait_for_jobs(qtbot, window)
    yield window.workspace.commands._features
    window.workspace.commands._features.close()


def wait_for_jobs(qtbot, window):
    """Until nothing runs and nothing waits to be counted: each can start the other."""
    timers = (window._refresh_timer, window.workspace.commands._features._stale)
    qtbot.waitUntil(
        lambda: len(window.jobs) == 0 and not any(timer.isActive() for timer in timers), timeout=JOBS_MS
    )


def cell(dialog, name, place):
    rows = {dialog.table.item(row, 0).text(): row for row in range(dialog.table.rowCount())}
    return dialog.table.item(rows[name], place).text()


def look_at(dialog, name):
    for row in range(dialog.table.rowCount()):
        if dialog.table.item(row, 0).text() == name:
            dialog.table.selectRow(row)
            return
    raise AssertionError(name)


def when_shown(kind, act):
    """Do something with a modal dialog as soon as it stands."""

    def look():
        found = QApplication.activeModalWidget()
        if isinstance(found, kind):
            act(found)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


def test_sets_are_listed_with_clips_values_and_room(dialog):
    assert cell(dialog, "Chroma", 1) == f"{N_CLIPS} of {N_CLIPS} clips"
    assert cell(dialog, "Classic", 1) == f"0 of {N_CLIPS} clips"
    assert cell(dialog, "Jukebox", 1) == "weights missing"
    assert cell(dialog, "Basic", 3).endswith("kB")


def test_what_cannot_be_extracted_says_why(dialog):
    look_at(dialog, "Chroma")
    assert not dialog.extract.isEnabled()
    assert "Every clip" in dialog._why.text()
    look_at(dialog, "Jukebox")
    assert not dialog.extract.isEnabled()
    assert "needs its weights" in dialog._why.text()
    assert "Not found" in dialog.weights._where.text()
    assert dialog.weights.verify.isHidden()


def test_a_set_is_extracted_from_here(qtbot, window, dialog):
    look_at(dialog, "Classic")
    qtbot.mouseClick(dialog.extract, LEFT)
    wait_for_jobs(qtbot, window)
    assert cell(dialog, "Classic", 1) == f"{N_CLIPS} of {N_CLIPS} clips"


@pytest.mark.parametrize("answer", ["Keep", "Remove"])
def test_removing_asks_first_and_says_that_it_is_no_step_of_the_history(qtbot, window, dialog, answer):
    look_at(dialog, "Basic")
    said = []

    def reply(box):
        said.append(f"{box.text()} {box.informativeText()}")
        next(b for b in box.buttons() if b.text() == answer).click()

    when_shown(QMessageBox, reply)
    qtbot.mouseClick(dialog.prune, LEFT)
    assert "cannot be undone" in said[0]
    assert f"{N_CLIPS} clips" in said[0]
    left = {"Keep": f"{N_CLIPS} of {N_CLIPS} clips", "Remove": f"0 of {N_CLIPS} clips"}
    qtbot.waitUntil(lambda: cell(dialog, "Basic", 1) == left[answer], timeout=JOBS_MS)
    assert dialog.prune.isEnabled() == (answer == "Keep")
    if answer == "Remove":
        assert (
            not window.workspace.models.form.train.isEnabled()
            or window.workspace.models.form._stale.isActive()
        )
        qtbot.waitUntil(lambda: not window.workspace.models.form.train.isEnabled(), timeout=JOBS_MS)
        assert "No clip has Basic features" in window.workspace.models.form.why_not.text()


def test_a_folder_of_weights_is_chosen_and_kept(qtbot, window, dialog, deep, tmp_path, monkeypatch):
    chosen = iter([str(tmp_path), str(deep)])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(chosen))
    qtbot.mouseClick(dialog.weights.choose, LEFT)
    assert "does not hold both" in dialog.weights.told.text()
    qtbot.mouseClick(dialog.weights.choose, LEFT)
    assert str(deep) in dialog.weights._where.text()
    assert os.environ["MERDESK_JUKEBOX_WEIGHTS"] == Settings()["jukebox_weights"] == str(deep)
    wait_for_jobs(qtbot, window)
    assert cell(dialog, "Jukebox", 1) == f"0 of {N_CLIPS} clips"
    assert window.workspace.models.form.choice._captions["jukebox"].text() == f"0 of {N_CLIPS} clips"
    qtbot.mouseClick(dialog.weights.verify, LEFT)
    wait_for_jobs(qtbot, window)
    assert "is not the published file" in dialog.weights.told.text()


def when_measured(act):
    """Do something with the dialog before a run as soon as it may start."""

    def look(run):
        if run.go.isEnabled():
            act(run)
        else:
            QTimer.singleShot(50, lambda: look(run))

    when_shown(RunDialog, look)


def test_a_long_run_is_told_before_it_starts(qtbot, window, dialog, deep):
    dialog.weights.use(deep)
    wait_for_jobs(qtbot, window)
    look_at(dialog, "Jukebox")
    said = {}

    def read(run):
        said.update(
            clips=run._clips.text(), time=run._time.text(), room=run._room.text(), note=run._note.text()
        )
        run.reject()

    when_measured(read)
    qtbot.mouseClick(dialog.extract, LEFT)
    assert said["clips"] == f"{N_CLIPS} clips to extract, of {N_CLIPS} with audio"
    assert "for every 23.8 s of music" in said["time"]
    assert "Estimated from one of 36 layers" in said["note"]
    assert "free" in said["room"]
    assert "runs on while you work" in said["note"]
    assert len(window.jobs) == 0


@pytest.mark.slow
def test_jukebox_is_extracted_and_trains_a_fused_model(qtbot, window, dialog, deep):
    dialog.weights.use(deep)
    wait_for_jobs(qtbot, window)
    look_at(dialog, "Jukebox")
    when_measured(lambda run: run.go.click())
    qtbot.mouseClick(dialog.extract, LEFT)
    wait_for_jobs(qtbot, window)
    assert cell(dialog, "Jukebox", 1) == f"{N_CLIPS} of {N_CLIPS} clips"
    assert cell(dialog, "Jukebox", 2) == str(WIDTH)
    page = window.workspace.models.form
    qtbot.waitUntil(lambda: not page._stale.isActive(), timeout=JOBS_MS)
    page.choice.boxes["basic"].setChecked(False)
    page.choice.boxes["jukebox"].setChecked(True)
    assert f"chroma+jukebox, {WIDTH + 72} values" in page.choice._fused.text()
    window.workspace.commands.train(TrainRequest("fused", page.request().features, ("My music",)))
    wait_for_jobs(qtbot, window)
    assert window.workspace.models.list.table.item(0, 2).text() == "chroma + jukebox"


def test_a_long_run_that_is_not_wanted_does_not_start(qtbot, window, dialog, deep):
    dialog.weights.use(deep)
    wait_for_jobs(qtbot, window)
    look_at(dialog, "Jukebox")
    when_shown(RunDialog, QDialog.reject)
    qtbot.mouseClick(dialog.extract, LEFT)
    wait_for_jobs(qtbot, window)
    assert cell(dialog, "Jukebox", 1) == f"0 of {N_CLIPS} clips"


def test_measuring_that_is_cancelled_in_the_bar_is_said(qtbot, window, dialog, deep):
    dialog.weights.use(deep)
    wait_for_jobs(qtbot, window)
    look_at(dialog, "Jukebox")
    said = []

    def cancel(run):
        for job in window.jobs:
            job.progress.cancel()

        def ended():
            if run.waiting:
                QTimer.singleShot(20, ended)
                return
            said.append((run._note.text(), run.go.isEnabled()))
            run.reject()

        ended()

    when_shown(RunDialog, cancel)
    qtbot.mouseClick(dialog.extract, LEFT)
    wait_for_jobs(qtbot, window)
    assert len(said) == 1
    assert "Measuring was cancelled" in said[0][0]
    assert not said[0][1]


def test_the_licence_is_accepted_before_anything_is_fetched(
    qtbot, window, dialog, deep, tmp_path, monkeypatch
):
    contents = {name: (deep / name).read_bytes() for name in (known.VQVAE.name, known.PRIOR.name)}
    files = [PublishedFile(n, hashlib.sha256(c).hexdigest(), len(c)) for n, c in contents.items()]
    monkeypatch.setattr(known, "FILES", tuple(files))

    def accept(asked):
        asked.folder = tmp_path / "weights"
        asked._judge()
        assert not asked.go.isEnabled()
        assert "Noncommercial" in known.LICENCE
        asked.accepted_box.setChecked(True)
        asked.go.click()

    with served(contents) as site:
        monkeypatch.setattr(known, "BASE_URL", site.url)
        when_shown(LicenceDialog, accept)
        qtbot.mouseClick(dialog.weights.download, LEFT)
        assert dialog.weights.download.text() == "Downloading"
        wait_for_jobs(qtbot, window)
    assert "the files are the published ones" in dialog.weights.told.text()
    assert cell(dialog, "Jukebox", 1) == f"0 of {N_CLIPS} clips"


def test_a_full_disk_stops_the_download_before_it_starts(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "merdesk.workflows.jukebox.shutil.disk_usage", lambda _: SimpleNamespace(free=1_000_000)
    )
    asked = LicenceDialog(folder=tmp_path)
    qtbot.addWidget(asked)
    asked.accepted_box.setChecked(True)
    assert not asked.go.isEnabled()
    assert "Make room" in asked._room.text()


def test_a_table_is_imported_and_offered_to_models(qtbot, window, dialog, tmp_path, monkeypatch):
    lines = ["file,x,valence"] + [f"tune-{i}.wav,{i * i},0.5" for i in range(N_CLIPS)]
    (tmp_path / "mert v1.csv").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "mert v1.csv"), ""))
    names = []

    def accept(asked):
        names.append(asked.name.text())
        asked.name.setText("chroma")
        button(asked, "Import").click()
        assert "computed by merdesk itself" in asked._problem.text()
        asked.name.setText("mert")
        button(asked, "Import").click()

    when_shown(ImportFeaturesDialog, accept)
    qtbot.mouseClick(dialog.add, LEFT)
    wait_for_jobs(qtbot, window)
    assert names == ["mert_v1"]
    assert cell(dialog, "mert (from a table)", 1) == f"{N_CLIPS} of {N_CLIPS} clips"
    assert "valence (named like a label)" in dialog._told.text()
    qtbot.waitUntil(lambda: "mert" in window.workspace.models.form.choice.boxes, timeout=JOBS_MS)
    look_at(dialog, "mert (from a table)")
    assert not dialog.extract.isEnabled()


def imported(qtbot, window, dialog, monkeypatch, path, choose):
    """Import a table by the dialog; what the list of features tells then."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))

    def accept(asked):
        choose(asked)
        button(asked, "Import").click()

    when_shown(ImportFeaturesDialog, accept)
    qtbot.mouseClick(dialog.add, LEFT)
    wait_for_jobs(qtbot, window)
    return dialog._told.text()


def test_columns_are_chosen_and_a_set_is_replaced(qtbot, window, dialog, tmp_path, monkeypatch):
    lines = ["song,f0,f1,mood_x,g"] + [f"tune-{i}.wav,{i},{i * i},{-i},3" for i in range(N_CLIPS)]
    (tmp_path / "t.csv").write_text("\n".join([*lines, "nobody.wav,1,2,3,4"]), encoding="utf-8")
    given = window, dialog, monkeypatch, tmp_path / "t.csv"

    def some(asked):
        asked.id_column.setText("song")
        asked.taken.setText("f*, mood_*")
        asked.left_out.setText("mood_*")

    said = imported(qtbot, *given, some)
    assert said.startswith(f"2 t features of {N_CLIPS} clips imported")
    assert "g (not among the columns asked for)" in said
    assert "Rows left out: 'nobody.wav' names no clip of this project." in said
    with qtbot.waitSignal(window.jobs.failed, timeout=JOBS_MS):
        imported(qtbot, *given, lambda asked: asked.taken.setText("f0"))
    assert imported(
        qtbot, *given, lambda asked: (asked.taken.setText("f0"), asked.replace.setChecked(True))
    ).startswith(f"1 t feature of {N_CLIPS} clips imported")
    assert cell(dialog, "t (from a table)", 2) == "1"


def test_one_array_of_a_folder_stands_for_all(qtbot, window, dialog, tmp_path, monkeypatch):
    folder = tmp_path / "mert"
    folder.mkdir()
    for number in range(N_CLIPS):
        np.save(folder / f"tune-{number}.npy", np.full(3, number, np.float16))
    said = imported(qtbot, window, dialog, monkeypatch, folder / "tune-2.npy", lambda _: None)
    assert said == f"3 mert features of {N_CLIPS} clips imported."


def test_an_extraction_that_is_cancelled_says_what_is_kept(qtbot, window, dialog):
    look_at(dialog, "Classic")
    qtbot.mouseClick(dialog.extract, LEFT)
    (job,) = (job for job in window.jobs if job.title == "Extract Classic")
    qtbot.waitUntil(lambda: job.workflow.summary.n_extracted > 0, timeout=JOBS_MS)
    job.progress.cancel()
    wait_for_jobs(qtbot, window)
    n = job.workflow.summary.n_extracted
    said = f"Extract Classic stopped: {n} of {N_CLIPS} clips {'is' if n == 1 else 'are'} kept; start again to go on."
    assert dialog._told.text() == window.job_bar._message.text() == said


def button(parent, text):
    return next(found for found in parent.findChildren(QPushButton) if found.text() == text)


def test_the_dialog_follows_what_others_write(qtbot, window, dialog):
    (state,) = [one for one in feature_states(window.project) if one.name == "basic"]
    from merdesk.workflows.feature_state import prune

    window.workspace.session.edit(lambda: prune(window.project, state.features)[1])
    assert isinstance(dialog, FeaturesDialog)
    qtbot.waitUntil(lambda: cell(dialog, "Basic", 1) == f"0 of {N_CLIPS} clips", timeout=JOBS_MS)


def test_a_download_that_is_cancelled_says_what_is_kept(qtbot, window, dialog, tmp_path, monkeypatch):
    monkeypatch.setattr(known, "FILES", (PublishedFile(known.VQVAE.name, "", 1_000_000),))
    with served({known.VQVAE.name: b"\x80" * 1_000_000}, "stalls") as site:
        monkeypatch.setattr(known, "BASE_URL", site.url)
        dialog.weights.start(DownloadWeights(tmp_path / "w", licence_accepted=True))
        part = tmp_path / "w" / f"{known.VQVAE.name}.part"
        qtbot.waitUntil(lambda: part.exists() and part.stat().st_size > 0, timeout=JOBS_MS)
        for job in window.jobs:
            job.progress.cancel()
        wait_for_jobs(qtbot, window)
    assert "kB are kept, and Download goes on from there" in dialog.weights.told.text()


def test_layer_and_windows_are_chosen_before_a_run_and_make_a_set_of_their_own(
    qtbot, window, dialog, deep, monkeypatch
):
    monkeypatch.setenv("MERDESK_JUKEBOX_DEVICE", "auto")  # taken back after the test
    dialog.weights.use(deep)
    wait_for_jobs(qtbot, window)
    look_at(dialog, "Jukebox")
    said = []

    def choose(run):
        def measured():
            if not run.go.isEnabled():
                QTimer.singleShot(50, measured)
                return
            if not said:
                said.append(run._time.text())
                run.fields.layer.setValue(2)
                run.fields.heard.setCurrentIndex(1)
                run.fields.device.setCurrentIndex(run.fields.device.findData("cpu"))
                assert run.waiting
                measured()
                return
            said.extend([run._title.text(), run._time.text(), str(run.fields.layer.maximum())])
            run.go.click()

        measured()

    when_shown(RunDialog, choose)
    qtbot.mouseClick(dialog.extract, LEFT)
    assert said[1] == "Extract Jukebox (layer 2, whole clip)"
    assert said[3] == "36"
    wait_for_jobs(qtbot, window)
    assert cell(dialog, "Jukebox (layer 2, whole clip)", 1) == f"{N_CLIPS} of {N_CLIPS} clips"
    assert cell(dialog, "Jukebox", 1) == f"0 of {N_CLIPS} clips"
    assert Settings()["jukebox_device"] == os.environ["MERDESK_JUKEBOX_DEVICE"] == "cpu"
    form = window.workspace.models.form
    qtbot.waitUntil(lambda: "jukebox-layer2-cover" in form.choice.boxes, timeout=JOBS_MS)
    assert form.choice.boxes["jukebox-layer2-cover"].text() == "Jukebox (layer 2, whole clip)"


def test_the_licence_of_opensmile_is_accepted_once(qtbot, window, dialog):
    look_at(dialog, "eGeMAPS")
    when_shown(OpenSmileDialog, QDialog.reject)
    qtbot.mouseClick(dialog.extract, LEFT)
    assert len(window.jobs) == 0
    assert not Settings()["opensmile_licence"]

    def accept(asked):
        assert not asked.go.isEnabled()
        assert "audEERING Research License" in licence()
        asked.accepted_box.setChecked(True)
        asked.go.click()

    when_shown(OpenSmileDialog, accept)
    qtbot.mouseClick(dialog.extract, LEFT)
    assert Settings()["opensmile_licence"]
    wait_for_jobs(qtbot, window)
    assert cell(dialog, "eGeMAPS", 1) == f"{N_CLIPS} of {N_CLIPS} clips"
    assert cell(dialog, "eGeMAPS", 2) == "88"


def test_an_updated_extractor_is_offered(qtbot, window, dialog, monkeypatch):
    monkeypatch.setattr("merdesk.features.chroma.Chroma.version", 99)
    dialog.refresh()
    wait_for_jobs(qtbot, window)
    look_at(dialog, "Chroma")
    assert f"An earlier version gave this set for {N_CLIPS} clips" in dialog._why.text()
    assert dialog.extract.isEnabled()
    assert cell(dialog, "Chroma (earlier version)", 1) == f"{N_CLIPS} of {N_CLIPS} clips"


def test_sets_are_counted_beside_the_window_and_the_bar_does_not_flicker(qtbot, window, dialog):
    dialog.table.setRowCount(0)
    dialog.refresh()
    dialog.refresh()  # asked for again while it is under way
    assert dialog._total.text() == "counting"
    assert len(window.jobs) == 1
    assert not window.job_bar._rows
    wait_for_jobs(qtbot, window)
    assert dialog._total.text().endswith("on disk")
    assert cell(dialog, "Chroma", 1) == f"{N_CLIPS} of {N_CLIPS} clips"


def test_what_must_be_installed_first_is_said(window, dialog):
    assert "Further features need the package jukemirlib" in dialog._further.text()
    assert "openSMILE" not in dialog._further.text()
