"""How clips that somebody points out join those that are selected."""

from typing import Literal

import numpy as np
from PySide6.QtCore import Qt

from merdesk.domain.arrays import IntArray

Gathering = Literal["replace", "add", "subtract", "toggle"]


def gathering_of(modifiers: Qt.KeyboardModifier) -> Gathering:
    """What the keys held during a gesture ask for: Shift adds; Ctrl or Alt, which some desktops keep, takes out."""
    if modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
        return "subtract"
    return "add" if modifiers & Qt.KeyboardModifier.ShiftModifier else "replace"


def gathered(selected: IntArray, ids: IntArray, how: Gathering) -> IntArray:
    """Ids that are selected afterwards; those that were keep their order, new ones follow.

    Examples
    --------
    >>> gathered(np.array([5, 2]), np.array([2, 9]), "add").tolist()
    [5, 2, 9]
    >>> gathered(np.array([5, 2]), np.array([2, 9]), "subtract").tolist()
    [5]
    >>> gathered(np.array([5, 2]), np.array([2]), "toggle").tolist()
    [5]
    """
    if how == "toggle":
        how = "subtract" if np.isin(ids, selected).all() else "add"
    if how == "replace" or (how == "add" and not len(selected)):
        return ids
    if how == "add":
        return np.concatenate([selected, ids[~np.isin(ids, selected)]])
    return selected[~np.isin(selected, ids)]
