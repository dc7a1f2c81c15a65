"""What kind of model to train, and what may be chosen of it."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from merdesk.ui.decimal_box import WholeBox
from merdesk.ui.models.words import KINDS, SEARCH, TRANSDUCTIVE, VALIDATION
from merdesk.ui.widgets import column, label, row
from merdesk.workflows.fitting import MODELS, PERCEPTRONS, SEEDS
from merdesk.workflows.train import MOST_NETWORKS

SETTINGS_TRIED = 12
MOST_SEED = 999_999
SEED = "Deals clips into folds, and is the first network's; the same seed gives the same numbers"
NETWORKS = "So many networks from consecutive seeds are averaged; five or more are worth a claim"
FIELD_WIDTH = 68


class _Still(QObject):
    """Keeps the wheel, which scrolls the form, from changing the field that passes under it."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hand the wheel on to the form."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return False


class ModelOptions(QWidget):
    """Kind, seed, networks, switches.

    Signals
    -------
    changed
        Another choice was made.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.kind = QComboBox()
        for name in MODELS:
            self.kind.addItem(KINDS[name][0], name)
        self.kind.setAccessibleName("Kind of model")
        self.seed = _number("Seed", SEED, 0, MOST_SEED, 0)
        self.networks = _number("Networks", NETWORKS, 1, MOST_NETWORKS, len(SEEDS))
        self._networks_name = label("Networks", "muted")
        self.search = QCheckBox(f"Search {_in_words(SETTINGS_TRIED)} settings first")
        self.transductive = QCheckBox("Standardise within datasets")
        for box, tip in ((self.search, SEARCH), (self.transductive, TRANSDUCTIVE)):
            box.setToolTip(tip)
            box.setAccessibleDescription(tip)
            box.toggled.connect(lambda _: self._tell())
        self.kind.currentIndexChanged.connect(lambda _: self._tell())
        for field in (self.seed, self.networks):
            field.valueChanged.connect(lambda _: self._tell())
        still = _Still(self)
        for moved in (self.kind, self.seed, self.networks):
            moved.installEventFilter(still)
        numbers = row(label("Seed", "muted"), self.seed, None, self._networks_name, self.networks)
        self.setLayout(column(self.kind, numbers, self.search, self.transductive, spacing=8))
        self._show()

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """In the order of the Tab key."""
        return (self.kind, self.seed, self.networks, self.search, self.transductive)

    @property
    def has_networks(self) -> bool:
        """True for kinds that train networks."""
        return self.kind.currentData() in PERCEPTRONS

    @property
    def n_searched(self) -> int:
        """Settings to try first."""
        return SETTINGS_TRIED if self.has_networks and self.search.isChecked() else 0

    @property
    def n_networks(self) -> int:
        """Networks to average; the usual number for kinds without."""
        return self.networks.value() if self.has_networks else len(SEEDS)

    @property
    def words(self) -> str:
        """The kind, what the switches mean, and how things are chosen, in sentences."""
        said = [KINDS[self.kind.currentData()][1]]
        if self.n_searched:
            said.append(SEARCH)
        if self.transductive.isChecked():
            said.append(TRANSDUCTIVE)
        return " ".join([*said, VALIDATION])

    def _tell(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        for part in (self.search, self.networks, self._networks_name):
            part.setVisible(self.has_networks)


def _number(name: str, tip: str, least: int, most: int, value: int) -> QSpinBox:
    field = WholeBox()
    field.setRange(least, most)
    field.setValue(value)
    field.setFixedWidth(FIELD_WIDTH)
    field.setAccessibleName(name)
    field.setAccessibleDescription(tip)
    field.setToolTip(tip)
    return field


def _in_words(n: int) -> str:
    return {12: "twelve"}.get(n, f"{n}")
