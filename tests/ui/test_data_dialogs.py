"""Export, locate and genres in the window."""

import shutil

import pytest
from helpers.dataset_layouts import write_deam, write_emomusic
from helpers.music import write_music
from PySide6.QtWidgets import QDialog

from merdesk.domain.columns import ClipFlag
from merdesk.project import genres
from merdesk.project.project import Project
from merdesk.ui.export_dialog import ExportDialog
from merdesk.ui.genre_dialog import GenreDialog
from merdesk.ui.locate_dialog import LocateDialog
from merdesk.workflows.import_any import importer
from merdesk.workflows.workflow import run_here

JOBS_MS = 60_000


@pytest.fixture
def window(open_window, tmp_path):
    """A window on two published datasets without audio."""
    project = Project.create(tmp_path / "p.merdesk")
    run_here(importer(project, write_emomusic(tmp_path / "emomusic")))
    run_here(importer(project, write_deam(tmp_path / "deam")))
    return open_window(project)


def accept(monkeypatch, dialog_class, choose):
    """Let the command's dialog be filled in and accepted."""

    def run(dialog):
        choose(dialog)
        dialog.go.click()
        return dialog.result()

    monkeypatch.setattr(dialog_class, "exec", run)


def test_annotations_are_exported_by_choice(qtbot, window, tmp_path, monkeypatch):
    def choose(dialog):
        dialog.choose_folder(tmp_path / "out")
        dialog.format.setCurrentIndex(dialog.format.findData("source"))

    accept(monkeypatch, ExportDialog, choose)
    window.do("export_data")
    qtbot.waitUntil(lambda: "written to" in window.job_bar._message.text(), timeout=JOBS_MS)
    assert (tmp_path / "out" / "EmoMusic" / "static_annotations.csv").is_file()
    assert (tmp_path / "out" / "references.bib").is_file()


def test_the_dialog_offers_what_fits_and_says_what_is_missing(window, qtbot):
    dialog = ExportDialog(window.workspace.session)
    qtbot.addWidget(dialog)
    dialog.show()
    assert [dialog.format.itemData(n) for n in range(dialog.format.count())][-1] == "source"
    dialog.what.setCurrentIndex(dialog.what.findData("predictions"))
    assert dialog.format.findData("jams") == -1
    assert not dialog.as_filed.isVisible()
    dialog.go.click()
    assert dialog.workflow is None
    assert "train one first" in dialog._notice.text()


def test_audio_is_located_and_what_stays_without_is_told(qtbot, window, tmp_path, monkeypatch):
    tune = write_music(tmp_path / "music", 1)[0]
    shutil.copy(tune, tmp_path / "music" / "3.wav")
    accept(monkeypatch, LocateDialog, lambda dialog: dialog.choose_folder(tmp_path / "music"))
    window.do("locate_audio")
    qtbot.waitUntil(lambda: "clips located" in window.job_bar._message.text(), timeout=JOBS_MS)
    assert window.workspace.session.columns.flagged(ClipFlag.HAS_AUDIO).sum() == 1
    assert window.banner.isVisible()
    assert "6 still without (EmoMusic 2, DEAM 4)" in window.banner.text


def test_nothing_is_located_before_a_folder_is_chosen(window, qtbot):
    dialog = LocateDialog(window.workspace.session)
    qtbot.addWidget(dialog)
    assert not dialog.go.isEnabled()
    offered = [dialog.dataset.itemText(n) for n in range(dialog.dataset.count())]
    assert offered == ["Any dataset", "EmoMusic, 3 clips without audio", "DEAM, 4 clips without audio"]


@pytest.fixture
def genre_dialog(window, qtbot):
    dialog = GenreDialog(window.workspace.session)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def place_of(dialog, raw):
    return next(place for place, row in enumerate(dialog._rows) if row.raw == raw)


def test_genres_are_mapped_as_one_step(window, genre_dialog):
    place = place_of(genre_dialog, "Hip-Hop-Electronic")
    assert genre_dialog.table.item(place, 2).text() == "Hip-Hop, Electronic"
    assert not genre_dialog.go.isEnabled()
    genre_dialog.combo_of(place).setCurrentText("Electronic")
    genre_dialog.combo_of(place_of(genre_dialog, "Rock")).setCurrentText("Guitar music")
    assert genre_dialog._summary.text() == "2 genres changed, 2 clips"
    genre_dialog.go.click()
    assert genre_dialog.result() == QDialog.DialogCode.Accepted
    assert {"Electronic", "Guitar music"} <= set(window.workspace.session.columns.genre_names)
    window.do("undo")
    assert "Guitar music" not in window.workspace.session.columns.genre_names


def test_defaults_bring_the_first_known_label_back(window, genre_dialog):
    place = place_of(genre_dialog, "Blues")
    genre_dialog.combo_of(place).setCurrentText("Roots")
    genre_dialog.defaults.click()
    assert genre_dialog.combo_of(place).currentText() == "Blues"
    assert not genre_dialog.go.isEnabled()
    assert "Roots" not in genres.mapping(window.project).values()


def test_search_narrows_the_list(genre_dialog):
    genre_dialog.search.setText("hip deam")
    shown = [n for n in range(genre_dialog.table.rowCount()) if not genre_dialog.table.isRowHidden(n)]
    assert shown == [place_of(genre_dialog, "Hip-Hop-Electronic")]
