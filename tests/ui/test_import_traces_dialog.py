"""The dialog asks what trace files do not say, and nothing else."""

import pytest
from PySide6.QtWidgets import QDialog

from merdesk.project import annotators, ratings
from merdesk.ui.import_traces import TracesDialog
from merdesk.workflows.workflow import run_here

CARMA = """Time of Rating,2014-05-01
Multimedia File,{media}
Lower Label,low
Upper Label,high
Minimum Value,-100
Maximum Value,100
Number of Steps,9
Second,Rating
%%%%%%,%%%%%%
1,50
2,-10
"""


@pytest.fixture
def open_dialog(qtbot, session, music, tmp_path):
    media = min(path.name for path in (music / "album").iterdir())

    def opener(name):
        path = tmp_path / name.format(stem=media.rsplit(".", 1)[0])
        path.write_text(CARMA.format(media=media), encoding="utf-8")
        dialog = TracesDialog(session, [path])
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return opener


def test_a_dimension_and_a_name_are_asked_for_and_kept(open_dialog, session):
    dialog = open_dialog("trace.csv")
    assert not dialog.go.isEnabled()
    dialog.dimensions[1].setChecked(True)
    assert not dialog.go.isEnabled()
    dialog.name.setText("Ann")
    dialog.go.click()
    assert dialog.result() == QDialog.DialogCode.Accepted
    run_here(dialog.workflow)
    (given,) = ratings.all(session.project)
    assert given.kind == "trace"
    assert [one.name for one in annotators.all(session.project, annotators.WINDOW)] == ["Ann"]


def test_a_name_in_the_files_name_is_proposed(open_dialog):
    assert open_dialog("{stem}_ben.csv").name.text() == "ben"
