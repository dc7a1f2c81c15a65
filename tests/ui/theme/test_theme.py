"""The theme in force: application palette, fonts, icons that follow."""

import re
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QToolButton

from merdesk.resources import resource
from merdesk.ui.theme.figures import clock, count, signed
from merdesk.ui.theme.icons import pixmap, svg_of
from merdesk.ui.theme.palette import DARK, LIGHT
from merdesk.ui.theme.stylesheet import stylesheet
from merdesk.ui.theme.theme import Theme

ICONS = sorted(path.stem for path in resource("icons").glob("*.svg"))


def colours_of(button):
    image = button.icon().pixmap(18, 18).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}


def test_choosing_a_theme_reaches_the_application_and_tells(qtbot):
    theme = Theme(QApplication.instance(), "light")
    with qtbot.waitSignal(theme.changed):
        theme.choose("dark")
    assert theme.palette is DARK
    assert QApplication.palette().color(QPalette.ColorRole.WindowText).name() == DARK.text
    assert DARK.panel in QApplication.instance().styleSheet()
    theme.choose("light")
    assert LIGHT.panel in QApplication.instance().styleSheet()


def test_a_dressed_button_changes_colour_with_the_theme(qtbot):
    theme = Theme(QApplication.instance(), "light")
    button = QToolButton()
    qtbot.addWidget(button)
    theme.dress(button, "play", "accent", filled=True)
    assert LIGHT.accent in colours_of(button)
    theme.choose("dark")
    assert DARK.accent in colours_of(button)
    assert LIGHT.accent not in colours_of(button)


def test_the_arrows_of_fields_are_files_in_the_colours_in_force(qtbot):
    theme = Theme(QApplication.instance(), "light")
    for choice, palette in (("dark", DARK), ("light", LIGHT)):
        theme.choose(choice)
        (path,) = set(re.findall(r'url\("(.*chevron-down.svg)"\)', QApplication.instance().styleSheet()))
        assert palette.muted in Path(path).read_text(encoding="utf-8")


def test_a_theme_outlives_the_buttons_it_dressed(qtbot):
    theme = Theme(QApplication.instance(), "light")
    button = QToolButton()
    theme.dress(button, "play")
    shiboken6.delete(button)
    theme.choose("dark")
    assert theme.palette is DARK


def test_fonts_grow_with_the_base_and_titles_are_bolder(qtbot):
    theme = Theme(QApplication.instance(), "light")
    sizes = [theme.font(role).pixelSize() for role in ("caption", "base", "title")]
    assert sizes == sorted(sizes)
    assert theme.font("title").weight() > theme.font("base").weight()


def test_the_style_sheet_grows_with_the_base_and_leaves_no_token_open():
    sheet = stylesheet(DARK, 26)
    assert "font-size: 34px" in sheet
    assert "$" not in sheet


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_tinted_and_drawn(qtbot, name):
    assert b"currentColor" not in svg_of(name, "#123456")
    image = pixmap(name, "#123456", 16).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16))


def test_icons_come_with_their_licence_and_without_scripts():
    assert "ISC License" in resource("icons", "LICENSE").read_text(encoding="utf-8")
    for name in ICONS:
        assert not re.search(rb"<script|href=", svg_of(name, "#000000")), name


def test_an_icon_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="no icon named 'unicorn'"):
        svg_of("unicorn", "#000000")


def test_numbers_have_a_true_minus_and_unknown_ones_a_dash():
    assert [signed(-0.004), signed(-1.5, 1), signed(float("nan"))] == ["0.00", "\u22121.5", "\u2013"]
    assert count(1234567) == "1,234,567"


def test_clock_truncates_and_knows_hours():
    assert [clock(59.99), clock(59.99, tenths=True), clock(3600), clock(-1)] == [
        "0:59",
        "0:59.9",
        "1:00:00",
        "0:00",
    ]
