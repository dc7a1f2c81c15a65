"""A map arranged in a process: the same map as without one, and gone when it is cancelled."""

import threading

import numpy as np
import pytest

from merdesk.errors import Cancelled
from merdesk.progress import Progress
from merdesk.workflows.map_process import arranged


def clusters(n):
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(0, 1, (n, 6)), rng.normal(8, 1, (n, 6))]).astype(np.float32)


@pytest.mark.parametrize("layout", ["pacmap", "tsne"])
def test_groups_stay_apart_in_a_map_that_a_process_made(layout):
    places = arranged(clusters(12), layout, 0, Progress()).places
    assert places.shape == (24, 2)
    within = np.linalg.norm(places[:12] - places[:12].mean(axis=0), axis=1).max()
    assert np.linalg.norm(places[:12].mean(axis=0) - places[12:].mean(axis=0)) > within


def test_a_cancelled_map_ends_while_scikit_learn_is_at_work(monkeypatch):
    progress = Progress()
    begin = progress.begin

    def begin_and_cancel(step, total=None):
        begin(step, total)
        if step == "Arranging neighbourhoods":
            threading.Timer(0.2, progress.cancel).start()

    monkeypatch.setattr(progress, "begin", begin_and_cancel)
    # 6,000 clips take half a minute; the test's time-out would tell.
    with pytest.raises(Cancelled):
        arranged(clusters(3_000), "tsne", 0, progress)
