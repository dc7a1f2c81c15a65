"""The waveform and the traces: what is drawn for which samples, and where a click seeks to."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from merdesk.audio.envelope import Envelope
from merdesk.ui.plots.trace import Trace, TraceView
from merdesk.ui.plots.waveform import PITCH_PX, WaveformView
from merdesk.ui.theme.theme import Theme


@pytest.fixture
def theme(qapp):
    return Theme(QApplication.instance(), "dark")


@pytest.fixture
def waveform(qtbot, theme):
    view = WaveformView(theme)
    qtbot.addWidget(view)
    view.resize(300, 60)
    view.show()
    return view


@pytest.fixture
def traces(qtbot, theme):
    view = TraceView(theme)
    qtbot.addWidget(view)
    view.resize(300, 80)
    view.show()
    return view


def column(widget, x):
    image = widget.grab().toImage()
    return [image.pixelColor(x, y).name() for y in range(image.height())]


def sound(low, high, duration_s):
    return Envelope.of_bins(low, high, bin_s=duration_s / len(low), duration_s=duration_s)


def test_a_bar_goes_from_the_lowest_to_the_highest_sample_of_its_time(waveform):
    low, high = np.zeros(1000), np.zeros(1000)
    low[100], high[900] = -0.25, 0.5
    waveform.set_envelope(sound(low, high, 10.0), 10.0)
    drawn_low, drawn_high = waveform.bars()
    assert len(drawn_low) == 300 // PITCH_PX
    assert drawn_low[10] == -0.5
    assert drawn_high[90] == 1.0
    assert np.count_nonzero(drawn_low) == np.count_nonzero(drawn_high) == 1


def test_no_peak_is_lost_at_any_width(waveform):
    rng = np.random.default_rng(0)
    high = rng.random(977)
    waveform.set_envelope(sound(-high, high, 10.0), 10.0)
    for width in (31, 200, 1500):
        waveform.resize(width, 60)
        assert waveform.bars()[1].max() == 1.0
        assert len(waveform.bars()[1]) == max(1, width // PITCH_PX)


def test_the_played_part_is_in_the_accent_and_the_rest_is_not(waveform, theme):
    waveform.set_envelope(sound(-np.ones(100), np.ones(100), 10.0), 10.0)
    waveform.set_position(5.0)
    assert theme.palette.accent in column(waveform, 30)
    assert theme.palette.accent not in column(waveform, 270)
    assert theme.palette.bars in column(waveform, 270)
    waveform.set_position(1.0)
    assert theme.palette.accent not in column(waveform, 90)


def test_a_clip_that_is_not_decoded_yet_is_a_quiet_line_that_can_be_sought(qtbot, waveform):
    waveform.set_envelope(None, 8.0)
    assert not waveform.grab().isNull()
    with qtbot.waitSignal(waveform.seek_requested) as sought:
        qtbot.mouseClick(waveform, Qt.MouseButton.LeftButton, pos=QPoint(150, 30))
    assert sought.args == [4.0]


def test_dragging_seeks_and_stays_within_the_clip(qtbot, waveform):
    waveform.set_envelope(sound(-np.ones(10), np.ones(10), 10.0), 10.0)
    sought = []
    waveform.seek_requested.connect(sought.append)
    qtbot.mousePress(waveform, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    qtbot.mouseMove(waveform, QPoint(600, 30))
    qtbot.mouseRelease(waveform, Qt.MouseButton.LeftButton, pos=QPoint(600, 30))
    assert sought[0] == 1.0
    assert sought[-1] == 10.0


def test_arrow_keys_seek_by_five_seconds(qtbot, waveform):
    waveform.set_envelope(sound(-np.ones(10), np.ones(10), 12.0), 12.0)
    waveform.set_position(3.0)
    for key, expected in ((Qt.Key.Key_Right, 8.0), (Qt.Key.Key_Left, 0.0)):
        with qtbot.waitSignal(waveform.seek_requested) as sought:
            qtbot.keyClick(waveform, key)
        assert sought.args == [expected]


def test_nothing_is_sought_without_a_clip(qtbot, waveform):
    with qtbot.assertNotEmitted(waveform.seek_requested):
        qtbot.mouseClick(waveform, Qt.MouseButton.LeftButton, pos=QPoint(150, 30))


def test_a_constant_trace_is_drawn_from_end_to_end_at_its_height(traces, theme):
    traces.set_traces(Trace(np.array([0.0]), np.array([[0.5, -0.5]])), None, 10.0)
    for x in (20, 150, 280):
        names = column(traces, x)
        assert any(theme.palette.valence in names[y] for y in range(15, 26)), x
        assert any(theme.palette.arousal in names[y] for y in range(55, 66)), x


def test_a_gap_in_a_trace_stays_a_gap(traces, theme):
    times = np.linspace(0, 10, 101)
    affect = np.full((101, 2), 0.5)
    affect[40:60] = np.nan
    traces.set_traces(Trace(times, affect), None, 10.0)
    traces.set_position(9.9)
    assert theme.palette.arousal in column(traces, 60)
    assert theme.palette.arousal not in column(traces, 150)


def test_a_trace_with_spread_has_a_band(traces):
    times = np.linspace(0, 10, 50)
    affect = np.zeros((50, 2))
    traces.set_traces(Trace(times, affect), None, 10.0)
    plain = len(set(column(traces, 200)))
    traces.set_traces(Trace(times, affect, np.full((50, 2), 0.3)), None, 10.0)
    assert len(set(column(traces, 200))) > plain


def test_a_trace_is_read_between_its_points_and_held_at_its_ends():
    trace = Trace(np.array([1.0, 3.0]), np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert trace.at(2.0) == (0.5, 0.5)
    assert trace.at(9.0) == (1.0, 0.0)


def test_a_trace_whose_times_do_not_fit_is_refused():
    with pytest.raises(ValueError, match="3 times"):
        Trace(np.zeros(3), np.zeros((2, 2)))


def test_a_click_on_the_traces_seeks(qtbot, traces):
    traces.set_traces(None, None, 20.0)
    with qtbot.waitSignal(traces.seek_requested) as sought:
        qtbot.mouseClick(traces, Qt.MouseButton.LeftButton, pos=QPoint(75, 30))
    assert sought.args == [5.0]
