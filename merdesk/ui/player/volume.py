"""Volume: a slider and a button that silences."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QWidget

from merdesk.ui.theme.theme import Theme

QUIETEST = 0.1
"""What unmuting comes back to when the program was started mute."""


class VolumeControl(QWidget):
    """Shows a volume between 0 and 1; `changed` carries another one."""

    changed = Signal(float)

    def __init__(self, theme: Theme, volume: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._audible = max(volume, QUIETEST)
        self.mute_button = QToolButton()
        self.mute_button.setIconSize(QSize(16, 16))
        self.mute_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setValue(round(volume * 100))
        self.slider.setAccessibleName("Volume")
        self.slider.setToolTip("Volume")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.mute_button)
        row.addWidget(self.slider, 1)
        self.slider.valueChanged.connect(self._on_value)
        self.mute_button.clicked.connect(self._on_mute)
        self._show(self.slider.value())

    @property
    def volume(self) -> float:
        """Between 0 and 1."""
        return self.slider.value() / 100

    def _on_value(self, value: int) -> None:
        self._show(value)
        self._audible = value / 100 or self._audible
        self.changed.emit(value / 100)

    def _on_mute(self) -> None:
        self.slider.setValue(0 if self.slider.value() else round(self._audible * 100))

    def _show(self, value: int) -> None:
        self._theme.dress(self.mute_button, "volume-2" if value else "volume-x")
        words = "Mute" if value else "Unmute"
        self.mute_button.setToolTip(words)
        self.mute_button.setAccessibleName(words)
