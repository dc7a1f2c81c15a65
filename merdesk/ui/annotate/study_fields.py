"""The fields of a study's plan: which clips, what is asked, in which surroundings, with which texts."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from merdesk.domain.rating import GEMS_9, Visible, tags_of
from merdesk.domain.study import MAX_CLIPS, MAX_ROUNDS, StudyPlan, Task
from merdesk.ui.annotate.study_clips import SEED, StudyClips
from merdesk.ui.annotate.study_texts import proposed
from merdesk.ui.decimal_box import WholeBox
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, label, row

TEXT_HEIGHT = 84


class StudyFields(QWidget):
    """Signal: `changed` something that decides whether the plan is complete."""

    changed = Signal()

    def __init__(self, session: Session, before: StudyPlan | None) -> None:
        super().__init__()
        self._before = before
        self.name = QLineEdit()
        self.name.setPlaceholderText("What annotators read at the top")
        self.clips = StudyClips(session, before)
        self.tasks: dict[Task, QCheckBox] = {
            "point": QCheckBox("One rating a clip"),
            "trace": QCheckBox("A trace while it plays"),
            "pairs": QCheckBox("Pairs of clips"),
        }
        self.tasks["point"].setChecked(True)
        self.practice, self.repeats, self.anchors, self.breaks, self.least = (
            self._count(value, most, unit)
            for value, most, unit in ((2, 20, ""), (4, 200, ""), (0, 50, ""), (20, 500, ""), (0, 600, " s"))
        )
        self.rounds = self._count(1, MAX_ROUNDS, "")
        self.rounds.setMinimum(1)
        self.tool = QComboBox()
        self.tool.addItem("The plane, keys and sliders", "plane")
        self.tool.addItem("Figures, nine a dimension", "figures")
        self.categories = QLineEdit()
        self.categories.setPlaceholderText("None, or: a, b")
        self.gems = button("GEMS-9", "", "Nine feelings that music evokes")
        self.gems.clicked.connect(lambda: self.categories.setText(", ".join(GEMS_9)))
        self.breaks.setSpecialValueText("No breaks")
        self.least.setSpecialValueText("No minimum")
        self.gain = QComboBox()
        self.gain.addItem("As published", "published")
        self.gain.addItem("All clips at one loudness", "matched")
        self.shown: dict[Visible, QCheckBox] = {"title": QCheckBox("Title"), "artist": QCheckBox("Artist")}
        self.instructions, self.consent = QPlainTextEdit(), QPlainTextEdit()
        self.instructions.setPlaceholderText(proposed(("point",)))
        self.consent.setPlaceholderText("Nothing to agree to")
        self.questions = QLineEdit()
        self.questions.setPlaceholderText("None, or: Age; Years of lessons")
        self.setLayout(self._form())
        self.name.textChanged.connect(self._follow)
        self.clips.currentIndexChanged.connect(self._follow)
        for box in self.tasks.values():
            box.toggled.connect(self._follow)
        for spin in (self.practice, self.anchors):
            spin.valueChanged.connect(self._follow)
        if before is not None:
            self._take_over(before)
        self._follow()

    def _take_over(self, plan: StudyPlan) -> None:
        self.name.setText(plan.title)
        for task, box in self.tasks.items():
            box.setChecked(task in plan.tasks)
        for part, box in self.shown.items():
            box.setChecked(part in plan.visible)
        for spin, value in (
            (self.practice, len(plan.practice)),
            (self.repeats, plan.n_repeats),
            (self.anchors, len(plan.anchors)),
            (self.breaks, plan.break_every),
            (self.least, round(plan.least_s)),
            (self.rounds, plan.n_rounds),
        ):
            spin.setMaximum(max(spin.maximum(), value))
            spin.setValue(value)
        self.tool.setCurrentIndex(self.tool.findData(plan.tool))
        self.gain.setCurrentIndex(self.gain.findData(plan.gain))
        self.categories.setText(", ".join(plan.categories))
        self.instructions.setPlainText(plan.instructions)
        self.consent.setPlainText(plan.consent)
        self.questions.setText("; ".join(plan.questions))

    def _count(self, value: int, most: int, unit: str) -> QSpinBox:
        spin = WholeBox()
        spin.setRange(0, most)
        spin.setValue(value)
        spin.setSuffix(unit)
        return spin

    def _form(self) -> QHBoxLayout:
        asked = _fields(
            ("Title", self.name),
            ("Clips", self.clips),
            ("Tasks", column(*self.tasks.values(), spacing=4)),
            ("Rate in", self.tool),
            ("Words to choose from", row(self.categories, self.gems)),
            ("Rounds of pairs", self.rounds),
            ("Clips to practise with", self.practice),
            ("Clips or pairs that come twice", self.repeats),
            ("Clips with known answers", self.anchors),
        )
        how = _fields(
            ("Answers between breaks", self.breaks),
            ("Listen before rating", self.least),
            ("Loudness", self.gain),
            ("In sight", row(*self.shown.values(), None)),
            ("Instructions", self.instructions),
            ("Consent", self.consent),
            ("Questions", self.questions),
        )
        self.categories.setAccessibleName("Words to choose from")
        for box in (self.instructions, self.consent):
            box.setFixedHeight(TEXT_HEIGHT)
            box.setTabChangesFocus(True)
        self.anchors.setToolTip("Taken from the clips whose published values lie farthest from neutral")
        self.rounds.setToolTip("In each round every clip is met in two pairs, and one round joins all clips")
        self.repeats.setToolTip("For test-retest; they come at the end")
        form = row(asked, how, spacing=32)
        form.setContentsMargins(0, 0, 0, 0)
        form.setStretch(0, 1)
        form.setStretch(1, 1)
        return form

    def _follow(self) -> None:
        """Offer what the chosen tasks need."""
        paired, rated = self.tasks["pairs"].isChecked(), self.tasks["point"].isChecked()
        self.rounds.setEnabled(paired)
        for field in (self.tool, self.categories, self.gems, self.anchors):
            field.setEnabled(rated)
        self.instructions.setPlaceholderText(proposed(self._chosen_tasks()))
        self.changed.emit()

    @property
    def complete(self) -> bool:
        """Whether there is enough for a plan."""
        left = self.clips.n_clips - self.practice.value() - self.anchors.value()
        enough = left > int(self.tasks["pairs"].isChecked()) and self.clips.n_clips <= MAX_CLIPS
        return bool(self.name.text().strip() and self._chosen_tasks() and enough)

    def _chosen_tasks(self) -> tuple[Task, ...]:
        return tuple(name for name, box in self.tasks.items() if box.isChecked())

    def plan(self, uid: str) -> StudyPlan:
        """The plan as it is chosen now, under this name for machines."""
        kept, practice, anchors = self.clips.drawn(self.practice.value(), self.anchors.value())
        visible: list[Visible] = [name for name, box in self.shown.items() if box.isChecked()]
        if self._before is not None:
            # A file may show the genre, which is not offered here: it tells much of how a clip ought to feel.
            visible += [name for name in self._before.visible if name not in self.shown]
        questions = (one.strip() for one in self.questions.text().split(";"))
        return StudyPlan(
            uid=uid,
            title=self.name.text().strip(),
            clips=tuple(kept),
            tasks=self._chosen_tasks(),
            instructions=self.instructions.toPlainText().strip(),
            consent=self.consent.toPlainText().strip(),
            questions=tuple(filter(None, questions)),
            practice=tuple(practice),
            anchors=tuple(anchors),
            visible=tuple(visible),
            n_repeats=min(self.repeats.value(), len(kept)),
            break_every=self.breaks.value(),
            least_s=float(self.least.value()),
            gain=self.gain.currentData(),
            seed=SEED if self._before is None else self._before.seed,
            n_rounds=self.rounds.value(),
            categories=tags_of(self.categories.text()),
            tool=self.tool.currentData(),
        )


def _fields(*fields: tuple[str, QWidget | QLayout]) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(8)
    for text, field in fields:
        form.addRow(label(text, "muted"), field)
        if isinstance(field, QWidget):
            field.setAccessibleName(text)
    return form
