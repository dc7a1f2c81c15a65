"""The queue: what comes next, moved, removed and shuffled, as a value and in its panel."""

import pytest
from helpers.player import SILENT_CLIP, FakePlayer, find
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from merdesk.ui.player.playback import Playback
from merdesk.ui.player.queue import Queue
from merdesk.ui.player.queue_panel import SHOWN, QueuePanel
from merdesk.ui.theme.theme import Theme

ALT, PLAIN = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier


def test_what_comes_after_and_before_the_current_clip():
    queue = Queue.of([1, 2, 2, 3, 4])
    assert queue.after(2) == (3, 4)
    assert queue.before(3) == (2, 1)
    assert queue.after(None) == queue.after(9) == (1, 2, 3, 4)
    assert queue.before(9) == ()


def test_moving_and_removing_leave_what_was_played_alone():
    queue = Queue.of(range(1, 7))
    assert queue.moved(2, 0, 2).ids == (1, 2, 4, 5, 3, 6)
    assert queue.moved(2, 3, 0).ids == (1, 2, 6, 3, 4, 5)
    assert queue.without(2, {0, 3}).ids == (1, 2, 4, 5)


def test_shuffling_begins_after_the_current_clip_loses_nothing_and_can_be_taken_back():
    queue = Queue.of(range(50))
    mixed = queue.shuffled(7, seed=1)
    assert mixed.ids[0] == 7
    assert sorted(mixed.ids) == list(range(50))
    assert mixed.ids[1:] != tuple(clip_id for clip_id in range(50) if clip_id != 7)
    assert mixed.shuffled(9) is mixed
    assert mixed.in_order() == queue
    assert mixed.without(7, {0}).in_order().ids == tuple(i for i in range(50) if i != mixed.ids[1])


@pytest.fixture
def player():
    return FakePlayer()


@pytest.fixture
def playback(qtbot, player):
    playback = Playback(player, find)
    playback.set_queue([1, 2, 3, 4, 5])
    playback.play_clip(1)
    yield playback
    playback.stop()


@pytest.fixture
def panel(qtbot, playback):
    panel = QueuePanel(Theme(QApplication.instance(), "dark"), playback)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def titles(panel):
    return [panel.model.index(place).data() for place in range(panel.model.rowCount())]


def test_the_panel_lists_what_comes_and_follows_the_queue(panel, playback):
    assert titles(panel) == ["Title 2", "Title 3", "Title 4", "Title 5"]
    assert panel.caption.text() == "4 to come"
    playback.next()
    assert titles(panel) == ["Title 3", "Title 4", "Title 5"]
    playback.set_queue([])
    assert titles(panel) == []
    assert "Nothing to come" in panel.caption.text()


def test_a_row_that_is_dragged_moves_and_the_next_clip_is_joined_anew(panel, playback, player):
    mime = panel.model.mimeData([panel.model.index(3)])
    panel.model.dropMimeData(mime, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert playback.after == (5, 2, 3, 4)
    assert player.names("next")[-1] == "5.wav"
    mime = panel.model.mimeData([panel.model.index(0)])
    panel.model.dropMimeData(mime, Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    assert playback.after == (2, 5, 3, 4)
    mime = panel.model.mimeData([panel.model.index(0)])
    panel.model.dropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, QModelIndex())
    assert playback.after == (5, 3, 4, 2)
    assert panel.list.currentIndex().row() == 3


def test_keys_move_remove_and_play(qtbot, panel, playback):
    panel.list.setCurrentIndex(panel.model.index(1))
    qtbot.keyClick(panel.list, Qt.Key.Key_Up, ALT)
    assert playback.after == (3, 2, 4, 5)
    assert panel.list.currentIndex().row() == 0
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert playback.after == (2, 4, 5)
    panel.list.setCurrentIndex(panel.model.index(1))
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert playback.current.clip_id == 4
    with qtbot.waitSignal(panel.left):
        qtbot.keyClick(panel.list, Qt.Key.Key_Escape)
    assert panel.isHidden()


def test_the_switches_show_and_change_shuffle_and_autoplay(qtbot, panel, playback):
    panel.shuffle.click()
    assert playback.shuffling
    assert sorted(playback.after) == [2, 3, 4, 5]
    with qtbot.waitSignal(panel.autoplay_changed) as changed:
        panel.autoplay.click()
    assert changed.args == [False]
    panel.shuffle.click()
    assert playback.after == (2, 3, 4, 5)


def test_a_new_queue_is_shuffled_too_and_begins_with_the_clip_that_is_played(playback):
    playback.set_shuffle(True)
    playback.set_queue(range(1, 41), first=17)
    assert playback.queue[0] == 17
    assert sorted(playback.queue) == list(range(1, 41))


def test_long_queues_say_that_only_the_first_are_listed(panel, playback):
    playback.set_queue(range(1, 1002))
    assert panel.model.rowCount() == SHOWN
    assert panel.caption.text() == f"1,000 to come, the first {SHOWN} are listed"


def test_rows_tell_their_place_to_who_cannot_see_it(panel, playback):
    playback.set_queue([1, SILENT_CLIP])
    first = panel.model.index(0)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == "1: No sound here any more"
