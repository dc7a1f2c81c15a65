"""One function with the package's signature, its state and its shapes."""

from pathlib import Path

import numpy as np

from .constants import JUKEBOX_SAMPLE_RATE, T

STATE = {"folder": None, "batch": None}


def extract(  # noqa: PLR0917  (the package's own signature)
    audio=None,
    fpath=None,
    meanpool=False,
    layers=None,
    offset=0.0,
    duration=None,
    downsample_target_rate=None,
    downsample_method=None,
    fp16=False,
    fp16_out=False,
    force_empty_cache=True,
):
    from merdesk.features.jukebox.device import settle
    from merdesk.features.jukebox.engine import Engine
    from merdesk.features.jukebox.weights import WeightsFolder

    layers = [36] if layers is None else layers
    if STATE["folder"] is None:
        from .constants import CACHE_DIR

        STATE["folder"] = WeightsFolder(Path(CACHE_DIR))
    assert STATE["folder"].complete, "the package would fetch 10 GB now"
    batch = audio if type(audio) is list else [audio]
    STATE["batch"] = STATE["batch"] or len(batch)
    assert len(batch) == STATE["batch"], "the conditioning is that of the first batch"
    reps = {}
    for number in range(1, 37):
        if number in layers:
            engine = Engine(STATE["folder"], settle("cpu", "fp32"), n_layers=number)
            codes = [engine.codes(one[: JUKEBOX_SAMPLE_RATE * 25])[:T] for one in batch]
            frames = [one.numpy() for one in engine.frames(codes, lambda: None)]
            reps[number] = np.squeeze(np.array(frames))
            if layers.index(number) == len(layers) - 1:
                break
    return {number: rep.mean(axis=0) for number, rep in reps.items()} if meanpool else reps
