"""t-SNE in a process of its own: scikit-learn cannot be interrupted, a process can be ended."""

from collections.abc import Callable

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.errors import Failure, MerdeskError
from merdesk.exploration.components import principal_components
from merdesk.exploration.projection import BEFORE_TSNE, Projection, project
from merdesk.progress import Progress
from merdesk.workers.pool import Pool, Terms
from merdesk.workers.task import TaskSpec

MAKER = "merdesk.workflows.tsne_process:arranging"
LONGEST_S = 6 * 3600.0
"""30,000 clips take some ten minutes on two cores that are left alone; a busy laptop is given far more."""


def arranging(*, tell: Callable[[str], None]) -> Callable[[tuple[FloatArray, int]], Projection]:
    """What the process does: lay out values [n, d] with a seed."""
    tell("Loading scikit-learn")
    return lambda unit: project(unit[0], "tsne", seed=unit[1])


def arranged(values: FloatArray, seed: int, progress: Progress) -> Projection:
    """Lay standardised features [n, d] out by t-SNE; cancelled within a tenth of a second.

    Raises
    ------
    MerdeskError
        When the process could not do it.
    Cancelled
        After a cancel; the process is ended.
    """
    with Pool(TaskSpec(MAKER), 1, Terms("map", timeout_s=LONGEST_S, held=1)) as pool:
        pool.start(progress)
        progress.begin("Arranging neighbourhoods")
        # Its components are all that t-SNE looks at, and a hundredth of what would be sent.
        components = principal_components(values, BEFORE_TSNE, seed=seed).places.astype(np.float32)
        (outcome,) = pool.run([(components, seed)], progress)
    if isinstance(outcome.answer, Projection):
        return outcome.answer
    why = outcome.answer.message if isinstance(outcome.answer, Failure) else outcome.set_aside
    raise MerdeskError(
        f"The map could not be arranged ({why}); close other programs if memory is short, or use the overview."
    )
