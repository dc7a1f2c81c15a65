"""Rate and trace without end and tell each time what is on the disk by now; somebody else kills this process.

Run as `python rating_scribbler.py PROJECT`: prints `rating CLIP VALENCE` once a rating is filed, and `draft SECONDS` once
the draft of a trace that reaches so far is kept.
"""

import sys
from pathlib import Path

import numpy as np

from merdesk.domain.affect import Affect
from merdesk.domain.rating import Rating
from merdesk.project import annotators, drafts, ratings
from merdesk.project.project import Project

RATE_HZ, STEP = 10.0, 5
"""Samples between two drafts: half a second, as the window keeps them."""


def scribble(path: Path, n_clips: int = 5) -> None:
    """Rate clip after clip over and over, the draft of a trace between two ratings."""
    with Project.open(path) as project:
        who = annotators.named(project, "Ann")
        for n in range(1, 100_000):
            clip_id, valence = 1 + n % (n_clips - 1), (n % 200) / 100 - 1
            ratings.give(project, clip_id=clip_id, annotator_id=who, rating=Rating(Affect(valence, 0.0)))
            print("rating", clip_id, valence, flush=True)
            time_s = np.arange(n * STEP) / RATE_HZ
            affect = np.column_stack([np.sin(time_s), np.cos(time_s)])
            drafts.keep(project, n_clips, who, time_s, affect)
            print("draft", time_s[-1], flush=True)


if __name__ == "__main__":
    scribble(Path(sys.argv[1]))
