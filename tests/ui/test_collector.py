import gc
import threading
import weakref


class Ring:
    """Garbage that only the collector finds."""

    def __init__(self):
        self.itself = self


def test_what_is_left_behind_goes_on_the_windows_thread(collector):
    assert not gc.isenabled()
    gone = []
    weakref.finalize(Ring(), lambda: gone.append(threading.current_thread()))
    # Enough new objects to set the automatic collector going, on another thread.
    other = threading.Thread(target=lambda: [[[]] for _ in range(200_000)])
    other.start()
    other.join()
    assert not gone
    for _ in range(200):
        _more = [[] for _ in range(1000)]
        collector.look()
    assert gone == [threading.main_thread()]


def test_only_generations_that_are_due_are_collected(collector):
    gc.collect()
    passes = [one["collections"] for one in gc.get_stats()]
    collector.look()
    assert [one["collections"] for one in gc.get_stats()] == passes
    _many = [[] for _ in range(gc.get_threshold()[0] + 10)]
    collector.look()
    assert [one["collections"] for one in gc.get_stats()] == [passes[0] + 1, *passes[1:]]
