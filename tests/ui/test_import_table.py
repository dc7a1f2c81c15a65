"""The dialog that maps the columns of a table: what it proposes, what it says will happen, what it runs."""

from dataclasses import fields

import pytest
from helpers.music import write_ratings
from PySide6.QtCore import Qt

from merdesk.project import annotations, imported_columns
from merdesk.settings import Settings
from merdesk.ui import import_table
from merdesk.ui.import_table import MEANINGS, NONE, TableDialog
from merdesk.workflows.import_dataset import ImportDataset
from merdesk.workflows.import_ratings import ImportRatings
from merdesk.workflows.saved_mappings import SavedMappings
from merdesk.workflows.tables import ColumnMapping, TableFile
from merdesk.workflows.workflow import run_here


@pytest.fixture
def dialog(qtbot, theme, session, tmp_path):
    def opener(text=None, *, n=6):
        path = tmp_path / "said.csv"
        if text is None:
            write_ratings(path, n)
        else:
            path.write_text(text, encoding="utf-8")
        made = TableDialog(session, TableFile.open(path), SavedMappings(Settings()))
        qtbot.addWidget(made)
        made.show()
        return made

    return opener


def test_every_meaning_of_a_mapping_can_be_chosen():
    assert set(MEANINGS) == {field.name for field in fields(ColumnMapping)}


def test_mapping_and_scale_are_proposed(dialog):
    shown = dialog()
    assert shown._columns["file"].currentText() == "file"
    assert shown._columns["valence"].currentText() == "valence"
    assert shown._columns["genre"].currentText() == NONE
    assert [box.value() for box in shown._scales] == [1, 9, 1, 9]


def test_the_numbers_of_a_scale_have_room(dialog):
    shown = dialog()
    for box in shown._scales:
        needed = box.fontMetrics().horizontalAdvance("-100.00")
        assert box.lineEdit().width() - 12 >= needed


def test_ratings_of_known_clips_are_proposed_to_go_to_them(dialog):
    shown = dialog()
    assert shown._attach.isChecked()
    assert shown._preview.text() == "6 of 6 clips are in this project; 12 ratings read."
    assert not shown._name.isVisible()
    assert shown._import.isEnabled()


def test_rows_of_unknown_clips_are_named_before_the_import(dialog):
    rows = "".join(f"ghost-{n}.wav,5,5\n" for n in range(6))
    shown = dialog("file,valence,arousal\n" + "".join(f"tune-{n}.wav,5,5\n" for n in range(6)) + rows)
    assert "6 of 12 clips" in shown._preview.text()
    assert "said.csv, line 8: 'ghost-0.wav' names no clip of this project" in shown._left_out.text()
    assert "and 2 more" in shown._left_out.text()


def test_unknown_clips_are_proposed_as_a_dataset_of_their_own(dialog):
    shown = dialog("id,valence,arousal\na,0.1,0.2\nb,-0.3,0.4\n")
    assert shown._separate.isChecked()
    assert shown._name.isVisible()
    assert shown._preview.text() == "A dataset of 2 clips with 2 ratings."


def test_what_known_clips_do_not_take_from_the_table_is_said(dialog):
    shown = dialog("file,valence,arousal,genre\ntune-0.wav,5,5,Rock\ntune-1.wav,6,5,Pop\n")
    assert "The genre of these clips is kept as it is." in shown._preview.text()
    shown._separate.setChecked(True)
    assert "kept" not in shown._preview.text()


def test_a_mapping_that_does_not_fit_says_why_and_cannot_be_imported(dialog):
    shown = dialog()
    shown._columns["file"].setCurrentText(NONE)
    assert not shown._import.isEnabled()
    assert shown._preview.text()
    shown._columns["file"].setCurrentText("file")
    assert shown._import.isEnabled()


def test_a_scale_upside_down_cannot_be_imported(dialog):
    shown = dialog()
    shown._scales[0].setValue(20)
    assert "lowest value" in shown._preview.text()
    assert not shown._import.isEnabled()


def test_the_chosen_scale_decides_where_a_rating_lies(qtbot, dialog, project):
    shown = dialog("file,valence,arousal\ntune-0.wav,1,0\ntune-1.wav,0,1\n")
    for box, value in zip(shown._scales, (0, 4, 0, 4), strict=True):
        box.setValue(value)
    shown._import.click()
    assert isinstance(shown.workflow, ImportRatings)
    run_here(shown.workflow)
    clip_id = shown._index.by_name["tune-0"]
    said = [found for found in annotations.of_clip(project, clip_id) if found.valence == -0.5]
    assert len(said) == 1
    assert said[0].arousal == -1


def test_a_dataset_of_its_own_takes_the_chosen_name(dialog, project):
    shown = dialog("id,valence,arousal\na,0.1,0.2\n")
    shown._name.setText("Pilot")
    shown._import.click()
    assert isinstance(shown.workflow, ImportDataset)
    assert run_here(shown.workflow).name == "Pilot"


ODD = "stimulus,pleasure,energy\ntune-0.wav,2,2\ntune-1.wav,4,3\n"


def test_what_was_chosen_is_proposed_for_the_same_columns_until_it_is_forgotten(dialog):
    first = dialog(ODD)
    assert not first._forget.isVisible()
    assert first._columns["valence"].currentText() == NONE
    first._columns["valence"].setCurrentText("pleasure")
    first._columns["arousal"].setCurrentText("energy")
    first._scales[1].setValue(9)
    first.remember()
    again = dialog(ODD)
    assert again._columns["valence"].currentText() == "pleasure"
    assert [box.value() for box in again._scales] == [1, 9, 1, 5]
    assert again._remembered.text() == "As chosen for said.csv, which had the same columns"
    again._forget.click()
    assert again._columns["valence"].currentText() == NONE
    assert not again._forget.isVisible()
    assert dialog(ODD)._columns["valence"].currentText() == NONE


def test_remembered_scales_give_way_to_values_outside_of_them(dialog):
    dialog("id,valence,arousal\na,1,1\nb,5,5\n").remember()
    shown = dialog("id,valence,arousal\na,1,1\nb,4,8\n")
    assert [box.value() for box in shown._scales] == [1, 5, 1, 9]


def test_cancel_imports_nothing(dialog):
    shown = dialog()
    shown.reject()
    assert shown.workflow is None


def test_a_long_table_is_previewed_by_its_first_rows_and_imported_whole(dialog, monkeypatch):
    monkeypatch.setattr(import_table, "PREVIEWED", 2)
    shown = dialog("id,valence,arousal\na,0.1,0.2\nb,0.3,0.4\nc,5,6,7\nd,-0.9,3\n")
    assert shown._preview.text() == "Of the first 2 rows: A dataset of 2 clips with 2 ratings."
    assert shown._scales[1].value() == 5
    shown._import.click()
    summary = run_here(shown.workflow)
    assert (summary.n_clips, len(summary.left_out)) == (3, 1)


def test_further_columns_are_proposed_ticked_by_hand_and_remembered(dialog, session):
    text = "file,valence,arousal,Weather,Remark\n" + "".join(
        f"tune-{n}.wav,5,5,{'calm' if n % 2 else 'wild'},remark {n}\n" for n in range(6)
    )
    shown = dialog(text)
    assert (shown._further.names(), shown._further.chosen()) == (("Weather", "Remark"), ("Weather",))
    shown._further.item(1).setCheckState(Qt.CheckState.Checked)
    shown._columns["genre"].setCurrentText("Weather")
    assert shown._further.chosen() == ("Remark",)
    shown._columns["genre"].setCurrentText(NONE)
    shown.remember()
    again = TableDialog(session, shown._table, shown._saved)
    assert again._further.chosen() == ("Weather", "Remark")
    again._further.item(0).setCheckState(Qt.CheckState.Unchecked)
    again._accept()
    run_here(again.workflow)
    assert imported_columns.names(session.project) == ("Remark",)


def test_a_table_whose_columns_all_mean_something_offers_none_to_keep(dialog):
    assert not dialog()._further.isVisible()
