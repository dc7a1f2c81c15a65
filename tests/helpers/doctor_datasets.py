"""Invented datasets for the doctor: static values, trace means and an exchange where one is planted."""

from dataclasses import replace

import numpy as np

from merdesk.doctor.dataset import DoctorDataset
from merdesk.domain.affect import AffectScale
from merdesk.domain.source import DatasetInfo

NINE = AffectScale(1, 9, 1, 9)


def columns(n, *, r=0.9, r_between=0.4, seed=0):
    """Static and dynamic [n, 2] on [-1, 1]: each dimension correlates r with its own trace, r_between with the other."""
    rng = np.random.default_rng(seed)
    mixing = np.linalg.cholesky([[1, r_between], [r_between, 1]])
    dynamic = rng.standard_normal((n, 2)) @ mixing.T
    noise = rng.standard_normal((n, 2)) @ mixing.T
    static = r * dynamic + np.sqrt(1 - r**2) * noise
    return static * 0.3, dynamic * 0.25 + [0.05, -0.1]


def dataset(static, dynamic=None, *, name="Invented", ids=None, scale=NINE, **texts):
    n = len(static)
    info = texts.pop("info", DatasetInfo(name, name, scale))
    spread = texts.pop("spread", np.full((n, 2), np.nan))
    has_audio = texts.pop("has_audio", np.ones(n, dtype=bool))
    left_out = texts.pop("left_out", ())
    filled = {key: tuple(texts.get(key, [""] * n)) for key in ("title", "artist", "genre", "group", "split")}
    return DoctorDataset(
        name=name,
        info=replace(info, name=name),
        ids=tuple(map(str, ids if ids is not None else range(1, n + 1))),
        static=info.scale.to_native(static),
        spread=spread,
        dynamic=np.full((n, 2), np.nan) if dynamic is None else dynamic,
        has_audio=has_audio,
        left_out=left_out,
        **filled,
    )


def exchange(static, start, stop):
    """A copy with both columns exchanged in rows start..stop-1."""
    crossed = static.copy()
    crossed[start:stop] = static[start:stop, ::-1]
    return crossed
