"""The player's menu: strips, order of the queue, output device."""

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from merdesk.ui.player.playback import Playback
from merdesk.ui.player.strip_rows import StripRows
from merdesk.ui.plots.strip import NAMES
from merdesk.ui.theme.theme import Theme

SYSTEM = "The system's choice"


class PlayerOptions(QToolButton):
    """Opens the menu.

    Signals
    -------
    device_chosen
        Name of the output device that was chosen, empty for the system's choice.
    autoplay_changed
        Whether the next clip follows by itself.
    """

    device_chosen = Signal(str)
    autoplay_changed = Signal(bool)

    def __init__(
        self, theme: Theme, playback: Playback, strips: StripRows, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._playback = playback
        self._strips = strips
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("Player options")
        self.setAccessibleName("Player options")
        theme.dress(self, "ellipsis")
        self.clicked.connect(lambda: self._open(self.options()))

    def options(self) -> QMenu:
        """The menu as things are now."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind, name in NAMES.items():
            shown = menu.addAction(name, partial(self._strips.toggle, kind))
            shown.setCheckable(True)
            shown.setChecked(kind in self._strips.shown)
        menu.addSeparator()
        for name, on, change in (
            ("Shuffle", self._playback.shuffling, self._playback.set_shuffle),
            ("Autoplay the next clip", self._playback.autoplay, self.autoplay_changed.emit),
        ):
            switch = menu.addAction(name)
            switch.setCheckable(True)
            switch.setChecked(on)
            switch.toggled.connect(change)
        menu.addSeparator()
        devices = menu.addMenu("Output device")
        self._list_devices(devices)
        return menu

    def show_devices(self) -> None:
        """Open the list of output devices alone."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._list_devices(menu)
        self._open(menu)

    def device_names(self) -> dict[str, str]:
        """Devices by what they are called in the menu; one that was chosen stays listed while it is unplugged."""
        names = {"": SYSTEM} | {name: name for name in self._playback.devices}
        if self._playback.device not in names:
            names[self._playback.device] = f"{self._playback.device} (not here now)"
        return names

    def _list_devices(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for device, name in self.device_names().items():
            # An ampersand in a name is no shortcut.
            action = menu.addAction(name.replace("&", "&&"), partial(self.choose, device))
            action.setCheckable(True)
            action.setChecked(device == self._playback.device)
            group.addAction(action)

    def choose(self, device: str) -> None:
        """Let the sound come out of this device, of the system's choice where it is empty."""
        self.device_chosen.emit(device)

    def _open(self, menu: QMenu) -> None:
        size = menu.sizeHint()
        menu.popup(self.mapToGlobal(QPoint(self.width() - size.width(), -size.height())))
