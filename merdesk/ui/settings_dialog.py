"""Settings, made from their declarations: a switch, a choice or a whole number needs no line here."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QGridLayout, QWidget

from merdesk.settings import DECLARED, Setting, Settings
from merdesk.ui.decimal_box import WholeBox
from merdesk.ui.help.window import HelpKey
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
        HelpKey(self, "start")
        self.setWindowTitle("Settings")
        self._settings = settings
        self._offered = {
            setting.key: {known: str(known).capitalize() for known in setting.choices}
            for setting in DECLARED.values()
            if setting.choices
        } | dict(offered or {})
        self._shows: dict[str, Callable[[Any], None]] = {}
        self._before: dict[str, Any] = {}
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
        self.reset = button("", "quiet")
        self.reset.clicked.connect(self._reset)
        close = button("Close", "primary")
        close.clicked.connect(self.accept)
        foot = row(self.reset, None, close)
        self.setLayout(column(label("Settings", "title"), grid, foot, spacing=20, margins=(24, 24, 24, 16)))
        self._offer_reset()
        self.finished.connect(lambda _: settings.save())

    def _field(self, setting: Setting) -> QWidget:
        value = self._settings[setting.key]
        if isinstance(setting.default, bool):
            tick = QCheckBox()
            tick.setChecked(value)
            tick.toggled.connect(lambda on: self._change(setting, on))
            self._shows[setting.key] = tick.setChecked
            return tick
        if setting.key in self._offered:
            choice, known = QComboBox(), list(self._offered[setting.key])
            choice.addItems(list(self._offered[setting.key].values()))
            choice.setCurrentIndex(known.index(value))
            choice.currentIndexChanged.connect(lambda place: self._change(setting, known[place]))
            self._shows[setting.key] = lambda value: choice.setCurrentIndex(known.index(value))
            return choice
        low, high = setting.bounds or (0, 10**6)
        number = WholeBox()
        number.setRange(int(low), int(high))
        number.setValue(value)
        number.valueChanged.connect(lambda chosen: self._change(setting, chosen))
        self._shows[setting.key] = number.setValue
        return number

    def _change(self, setting: Setting, value: Any) -> None:
        self._settings[setting.key] = value
        self._before = {}
        self.changed.emit(setting.key)
        self._offer_reset()

    def _changed(self) -> dict[str, Any]:
        """The values here that are not the defaults."""
        return {
            key: self._settings[key] for key in self.fields if self._settings[key] != DECLARED[key].default
        }

    def _offer_reset(self) -> None:
        self.reset.setText("Undo reset" if self._before else "Reset to defaults")
        self.reset.setEnabled(bool(self._before or self._changed()))

    def _reset(self) -> None:
        """Show, and thereby choose, the defaults; once more brings back what they replaced."""
        given, before = self._before, {} if self._before else self._changed()
        for key in given or before:
            self._shows[key](given.get(key, DECLARED[key].default))
        self._before = before
        self._offer_reset()
