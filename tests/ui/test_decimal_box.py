"""Numbers are shown and read with a point, also where the system's language has a comma."""

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QComboBox

import merdesk.ui
from merdesk.ui.decimal_box import DecimalBox, WholeBox


@pytest.fixture
def german():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def box(qtbot, german):
    made = DecimalBox()
    made.setRange(-10, 10)
    qtbot.addWidget(made)
    return made


def test_a_value_is_shown_with_a_point(box):
    box.setValue(-2.5)
    assert box.text() == "-2.50"


@pytest.mark.parametrize("typed", ["0.5", "0,5", "-1,25", "-1.25"])
def test_both_signs_are_read_as_the_same_number(qtbot, box, typed):
    box.selectAll()
    qtbot.keyClicks(box, typed)
    box.interpretText()
    assert box.value() == float(typed.replace(",", "."))


def test_no_field_of_the_window_is_a_plain_one():
    made = [
        path.name
        for path in Path(merdesk.ui.__file__).parent.rglob("*.py")
        if "QDoubleSpinBox()" in path.read_text(encoding="utf-8")
    ]
    assert made == []


def first_ink(qtbot, field):
    """Column where the writing begins in a field of this width."""
    field.setFixedSize(120, 30)
    qtbot.addWidget(field)
    field.show()
    picture = field.grab().toImage()
    ground = picture.pixelColor(3, 15).lightness()
    inked = [
        x
        for x in range(3, 60)
        if any(abs(picture.pixelColor(x, y).lightness() - ground) > 60 for y in range(8, 22))
    ]
    return inked[0]


@pytest.mark.parametrize("kind", [WholeBox, DecimalBox])
def test_numbers_begin_where_words_begin(qtbot, kind, theme):
    words, number = QComboBox(), kind()
    words.addItem("8")
    number.setValue(8)
    assert abs(first_ink(qtbot, words) - first_ink(qtbot, number)) <= 1
