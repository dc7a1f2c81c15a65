"""The columns of a table that have no meaning of their own: which of them are kept."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem

ROW_PX = 26
MOST_ROWS = 3


class FurtherColumns(QListWidget):
    """Names to tick, side by side; what somebody ticked stays while others come and go."""

    def __init__(self) -> None:
        super().__init__()
        self._by_hand: dict[str, bool] = {}
        self.setAccessibleName("Further columns to keep")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSpacing(2)
        self.setTabKeyNavigation(False)
        self.itemChanged.connect(self._remember)

    def tick(self, names: Sequence[str]) -> None:
        """Tick these, and no others of those that are offered, as somebody did before."""
        self._by_hand = {name: name in names for name in self.names()}
        self.offer(self.names(), ())

    def offer(self, names: Sequence[str], proposed: Sequence[str]) -> None:
        """List these; ticked is what somebody ticked, and what is proposed where nobody said otherwise."""
        self.blockSignals(True)
        self.clear()
        for name in names:
            item = QListWidgetItem(name, self)
            on = self._by_hand.get(name, name in proposed)
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.blockSignals(False)
        self.setVisible(bool(names))

    def names(self) -> tuple[str, ...]:
        """Everything that is offered."""
        return tuple(self.item(place).text() for place in range(self.count()))

    def chosen(self) -> tuple[str, ...]:
        """What is ticked."""
        items = [self.item(place) for place in range(self.count())]
        return tuple(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)

    def _remember(self, item: QListWidgetItem) -> None:
        self._by_hand[item.text()] = item.checkState() == Qt.CheckState.Checked

    # Qt

    def sizeHint(self) -> QSize:
        """As many rows as the names need, and no more than a few."""
        n_rows = min(MOST_ROWS, -(-self.count() // 6))
        return QSize(super().sizeHint().width(), n_rows * (ROW_PX + 4) + 4)
