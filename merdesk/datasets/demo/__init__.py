"""The demo: five invented datasets of synthesised music and simulated ratings, with defects planted in them.

Who rated: nobody; simulated panels of 10 to 14 listeners hear what the music's cues express (see `cues`), give or take
what cues do not explain. Counts: 80 clips of 5 to 6 s each, four genres, at least twelve artists per genre and dataset.
Scales: 1..9 (Aurora, Boreal, Cascade), 0..1 (Delta), -1..1 (Ember); traces at 2 Hz on -1..1 (Boreal). Licence: CC0.

Planted, unless asked not to:

exchanged
    Boreal files arousal as valence and valence as arousal, as public copies of DEAM do; its traces show it.
copies
    24 of Boreal's clips are clips of Aurora, encoded again as Ogg Vorbis, with Aurora's ratings, as EmoMusic's are in DEAM.
zero-based
    Cascade's answers are numbered 0..8 and filed under 1..9: everything lies .25 too low on [-1, 1].
genre offset
    Delta's annotators give jazz .4 more valence on [-1, 1] than its cues express.

Aurora and Ember have no defect.
"""

from merdesk.datasets.demo.audio import files_of, write_sound
from merdesk.datasets.demo.catalogue import DESIGNS, GENRES, N_CLIPS, TRAINED_ON
from merdesk.datasets.demo.clips import DemoDataset, compose

__all__ = ["DESIGNS", "GENRES", "N_CLIPS", "TRAINED_ON", "DemoDataset", "compose", "files_of", "write_sound"]
