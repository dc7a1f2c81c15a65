"""The findings, worst first; a tick chooses a repair."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QListWidget, QListWidgetItem, QWidget

from merdesk.project.provenance import Entry
from merdesk.ui.doctor.words import HEADS, title_of
from merdesk.ui.widgets import column, label, row
from merdesk.workflows.diagnose import Diagnosed, Key

ROW_PX, HEAD_PX = 48, 34


class FindingList(QListWidget):
    """Findings under the head of their severity.

    Signals
    -------
    picked
        The user looks at the finding of this place in the diagnosis.
    ticked
        Another set of repairs is chosen.
    """

    picked = Signal(int)
    ticked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Findings")
        self._boxes: dict[Key, QCheckBox] = {}
        self._places: dict[int, QListWidgetItem] = {}
        self.currentItemChanged.connect(self._tell)

    def show_findings(self, found: Sequence[Diagnosed], holding: Mapping[Key, Entry]) -> None:
        """List findings; ticks that the user set stay, new ones follow the evidence."""
        ticks = {key: box.isChecked() for key, box in self._boxes.items() if box.isEnabled()}
        self.blockSignals(True)
        self.clear()
        self._boxes, self._places = {}, {}
        severity = ""
        for place, one in enumerate(found):
            if one.finding.severity != severity:
                severity = one.finding.severity
                self._add(label(HEADS[one.finding.severity], "section"), HEAD_PX, None)
            self._add(self._line(one, one.key in holding, ticks), ROW_PX, place)
        self.blockSignals(False)

    def _add(self, content: QWidget, height: int, place: int | None) -> None:
        item = QListWidgetItem(self)
        item.setSizeHint(QSize(0, height))
        if place is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            content.setContentsMargins(16, 12, 0, 4)
        else:
            item.setData(Qt.ItemDataRole.UserRole, place)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, content.accessibleName())
            self._places[place] = item
        self.setItemWidget(item, content)

    def _line(self, one: Diagnosed, repaired: bool, ticks: Mapping[Key, bool]) -> QWidget:
        finding = one.finding
        box = QCheckBox()
        box.setFixedWidth(18)
        if finding.repair is not None and not repaired:
            box.setChecked(ticks.get(one.key, finding.repair.preselected))
            box.setToolTip("Choose this repair")
            box.setAccessibleName(f"Repair: {finding.repair.sentence}")
            box.toggled.connect(self.ticked)
            self._boxes[one.key] = box
        else:
            box.setEnabled(False)
            policy = box.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            box.setSizePolicy(policy)
            box.hide()
        state = label("repaired", "good") if repaired else label("")
        clips = f" · {len(finding.affected):,} clips" if finding.affected else ""
        texts = column(label(title_of(finding)), label(finding.dataset + clips, "caption"), spacing=0)
        content = QWidget()
        content.setAccessibleName(f"{title_of(finding)}, {finding.dataset}")
        content.setLayout(row(box, texts, None, state, spacing=8, margins=(16, 4, 12, 4)))
        return content

    def chosen(self) -> frozenset[Key]:
        """Keys of the findings whose repair is ticked."""
        return frozenset(key for key, box in self._boxes.items() if box.isChecked())

    def tick(self, key: Key, *, on: bool) -> None:
        """Choose a repair, or not."""
        self._boxes[key].setChecked(on)

    def look_at(self, place: int) -> None:
        """Select the finding of this place."""
        if place in self._places:
            self.setCurrentItem(self._places[place])

    def _tell(self, item: QListWidgetItem | None) -> None:
        place = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if place is not None:
            self.picked.emit(place)
