"""Starting the window: the frame is painted before the project is read."""

from PySide6.QtWidgets import QWidget

from merdesk.app import FirstPaint


class Window(QWidget):
    def __init__(self, said):
        super().__init__()
        self.said = said

    def paintEvent(self, event):
        self.said.append("painted")


def test_the_window_is_filled_once_and_after_it_was_painted(qtbot):
    said = []
    window = Window(said)
    qtbot.addWidget(window)
    FirstPaint(window, lambda: said.append("filled")).begin()
    qtbot.waitUntil(lambda: "filled" in said)
    window.repaint()
    qtbot.wait(1)
    assert said[:2] == ["painted", "filled"]
    assert said.count("filled") == 1


def test_a_window_that_is_never_painted_is_filled_all_the_same(qtbot):
    said = []
    window = Window(said)
    qtbot.addWidget(window)
    window.show = lambda: None
    FirstPaint(window, lambda: said.append("filled")).begin()
    qtbot.waitUntil(lambda: said == ["filled"])
