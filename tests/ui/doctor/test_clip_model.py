"""The clips of a finding as a table."""

import math

from PySide6.QtCore import Qt

from merdesk.ui.doctor.clip_model import PLAIN, REPAIRED, FindingClips
from merdesk.workflows.diagnose import PreviewRow

SPREAD = (1.0, 1.0)


def preview(clip_id, filed, repaired):
    return PreviewRow(str(clip_id), clip_id, "", filed, repaired, SPREAD, SPREAD)


def heads(clips):
    return [clips.headerData(n, Qt.Orientation.Horizontal) for n in range(clips.columnCount())]


def test_values_line_up_beside_what_the_repair_makes_of_them():
    clips = FindingClips()
    clips.show_rows([preview(1, (3.1, 5.0), (5.0, 3.1)), preview(2, (4.0, 2.5), (2.5, 4.0))])
    assert heads(clips) == list(REPAIRED)
    assert [clips.text(1, n) for n in range(2, 6)] == ["4.0", "2.5", "2.5", "4.0"]


def test_values_that_no_repair_changes_are_said_to_be_as_filed():
    clips = FindingClips()
    clips.show_rows([preview(1, (3.0, 5.0), (3.0, 5.0)), preview(2, (math.nan, 1e-9), (math.nan, 1e-9))])
    assert heads(clips) == list(PLAIN)
    assert [clips.text(0, n) for n in (2, 3)] == ["3", "5"]
    assert clips.text(1, 3) == "1e\N{MINUS SIGN}09"
