import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox

from merdesk.settings import DECLARED, Settings
from merdesk.ui.settings_dialog import SettingsDialog


@pytest.fixture
def dialog(qtbot):
    devices = {"": "The system's choice", "Headphones": "Headphones"}
    made = SettingsDialog(Settings(), offered={"output_device": devices})
    qtbot.addWidget(made)
    return made


def test_every_shown_setting_has_a_field_with_its_value(dialog):
    assert set(dialog.fields) == {key for key, setting in DECLARED.items() if setting.shown}
    assert dialog.fields["match_loudness"].isChecked()
    assert dialog.fields["theme"].currentText() == "System"


def test_a_change_holds_at_once_and_is_told(qtbot, dialog):
    with qtbot.waitSignal(dialog.changed) as told:
        dialog.fields["theme"].setCurrentIndex(2)
    assert told.args == ["theme"]
    assert dialog._settings["theme"] == "dark"


def test_what_can_be_chosen_may_be_known_only_now(dialog):
    dialog.fields["output_device"].setCurrentText("Headphones")
    assert dialog._settings["output_device"] == "Headphones"


def test_closing_saves(dialog):
    assert isinstance(dialog.fields["autoplay"], QCheckBox)
    dialog.fields["autoplay"].setChecked(False)
    dialog.accept()
    assert Settings()["autoplay"] is False


def test_the_field_fits_the_kind_of_setting(dialog):
    assert isinstance(dialog.fields["theme"], QComboBox)
    assert isinstance(dialog.fields["workers"], QSpinBox)
    dialog.fields["workers"].setValue(3)
    assert dialog._settings["workers"] == 3


def test_defaults_come_back_by_one_press_and_go_by_the_next(dialog):
    assert not dialog.reset.isEnabled()
    dialog.fields["theme"].setCurrentText("Dark")
    dialog.fields["output_device"].setCurrentText("Headphones")
    dialog.fields["workers"].setValue(3)
    dialog.reset.click()
    assert [dialog._settings[key] for key in ("theme", "output_device", "workers")] == ["system", "", 0]
    assert dialog.fields["theme"].currentText() == "System"
    dialog.reset.click()
    assert [dialog._settings[key] for key in ("theme", "output_device", "workers")] == [
        "dark",
        "Headphones",
        3,
    ]
    assert dialog.reset.text() == "Reset to defaults"


def test_a_change_after_a_reset_ends_its_undo(dialog):
    dialog.fields["workers"].setValue(3)
    dialog.reset.click()
    dialog.fields["autoplay"].setChecked(False)
    assert dialog.reset.text() == "Reset to defaults"
    dialog.reset.click()
    assert dialog._settings["workers"] == 0
