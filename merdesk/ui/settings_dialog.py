"""Settings, made from their declarations: a switch, a choice or a whole number needs no line here."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QGridLayout, QSpinBox, QWidget

from merdesk.settings import DECLARED, Setting, Settings
from merdesk.ui.widgets import button, column, label, row


class SettingsDialog(QDialog):
    """Shows every setting that is to be shown; a change holds at once and is saved when the dialog closes.

    `offered` has values and words for settings whose choices are known only now.

    Signals
    -------
    changed
        Key of the setting that has another value now.
    """

    changed = Signal(str)

    def __init__(
        self,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        offered: Mapping[str, Mapping[Any, str]] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._settings = settings
        self._offered = {
            setting.key: {known: str(known).capitalize() for known in setting.choices}
            for setting in DECLARED.values()
            if setting.choices
        } | dict(offered or {})
        self.fields = {
            key: self._field(setting)
            for key, setting in DECLARED.items()
            if setting.shown and (key in self._offered or not isinstance(setting.default, str))
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(0, 1)
        for place, (key, field) in enumerate(self.fields.items()):
            text = label(DECLARED[key].help, wrap=True)
            text.setMinimumWidth(300)
            grid.addWidget(text, place, 0)
            grid.addWidget(field, place, 1)
            field.setAccessibleName(DECLARED[key].help)
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        self.setLayout(
            column(label("Settings", "title"), grid, row(None, close), spacing=20, margins=(24, 24, 24, 16))
        )
        self.finished.connect(lambda _: settings.save())

    def _field(self, setting: Setting) -> QWidget:
        value = self._settings[setting.key]
        if isinstance(setting.default, bool):
            tick = QCheckBox()
            tick.setChecked(value)
            tick.toggled.connect(lambda on: self._change(setting, on))
            return tick
        if setting.key in self._offered:
            choice, known = QComboBox(), list(self._offered[setting.key])
            choice.addItems(list(self._offered[setting.key].values()))
            choice.setCurrentIndex(known.index(value))
            choice.currentIndexChanged.connect(lambda place: self._change(setting, known[place]))
            return choice
        low, high = setting.bounds or (0, 10**6)
        number = QSpinBox()
        number.setRange(int(low), int(high))
        number.setValue(value)
        number.valueChanged.connect(lambda chosen: self._change(setting, chosen))
        return number

    def _change(self, setting: Setting, value: Any) -> None:
        self._settings[setting.key] = value
        self.changed.emit(setting.key)
