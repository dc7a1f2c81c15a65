"""The theme in force: applies palette, font and style sheet to the application and tells when it changes."""

from pathlib import Path
from typing import Literal
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication
from shiboken6 import isValid

from merdesk.ui.theme.icons import icon, svg_of
from merdesk.ui.theme.palette import DARK, LIGHT, Palette
from merdesk.ui.theme.style import Style
from merdesk.ui.theme.stylesheet import BASE_PX, CAPTION_PX, TITLE_PX, scaled, stylesheet

Choice = Literal["system", "light", "dark"]
FontRole = Literal["base", "strong", "caption", "section", "title"]

NO_DESKTOP = ("DejaVu Sans", "Bitstream Vera Sans", "Sans Serif")
"""What fontconfig answers when no desktop has chosen an interface font."""
INTERFACE_FONTS = ("Inter", "Cantarell", "Noto Sans", "Roboto", "Ubuntu", "Open Sans")


class Theme(QObject):
    """Light, dark or the system's colours. `changed` is emitted after a new palette is in force."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: Choice = "system") -> None:
        super().__init__(application)
        self._application = application
        self._choice: Choice = choice
        self._palette = LIGHT
        self._icons: dict[tuple[str, str, bool], QIcon] = {}
        self._dressed: WeakKeyDictionary[QAbstractButton, tuple[str, str, bool]] = WeakKeyDictionary()
        self._arrows = QTemporaryDir()
        self._font = _interface_font(application.font())
        application.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self.choose(choice)

    @property
    def palette(self) -> Palette:
        """The colours in force."""
        return self._palette

    @property
    def choice(self) -> Choice:
        """What the user chose; "system" follows the desktop."""
        return self._choice

    @property
    def base_px(self) -> int:
        """Size of the interface font in pixels."""
        return self._font.pixelSize()

    def choose(self, choice: Choice) -> None:
        """Put a choice in force."""
        self._choice = choice
        self._apply()

    def font(self, role: FontRole = "base") -> QFont:
        """The interface font at the size and weight of a role, with figures of equal width."""
        font = QFont(self._font)
        sizes = {"caption": CAPTION_PX, "section": CAPTION_PX, "title": TITLE_PX}
        font.setPixelSize(scaled(sizes.get(role, BASE_PX), self.base_px))
        if role in ("strong", "section", "title"):
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def colour(self, token: str) -> QColor:
        """A colour of the palette by its token."""
        return QColor(getattr(self._palette, token))

    def icon(self, name: str, role: str = "muted", *, filled: bool = False) -> QIcon:
        """An icon in the colours in force."""
        key = (name, role, filled)
        if key not in self._icons:
            self._icons[key] = icon(name, self._palette, role=role, filled=filled)
        return self._icons[key]

    def dress(self, button: QAbstractButton, name: str, role: str = "muted", *, filled: bool = False) -> None:
        """Give a button its icon, now and whenever the colours change; call again to change the icon."""
        self._dressed[button] = (name, role, filled)
        button.setIcon(self.icon(name, role, filled=filled))

    def _tinted_arrows(self) -> Path:
        """Chevrons in the palette's colour as files: style sheets take pictures from nowhere else."""
        folder = Path(self._arrows.path(), self._palette.name)
        if not folder.is_dir():
            folder.mkdir()
            for name in ("chevron-down", "chevron-up"):
                folder.joinpath(f"{name}.svg").write_bytes(svg_of(name, self._palette.muted))
        return folder

    def _dress_again(self) -> None:
        for button, (name, role, filled) in list(self._dressed.items()):
            if isValid(button):
                button.setIcon(self.icon(name, role, filled=filled))
            else:
                del self._dressed[button]

    def _on_scheme_changed(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        hints = self._application.styleHints()
        if self._choice == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if self._choice == "dark" else Qt.ColorScheme.Light)
        self._palette = DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        if self._choice != "system":
            # A platform without colour schemes answers Unknown whatever was asked.
            self._palette = DARK if self._choice == "dark" else LIGHT
        self._icons.clear()
        self._application.setStyle(Style(self._palette))
        self._application.setFont(self._font)
        self._application.setPalette(_qt_palette(self._palette))
        self._application.setStyleSheet(stylesheet(self._palette, self.base_px, arrows=self._tinted_arrows()))
        self._dress_again()
        self.changed.emit()


def _interface_font(system: QFont) -> QFont:
    font = QFont(system)
    info = QFontInfo(system)
    if info.family() in NO_DESKTOP:
        known = set(QFontDatabase.families())
        font.setFamily(next((name for name in INTERFACE_FONTS if name in known), info.family()))
    font.setPixelSize(max(BASE_PX, info.pixelSize()))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _qt_palette(palette: Palette) -> QPalette:
    roles = QPalette.ColorRole
    result = QPalette()
    for role, colour in (
        (roles.Window, palette.panel),
        (roles.WindowText, palette.text),
        (roles.Base, palette.raised),
        (roles.AlternateBase, palette.panel),
        (roles.Text, palette.text),
        (roles.PlaceholderText, palette.muted),
        (roles.Button, palette.raised),
        (roles.ButtonText, palette.text),
        (roles.BrightText, palette.bad),
        (roles.Highlight, palette.accent),
        (roles.HighlightedText, palette.on_accent),
        (roles.Link, palette.accent),
        (roles.ToolTipBase, palette.raised),
        (roles.ToolTipText, palette.text),
        (roles.Mid, palette.line),
        (roles.Dark, palette.line),
    ):
        result.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(palette.faint))
    return result
