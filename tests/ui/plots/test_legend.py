"""The legend: rows, counts, switches; markers and their swatches."""

import numpy as np
import pytest
from helpers.columns import GENRES, some_columns
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from merdesk.ui.plots.colouring import colouring_of
from merdesk.ui.plots.legend import ColourBar, Legend, LegendEntry, entries_of
from merdesk.ui.plots.markers import MARKERS, marker_of, paint_marker
from merdesk.ui.theme.palette import DARK
from merdesk.ui.theme.theme import Theme

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def theme(qapp):
    return Theme(QApplication.instance(), "dark")


@pytest.fixture
def legend(qtbot, theme):
    legend = Legend(theme, "Genre")
    qtbot.addWidget(legend)
    legend.set_entries([LegendEntry(name, name, 5, "#ff0000") for name in ("Blues", "Jazz", "Pop")])
    legend.resize(220, 90)
    legend.show()
    return legend


def test_a_click_switches_a_genre_off_and_on(qtbot, legend):
    with qtbot.waitSignal(legend.toggled) as toggled:
        qtbot.mouseClick(legend.rows[1], LEFT)
    assert toggled.args == [frozenset({"Jazz"})]
    assert [row.isChecked() for row in legend.rows] == [True, False, True]
    qtbot.mouseClick(legend.rows[1], LEFT)
    assert legend.hidden_keys == frozenset()


def test_a_double_click_shows_a_genre_alone_and_another_brings_all_back(qtbot, legend):
    for expected in ({"Blues", "Pop"}, set()):
        qtbot.mouseClick(legend.rows[1], LEFT)
        qtbot.mouseDClick(legend.rows[1], LEFT)
        assert legend.hidden_keys == expected


def test_switches_are_reached_by_keyboard_and_have_names(qtbot, legend):
    row = legend.rows[0]
    assert row.accessibleName() == "Blues, 5 clips"
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Space)
    assert legend.hidden_keys == {"Blues"}


def test_new_counts_keep_the_switches(qtbot, legend):
    rows = legend.rows
    legend.set_hidden({"Pop"})
    legend.set_entries([LegendEntry(name, name, 1, "#ff0000") for name in ("Blues", "Jazz", "Pop")])
    assert legend.rows == rows
    assert legend.rows[2].accessibleName() == "Pop, 1 clip"
    assert legend.hidden_keys == {"Pop"}


def test_a_genre_that_is_gone_is_no_longer_hidden(legend):
    legend.set_hidden({"Pop"})
    legend.set_entries([LegendEntry("Blues", "Blues", 2)])
    assert legend.hidden_keys == frozenset()
    assert [row.entry.key for row in legend.rows] == ["Blues"]


def test_setting_what_is_hidden_tells_nobody(qtbot, legend):
    with qtbot.assertNotEmitted(legend.toggled):
        legend.set_hidden({"Pop"})


def test_a_row_shows_its_colour_until_it_is_switched_off(qtbot, legend):
    def reds():
        image = legend.rows[0].grab().toImage()
        pixels = ((x, y) for x in range(30) for y in range(image.height()))
        return sum(image.pixelColor(x, y).name() == "#ff0000" for x, y in pixels)

    assert reds() > 20
    qtbot.mouseClick(legend.rows[0], LEFT)
    assert reds() == 0


def test_rows_count_the_visible_clips_of_each_genre():
    columns = some_columns(100)
    visible = np.arange(100) < 40
    entries = entries_of(colouring_of(columns, "genre", DARK), visible)
    assert [entry.label for entry in entries] == list(GENRES)
    assert [entry.count for entry in entries] == np.bincount(columns.genre[:40], minlength=4).tolist()
    assert [entry.colour for entry in entries] == [dict(DARK.genres)[name] for name in GENRES]


def test_clips_without_a_split_have_a_row_of_their_own():
    (entry,) = entries_of(colouring_of(some_columns(10), "split", DARK))
    assert (entry.label, entry.count, entry.colour) == ("No split", 10, DARK.faint)


def test_the_colour_bar_names_its_ends(qtbot, theme):
    bar = ColourBar(theme)
    qtbot.addWidget(bar)
    columns = some_columns(50)
    colouring = colouring_of(columns, "spread", DARK)
    bar.set_colouring(colouring)
    assert bar.accessibleName() == f"Annotator spread from 0 to {colouring.bounds[1]:.2f} or more"
    assert not bar.grab().isNull()


def test_markers_look_equally_large_and_differ(qapp):
    areas, pictures = [], set()
    for marker in MARKERS:
        image = QImage(40, 40, QImage.Format.Format_Grayscale8)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_marker(painter, marker, QPointF(20, 20), 20, QColor("white"))
        painter.end()
        values = np.frombuffer(image.constBits(), np.uint8)
        areas.append(values.sum() / 255)
        pictures.add(values.tobytes())
    assert len(pictures) == len(MARKERS)
    assert max(areas) / min(areas) < 1.6


def test_after_the_last_marker_they_begin_again():
    assert marker_of(0) == marker_of(len(MARKERS)) == "circle"


def test_a_click_with_a_key_selects_the_clips_of_a_row_and_switches_nothing(qtbot, legend):
    for key, how in (
        (Qt.KeyboardModifier.ShiftModifier, "add"),
        (Qt.KeyboardModifier.ControlModifier, "toggle"),
    ):
        with qtbot.waitSignal(legend.select_asked) as asked:
            qtbot.mouseClick(legend.rows[1], LEFT, key)
        assert asked.args == ["Jazz", how]
    assert legend.hidden_keys == frozenset()


def test_a_legend_that_selects_never_hides(qtbot, theme):
    legend = Legend(theme, "Artist", selects=True)
    qtbot.addWidget(legend)
    legend.set_entries([LegendEntry(name, name, 5, "#ff0000") for name in ("One", "Two")])
    with qtbot.waitSignal(legend.select_asked) as asked:
        qtbot.mouseClick(legend.rows[0], LEFT)
    assert asked.args == ["One", "replace"]
    qtbot.mouseDClick(legend.rows[0], LEFT)
    assert all(row.isChecked() for row in legend.rows)
    assert legend.hidden_keys == frozenset()
