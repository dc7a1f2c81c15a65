"""The clips of a finding as a table."""

from PySide6.QtCore import Qt

from merdesk.ui.doctor.clip_model import PLAIN, REPAIRED, FindingClips
from merdesk.workflows.diagnose import PreviewRow


def test_values_of_a_finding_line_up_and_say_that_they_are_as_filed(qapp):
    clips = FindingClips()
    clips.show_rows(
        [PreviewRow(1, "a", "A", (3.1, 5.0), (5.0, 3.1)), PreviewRow(2, "b", "B", (4.0, 2.5), (2.5, 4.0))]
    )
    assert [clips.headerData(n, Qt.Orientation.Horizontal) for n in range(6)] == list(REPAIRED)
    assert [clips.text(1, n) for n in range(2, 6)] == ["4.0", "2.5", "2.5", "4.0"]
    clips.show_rows(
        [
            PreviewRow(1, "a", "A", (3.0, 5.0), (3.0, 5.0)),
            PreviewRow(2, "b", "B", (float("nan"), 1e-9), (4.0, 2.0)),
        ]
    )
    assert [clips.headerData(n, Qt.Orientation.Horizontal) for n in range(4)] == list(PLAIN)
    assert [clips.text(0, n) for n in (2, 3)] == ["3", "5"]
    assert clips.text(1, 3) == "1e-09".replace("-", "\N{MINUS SIGN}")
