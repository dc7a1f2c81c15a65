"""The models on offer, by the names that people ask for them."""

from collections.abc import Sequence

from merdesk.domain.protocols import Regressor
from merdesk.errors import ModelError
from merdesk.models.blend import Blend
from merdesk.models.fusion import Block
from merdesk.models.heads import Heads
from merdesk.models.mlp import SEEDS, Mlp, Watch
from merdesk.models.ridge import Ridge
from merdesk.models.svr import Svr
from merdesk.progress import Progress

REGRESSORS = ("ridge", "svr", "mlp", "blend", "heads")
"""Names in the order in which they are offered; ridge is the default."""


def regressor(
    name: str,
    blocks: Sequence[Block] = (),
    *,
    search: int = 0,
    seeds: tuple[int, ...] = SEEDS,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> Regressor:
    """The regressor of this name with its default setting for these feature blocks.

    `search` is how many settings of the perceptrons are tried first, `seeds` one network each, `watch` is told of their
    epochs; the others have nothing of the kind.

    Raises
    ------
    ModelError
        For a name that is not on offer.

    Examples
    --------
    >>> regressor("ridge").name
    'ridge'
    """
    parts = tuple(blocks)
    mlp = Mlp(parts, seeds=seeds, search=search, progress=progress, watch=watch)
    if name == "ridge":
        return Ridge(parts)
    if name == "svr":
        return Svr(parts)
    if name == "mlp":
        return mlp
    if name == "blend":
        return Blend((Ridge(parts), mlp))
    if name == "heads":
        return Heads(parts)
    raise ModelError(f'There is no model "{name}"; choose one of {", ".join(REGRESSORS)}.')
