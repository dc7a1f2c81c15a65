"""A repair applied to filed values: a pure function, so that it can be previewed; the filed values stay as they are."""

from dataclasses import replace

import numpy as np

from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import Repair
from merdesk.domain.arrays import FloatArray


def repaired(dataset: DoctorDataset, repair: Repair) -> DoctorDataset:
    """Return the dataset as repaired; "leave out" and "mark as rank" change no value.

    Raises
    ------
    ValueError
        When the repair names clips that are not there.
    """
    static, spread = apply(repair, dataset.ids, dataset.static, dataset.spread)
    return replace(dataset, static=static, spread=spread)


def apply(
    repair: Repair, ids: tuple[str, ...], static: FloatArray, spread: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return static values and spreads [n, 2], native, as repaired for the clips that the repair names.

    Raises
    ------
    ValueError
        When the repair names clips that are not among `ids`.
    """
    rows_of = {source_id: row for row, source_id in enumerate(ids)}
    if strangers := [source_id for source_id in repair.affected if source_id not in rows_of]:
        raise ValueError(f"the repair names clip {strangers[0]!r}, which is not in the dataset")
    rows = [rows_of[source_id] for source_id in repair.affected]
    static, spread = np.array(static), np.array(spread)
    if repair.kind == "exchange":
        static[rows], spread[rows] = static[rows][:, ::-1], spread[rows][:, ::-1]
    elif repair.kind == "rescale":
        factor = [repair.parameters["valence factor"], repair.parameters["arousal factor"]]
        static[rows] = static[rows] * factor + [
            repair.parameters["valence offset"],
            repair.parameters["arousal offset"],
        ]
    elif repair.kind == "rescale spread":
        spread[rows] *= repair.parameters["factor"]
    return static, spread
