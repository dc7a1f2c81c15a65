"""F1, the search and the links of the help."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QDialog

import merdesk.ui
from merdesk.resources import resource
from merdesk.settings import Settings
from merdesk.ui.help.window import HelpWindow
from merdesk.ui.settings_dialog import SettingsDialog
from merdesk.ui.top_bar import ANNOTATE, PAGES


@pytest.fixture
def shown(qtbot):
    made = HelpWindow()
    qtbot.addWidget(made)
    made.show_topic("explore")
    return made


def titles(shown):
    return [shown.list.item(place).text() for place in range(shown.list.count())]


def test_f1_explains_the_page_that_is_shown(window):
    for page, name in enumerate(PAGES):
        window.workspace.show_page(page)
        window.do("help")
        assert window.workspace.commands._help.text.toPlainText().startswith(name)
    window.workspace.show_page(ANNOTATE)
    window.do("help")
    assert window.workspace.commands._help.windowTitle() == "Annotate \N{EN DASH} Help"


def test_a_link_shows_its_page_and_back_returns(shown):
    shown.text.anchorClicked.emit(QUrl("intervals.md"))
    assert shown.name == "intervals"
    assert shown.list.currentItem().text() == "Intervals"
    shown.back()
    assert shown.name == "explore"
    assert not shown._back.isEnabled()


@pytest.mark.parametrize("link", ["https://example.org/intervals.md", "file:///etc/passwd", "nowhere.md"])
def test_no_link_leads_elsewhere(shown, link):
    shown.text.anchorClicked.emit(QUrl(link))
    assert shown.name == "explore"
    assert shown.text.loadResource(2, QUrl(link)) is None


def test_a_search_lists_what_it_finds_and_says_when_it_finds_nothing(shown):
    shown.finder.setText("Krippendorff")
    assert titles(shown)[0] == "Agreement of annotators"
    shown.finder.setText("xylophone")
    assert titles(shown) == []
    assert not shown._nothing.isHidden()
    shown.finder.clear()
    assert "The window" in titles(shown)


def test_enter_goes_from_the_search_to_the_first_page_found(qtbot, shown):
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    shown.finder.setFocus()
    qtbot.waitUntil(shown.finder.hasFocus)
    qtbot.keyClicks(shown.finder, "shrinkage")
    qtbot.keyPress(shown.finder, "\r")
    assert shown.name == "shrinkage"


def test_escape_empties_the_search_before_it_closes(qtbot, shown):
    shown.show()
    shown.finder.setText("bias")
    qtbot.keyPress(shown, "\x1b")
    assert shown.finder.text() == ""
    assert shown.isVisible()
    qtbot.keyPress(shown, "\x1b")
    assert shown.result() == QDialog.DialogCode.Rejected


def test_f1_in_a_dialog_explains_it_above_it(qtbot, theme):
    dialog = SettingsDialog(Settings(), offered={"output_device": {"": "The system's choice"}})
    qtbot.addWidget(dialog)
    dialog.setModal(True)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_F1)
    (shown,) = dialog.findChildren(HelpWindow)
    assert shown.name == "start"
    assert shown.isVisible()


def test_every_dialog_has_its_page():
    without = {"AboutDialog", "CrashDialog", "HelpWindow", "ShortcutsDialog"}
    texts = [path.read_text(encoding="utf-8") for path in Path(merdesk.ui.__file__).parent.rglob("*.py")]
    dialogs = [text for text in texts if re.search(r"class \w+\(QDialog\)", text)]
    lacking = {
        re.findall(r"class (\w+)\(QDialog\)", text)[0] for text in dialogs if "HelpKey(self" not in text
    }
    assert lacking == without
    for text in dialogs:
        for name in re.findall(r'HelpKey\(self, "(\w+)"\)', text):
            assert resource("help", f"{name}.md").is_file()
