"""The gap in the Models page: bars beside their nulls, with n, and what was not tested said."""

import pytest
from helpers.study import FEATURES, make_study

from merdesk.project.project import Project
from merdesk.ui.models.gap_view import GapView
from merdesk.workflows.gap import MeasureGap
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The gap of two datasets whose valence differs."""
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", n_datasets=2, n_groups=12, shift=0.5)
    with Project.open(path) as project:
        return run_here(MeasureGap(project, (FEATURES,)))


def test_each_pair_has_a_bar_beside_its_null_with_p_and_n(qtbot, theme, found):
    view = GapView(theme)
    qtbot.addWidget(view)
    view.show_gap(found)
    (bar,) = view.bars.bars
    assert bar.name == "Ash and Birch"
    assert bar.value > bar.null_high
    assert bar.words[0].endswith("one of many")
    assert bar.words[1] == "n 24 and 24, groups 12 and 12"
    view.distance.setCurrentIndex(view.distance.findText("Annotations: Both, energy distance"))
    assert "over all pairs" in view.bars.bars[0].words[0]
    assert "Ash and Birch" in view.bars.accessibleDescription()


def test_it_asks_with_or_without_the_control_of_format(qtbot, theme):
    view = GapView(theme)
    qtbot.addWidget(view)
    view.same_format.setChecked(True)
    with qtbot.waitSignal(view.asked) as asked:
        view.compute.click()
    assert asked.args == [True]
