"""Filters kept under a name, in the project and in the left panel."""

import pytest
from PySide6.QtCore import Qt

from merdesk.errors import ProjectError
from merdesk.project import saved_filters
from merdesk.ui.clip_filter import Filter
from merdesk.ui.library.saved import SavedFilters

KEEPS = Filter(is_annotated=True, valence=(-0.5, 0.5))


@pytest.fixture
def saved(qtbot, theme, session):
    made = SavedFilters(session, theme)
    qtbot.addWidget(made)
    made.resize(224, 200)
    made.show()
    return made


def names(saved):
    return [each.saved.name for each in saved.rows]


def keep(qtbot, saved, session, name, chosen=KEEPS):
    session.set_filter(chosen)
    saved.ask_name()
    saved.name.setText(name)
    qtbot.keyClick(saved.name, Qt.Key.Key_Return)


def test_a_filter_is_kept_and_applied_by_a_click(qtbot, saved, session):
    keep(qtbot, saved, session, " Middle ")
    assert names(saved) == ["Middle"]
    assert saved.rows[0].isChecked()
    session.set_filter(Filter())
    assert not saved.rows[0].isChecked()
    qtbot.mouseClick(saved.rows[0], Qt.MouseButton.LeftButton)
    assert session.filter == KEEPS
    assert saved.rows[0].isChecked()


def test_keys_rename_and_delete_and_undo_brings_back(qtbot, saved, session):
    keep(qtbot, saved, session, "Middle")
    qtbot.keyClick(saved.rows[0], Qt.Key.Key_F2)
    saved.name.setText("Centre")
    qtbot.keyClick(saved.name, Qt.Key.Key_Return)
    assert names(saved) == ["Centre"]
    qtbot.keyClick(saved.rows[0], Qt.Key.Key_Delete)
    assert names(saved) == []
    assert session.undo_label() == "Delete filter Centre"
    session.undo()
    assert names(saved) == ["Centre"]
    session.undo()
    assert names(saved) == ["Middle"]
    session.undo()
    assert names(saved) == []
    session.redo()
    assert Filter.from_json(saved.rows[0].saved.filter) == KEEPS


def test_the_same_name_replaces_and_escape_gives_up(qtbot, saved, session):
    keep(qtbot, saved, session, "Middle")
    keep(qtbot, saved, session, "Middle", Filter(has_audio=True))
    assert names(saved) == ["Middle"]
    assert Filter.from_json(saved.rows[0].saved.filter) == Filter(has_audio=True)
    saved.ask_name()
    qtbot.keyClick(saved.name, Qt.Key.Key_Escape)
    assert not saved.name.isVisible()
    assert names(saved) == ["Middle"]


def test_names_are_needed_and_are_not_taken_twice(session):
    project = session.project
    saved_filters.save(project, "a", Filter().to_json())
    saved_filters.save(project, "b", Filter().to_json())
    first = saved_filters.all(project)[0].id
    with pytest.raises(ProjectError, match="named b already"):
        saved_filters.rename(project, first, "b")
    with pytest.raises(ProjectError, match="needs a name"):
        saved_filters.save(project, "  ", "{}")
