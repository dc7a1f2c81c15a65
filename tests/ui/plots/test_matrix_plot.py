"""The heat map: what its cells say, how mouse and keyboard go through it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from merdesk.ui.plots.matrix import MatrixPlot
from merdesk.ui.plots.matrix_cell import MatrixCell

ROWS, COLUMNS = ("Ash", "Birch", "All others"), ("Ash", "Birch")


def cell(share, **changes):
    return MatrixCell(share, f"{share:.2f}", "0.10 to 0.90", words=f"cell {share}", **changes)


@pytest.fixture
def plot(qtbot, theme):
    made = MatrixPlot(theme)
    qtbot.addWidget(made)
    made.resize(700, 260)
    cells = {(row, column): cell(0.1 * (4 * row + column)) for row in range(2) for column in range(4)}
    cells[2, 1] = cell(0.95)
    made.show_cells(ROWS, COLUMNS, cells, split=2)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_first_cell_is_picked_and_said(plot):
    assert plot.picked == (0, 0)
    assert plot.accessibleName() == "Cross-dataset matrix"
    assert plot.accessibleDescription() == "cell 0.0"


def test_arrows_move_from_valence_to_arousal_and_over_holes(qtbot, plot):
    for key, place in (
        (Qt.Key.Key_Right, (0, 1)),
        (Qt.Key.Key_Right, (0, 2)),
        (Qt.Key.Key_Down, (1, 2)),
        (Qt.Key.Key_Down, (1, 2)),
        (Qt.Key.Key_Left, (1, 1)),
        (Qt.Key.Key_Down, (2, 1)),
        (Qt.Key.Key_Left, (2, 1)),
    ):
        qtbot.keyClick(plot, key)
        assert plot.picked == place


def test_enter_and_a_double_click_open_a_cell(qtbot, plot):
    with qtbot.waitSignal(plot.cell_opened) as opened:
        qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert opened.args == [0, 0]
    at = plot.rect_of((1, 3)).center().toPoint()
    with qtbot.waitSignal(plot.cell_picked) as picked:
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=at)
    assert picked.args == [1, 3]
    with qtbot.waitSignal(plot.cell_opened) as opened:
        qtbot.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=at)
    assert opened.args == [1, 3]


def test_a_click_beside_the_cells_changes_nothing(qtbot, plot):
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert plot.picked == (0, 0)


def test_better_cells_have_the_colour_of_the_palette(plot, theme):
    picture = plot.grab().toImage()
    ratio = picture.devicePixelRatio()

    def colour(place):
        box = plot.rect_of(place)
        return picture.pixelColor(int((box.left() + 4) * ratio), int((box.top() + 14) * ratio))

    assert colour((2, 1)) == QColor(theme.palette.numeric(0.95))
    assert colour((1, 0)) == QColor(theme.palette.numeric(0.4))


def test_the_picked_cell_is_kept_when_numbers_change(qtbot, plot):
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    plot.show_cells(ROWS[:2], COLUMNS, {(0, 1): cell(0.5), (0, 0): cell(0.2)})
    assert plot.picked == (0, 1)
    plot.show_cells(ROWS[:1], COLUMNS[:1], {(0, 0): cell(0.2)})
    assert plot.picked == (0, 0)


def test_an_empty_matrix_takes_keys_without_harm(qtbot, theme):
    empty = MatrixPlot(theme)
    qtbot.addWidget(empty)
    empty.show_cells((), (), {})
    qtbot.keyClick(empty, Qt.Key.Key_Right)
    assert empty.picked is None
    empty.grab()
