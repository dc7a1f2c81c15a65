"""What the looks at residuals have in common: a part of each can be chosen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from merdesk.workflows.residuals import ResidualViews


class ResidualLook(QWidget):
    """A picture of residuals made of cells or bins.

    Signals
    -------
    chosen
        Ids [n] of the clips of one part, and the part in words.
    """

    chosen = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._views: ResidualViews | None = None
