"""A made-up DEAM with a planted exchange, in the published layout."""

import numpy as np

from helpers.dataset_layouts import write
from helpers.doctor_datasets import columns, exchange

AVERAGED = "annotations/annotations averaged per song"
N_CLIPS, N_EXCHANGED = 90, 40


def planted(n=N_CLIPS, n_exchanged=N_EXCHANGED):
    """True static values and trace means on [-1, 1], and the static values as filed, each [n, 2]."""
    static, dynamic = (part[:n] for part in columns(N_CLIPS, r=0.95, r_between=0.3, seed=7))
    static = np.clip(static, -0.9, 0.9).round(3)
    return static, dynamic, exchange(static, 0, n_exchanged)


def write_planted_deam(root, n=N_CLIPS, n_exchanged=N_EXCHANGED):
    """Ids 1..n; valence and arousal of the first are exchanged in the static table, means and deviations."""
    _, dynamic, filed = planted(n, n_exchanged)
    native = filed * 4 + 5
    spread = np.tile([1.0, 1.5], (n, 1))
    spread[:n_exchanged] = spread[:n_exchanged, ::-1]
    rows = [
        f"{number},{v:.3f},{vs},{a:.3f},{as_}\n"
        for number, ((v, a), (vs, as_)) in enumerate(zip(native, spread, strict=True), 1)
    ]
    write(
        root / AVERAGED / "song_level" / "static_annotations_averaged_songs_1_2000.csv",
        "song_id, valence_mean, valence_std, arousal_mean, arousal_std\n" + "".join(rows),
    )
    for axis, dimension in enumerate(("valence", "arousal")):
        lines = [
            f"{number},{value - 0.01:.6f},{value + 0.01:.6f}\n"
            for number, value in enumerate(dynamic[:, axis], 1)
        ]
        write(
            root / AVERAGED / "dynamic (per second annotations)" / f"{dimension}.csv",
            "song_id,sample_15000ms,sample_15500ms\n" + "".join(lines),
        )
    return root
