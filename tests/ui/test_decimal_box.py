"""Numbers are shown and read with a point, also where the system's language has a comma."""

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

import merdesk.ui
from merdesk.ui.decimal_box import DecimalBox


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
