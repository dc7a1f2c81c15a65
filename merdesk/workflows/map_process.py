"""A map arranged in a process of its own: neither PaCMAP nor t-SNE can be interrupted, a process can be ended."""

from collections.abc import Callable

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.errors import Failure, MerdeskError
from merdesk.exploration.components import principal_components
from merdesk.exploration.projection import COMPONENTS, Layout, Projection, project
from merdesk.progress import Progress
from merdesk.workers.pool import Pool, Terms
from merdesk.workers.task import TaskSpec

MAKER = "merdesk.workflows.map_process:arranging"
LONGEST_S = 6 * 3600.0
"""The largest maps take some ten minutes on two cores that are left alone; a busy laptop is given far more."""


def arranging(
    layout: Layout, *, tell: Callable[[str], None]
) -> Callable[[tuple[FloatArray, int]], Projection]:
    """What the process does: lay out values [n, d] with a seed."""
    if layout == "pacmap":
        tell("Compiling, once on this machine")
        import pacmap  # noqa: F401  (compiles as it is imported)
    return lambda unit: project(unit[0], layout, seed=unit[1])


def arranged(values: FloatArray, layout: Layout, seed: int, progress: Progress) -> Projection:
    """Lay standardised features [n, d] out by PaCMAP or t-SNE; cancelled within a tenth of a second.

    Raises
    ------
    MerdeskError
        When the process could not do it.
    Cancelled
        After a cancel; the process is ended.
    """
    with Pool(TaskSpec(MAKER, (layout,)), 1, Terms("map", timeout_s=LONGEST_S, held=1)) as pool:
        pool.start(progress)
        progress.begin("Arranging neighbourhoods")
        # Components are all that is looked at, and a hundredth of what would be sent.
        components = principal_components(values, COMPONENTS, seed=seed).places.astype(np.float32)
        (outcome,) = pool.run([(components, seed)], progress)
    if isinstance(outcome.answer, Projection):
        return outcome.answer
    why = outcome.answer.message if isinstance(outcome.answer, Failure) else outcome.set_aside
    raise MerdeskError(
        f"The map could not be arranged ({why}); close other programs if memory is short, or use the overview."
    )
