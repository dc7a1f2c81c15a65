"""Zoom and pan of what lies over time, by wheel and keys, and the bars that are drawn for it."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from merdesk.audio.envelope import Envelope
from merdesk.ui.plots.strip import StripView, ramp
from merdesk.ui.plots.timeline import SHORTEST_S, TimeSpan
from merdesk.ui.plots.waveform import WaveformView
from merdesk.ui.theme.palette import DARK, LIGHT, contrast
from merdesk.ui.theme.theme import Theme

RATE_HZ = 8000


@pytest.fixture
def theme(qapp):
    return Theme(QApplication.instance(), "dark")


@pytest.fixture
def span():
    span = TimeSpan()
    span.set_duration(10.0)
    return span


@pytest.fixture
def waveform(qtbot, theme, span):
    view = WaveformView(theme, span)
    qtbot.addWidget(view)
    view.resize(300, 60)
    view.show()
    return view


@pytest.fixture
def strip(qtbot, theme, span):
    view = StripView(theme, "chroma", span)
    qtbot.addWidget(view)
    view.resize(300, 48)
    view.show()
    return view


def wheel(view, x, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    at = QPointF(x, 10)
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def test_the_wheel_zooms_and_what_is_under_the_mouse_stays_there(waveform, span):
    for _ in range(5):
        wheel(waveform, 90, 1)
    assert span.shown_s == pytest.approx(10 / 1.0015**600)
    assert (3.0 - span.start_s) / span.shown_s == pytest.approx(0.3)
    for _ in range(9):
        wheel(waveform, 90, -1)
    assert (span.start_s, span.stop_s) == (0.0, 10.0)


def test_shift_and_wheel_pan_and_stop_at_the_ends(waveform, span):
    span.zoom(4, 0.0)
    wheel(waveform, 90, -1, Qt.KeyboardModifier.ShiftModifier)
    assert span.start_s == pytest.approx(0.625)
    for _ in range(30):
        wheel(waveform, 90, -1, Qt.KeyboardModifier.ShiftModifier)
    assert span.stop_s == pytest.approx(10.0)
    assert span.shown_s == pytest.approx(2.5)


def test_keys_zoom_around_the_playhead_pan_and_show_all(qtbot, waveform, span):
    waveform.set_position(6.0)
    qtbot.keyClick(waveform, Qt.Key.Key_Plus)
    assert span.start_s == pytest.approx(2.0)
    assert span.shown_s == pytest.approx(10 / 1.5)
    qtbot.keyClick(waveform, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert span.start_s == pytest.approx(2.0 - 10 / 1.5 / 4)
    qtbot.keyClick(waveform, Qt.Key.Key_Minus)
    qtbot.keyClick(waveform, Qt.Key.Key_Plus)
    qtbot.keyClick(waveform, Qt.Key.Key_0)
    assert span.is_whole


def test_zooming_ends_where_bars_are_exact(span):
    for _ in range(100):
        span.zoom(2, 5.0)
    assert span.shown_s == pytest.approx(SHORTEST_S)


def test_the_page_turns_when_the_playhead_leaves_it_and_not_when_one_looks_elsewhere(span):
    span.zoom(5, 0.0)
    span.follow(1.99, 2.03)
    assert (span.start_s, span.stop_s) == pytest.approx((2.03, 4.03))
    span.pan(4.0)
    span.follow(2.03, 2.07)
    assert span.start_s == pytest.approx(6.03)


def test_who_saw_the_whole_clip_sees_the_whole_of_the_next(span):
    span.set_duration(30.0)
    assert span.stop_s == 30.0
    span.zoom(10, 15.0)
    span.set_duration(20.0)
    assert span.shown_s == pytest.approx(3.0)


@pytest.mark.parametrize("shown_s", [10.0, 2.0, 0.3, SHORTEST_S])
def test_bars_are_the_extremes_of_their_samples_at_any_zoom(waveform, span, shown_s):
    y = np.random.default_rng(0).normal(size=10 * RATE_HZ).astype("f4") * 0.1
    y[:16] = 1.0
    waveform.set_envelope(Envelope.of(y, RATE_HZ), 10.0)
    span.zoom(10.0 / shown_s, 5.0)
    low, high = waveform.bars()
    edges = (span.start_s + span.shown_s * np.arange(len(low) + 1) / len(low)) * RATE_HZ
    # A bin of the envelope has 16 frames: a bar may take in what lies that near, and misses nothing of its own.
    slack = max(16, (edges[1] - edges[0]) / 2)
    for bar, (first, last) in enumerate(pairwise(edges)):
        own = y[int(first) : max(int(last), int(first) + 1)]
        near = y[max(0, int(first - slack)) : int(last + slack) + 1]
        assert own.max() <= high[bar] + 1e-6 <= near.max() + 2e-6
        assert own.min() >= low[bar] - 1e-6 >= near.min() - 2e-6


def test_a_click_seeks_to_the_time_that_is_shown_there(qtbot, waveform, span):
    waveform.set_envelope(None, 10.0)
    span.zoom(10, 5.0)
    with qtbot.waitSignal(waveform.seek_requested) as sought:
        qtbot.mouseClick(waveform, Qt.MouseButton.LeftButton, pos=QPoint(150, 30))
    assert sought.args == pytest.approx([5.0], abs=0.01)


def test_a_strip_is_drawn_where_its_stretch_lies(strip, span):
    shades = np.zeros((12, 10), np.uint8)
    shades[0, 7] = 255
    strip.show_shades(shades, 0.0, 10.0)
    strongest = strip.grab().toImage().pixelColor(225, 46).name()
    assert strongest == ramp(DARK)[-1]
    span.zoom(2, 10.0)
    image = strip.grab().toImage()
    assert image.pixelColor(150, 46).name() == strongest
    assert image.pixelColor(270, 46).name() == DARK.panel


def test_beside_a_finer_picture_the_coarse_one_of_the_whole_clip_stays(strip, span):
    coarse, fine = np.full((12, 10), 255, np.uint8), np.zeros((12, 10), np.uint8)
    strip.show_shades(coarse, 0.0, 10.0)
    span.zoom(5, 0.0)
    strip.show_shades(fine, 0.0, 1.0)
    image = strip.grab().toImage()
    assert image.pixelColor(100, 20).name() == DARK.panel
    assert image.pixelColor(200, 20).name() == ramp(DARK)[-1]
    strip.say("")
    assert image.pixelColor(200, 20) != strip.grab().toImage().pixelColor(200, 20)


def test_a_strip_asks_for_a_new_picture_when_the_stretch_or_its_width_changes(qtbot, strip, span):
    with qtbot.waitSignal(strip.wanted):
        span.zoom(2, 1.0)
    with qtbot.waitSignal(strip.wanted):
        strip.resize(400, 48)


def test_a_strip_is_read_in_words(strip):
    strip.show_shades(np.zeros((12, 10), np.uint8), 0.0, 10.0)
    assert strip._reading(150, 47) == "0:05.0, C"
    assert strip._reading(0, 0) == "0:00.0, B"


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_stronger_stands_out_more_from_the_panel(palette):
    against = [contrast(colour, palette.panel) for colour in ramp(palette)[::8]]
    assert (np.diff(against) > 0).all()
    assert against[0] == pytest.approx(1.0)


def test_a_drag_with_shift_draws_a_loop_and_a_click_with_shift_ends_it(qtbot, waveform, span):
    shift, left = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
    sought, drawn = [], []
    waveform.seek_requested.connect(sought.append)
    waveform.loop_drawn.connect(lambda *loop: drawn.append(loop))
    for to_x in (90, 211):
        qtbot.mousePress(waveform, left, shift, QPoint(210, 30))
        qtbot.mouseMove(waveform, QPoint(to_x, 30))
        qtbot.mouseRelease(waveform, left, shift, QPoint(to_x, 30))
    assert drawn == [(pytest.approx(3.0), pytest.approx(7.0)), (pytest.approx(7.0), pytest.approx(7.0))]
    assert sought == []


def test_the_part_that_is_repeated_is_marked(waveform, span):
    span.set_loop((3.0, 7.0))
    picture = waveform.grab().toImage()
    marked, plain = (picture.pixelColor(x, 2).name() for x in (150, 30))
    assert marked != plain
