"""Agreement is seen while people rate, and nobody waits for it."""

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from merdesk.domain.affect import Affect
from merdesk.domain.rating import Rating
from merdesk.project import annotators, ratings
from merdesk.ui.annotate.live_quality import LiveQuality
from merdesk.ui.annotate.quality_dialog import FEW, QualityDialog


@pytest.fixture
def rate(window):
    """Rate the first clips in somebody's name, as the page does."""
    session = window.workspace.session

    def rate(name, values):
        who = annotators.named(session.project, name)
        for clip_id, value in zip(session.columns.ids.tolist(), values, strict=False):
            rating = Rating(Affect(float(value), 0.0))
            session.edit(
                lambda clip_id=clip_id, rating=rating: ratings.give(
                    session.project, clip_id=clip_id, annotator_id=who, rating=rating
                )
            )

    return rate


@pytest.fixture
def dialog(window, qtbot):
    """The dialog as the menu opens it, beside the window."""
    window.do("rating_quality")
    found = window.findChild(QualityDialog)
    qtbot.waitUntil(lambda: "ratings" in found.note.text() and "Looking" not in found.note.text())
    yield found
    found.close()


def test_agreement_follows_the_ratings_while_the_dialog_is_open(qtbot, dialog, rate):
    assert dialog.note.text().endswith(FEW)
    assert dialog.agreed.rowCount() == 0
    rate("Ann", np.linspace(-0.8, 0.8, 4))
    rate("Ben", np.linspace(-0.7, 0.9, 4))
    qtbot.waitUntil(lambda: dialog.note.text() == "8 ratings by 2 people, as they come in.")
    assert dialog.agreed.item(0, 0).text() == "All clips"
    before = dialog.agreed.item(0, 3).text()
    rate("Ben", np.linspace(0.9, -0.7, 4))
    qtbot.waitUntil(lambda: dialog.agreed.item(0, 3).text() != before)


def test_a_tab_is_filled_when_it_comes_in_sight(qtbot, dialog, rate):
    rate("Ann", (0.5, -0.5))
    qtbot.waitUntil(lambda: dialog.note.text().startswith("2 ratings"))
    assert dialog.consensus.table.rowCount() == 0
    dialog.tabs.setCurrentWidget(dialog.consensus)
    assert dialog.consensus.table.rowCount() == 2


def test_nothing_is_computed_for_a_dialog_that_is_closed(qtbot, window, dialog, rate):
    dialog.close()
    with qtbot.waitSignal(window.workspace.session.changed):
        rate("Ann", (0.5,))
    assert not dialog.findChild(LiveQuality).findChild(QTimer).isActive()
    assert dialog.note.text().startswith("0 ratings")
    window.do("rating_quality")
    qtbot.waitUntil(lambda: dialog.note.text().startswith("1 rating"))
