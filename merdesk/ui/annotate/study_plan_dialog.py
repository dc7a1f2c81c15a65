"""Make a study of the clips in hand: what is asked, in which surroundings, with which texts."""

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from merdesk.domain.columns import ClipFlag
from merdesk.domain.rating import GEMS_9, Visible, tags_of
from merdesk.domain.study import MAX_CLIPS, MAX_ROUNDS, StudyPlan, Task
from merdesk.errors import Failure, attempt
from merdesk.project import studies
from merdesk.ui.annotate.study_texts import proposed
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.study_plans import draw, new_uid

TEXT_HEIGHT, WIDTH = 84, 920
SEED = 0


class StudyPlanDialog(QDialog):
    """Choices of a new study; once accepted the study is in the project."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "annotate")
        self.setWindowTitle("New study")
        self._session = session
        self.name = QLineEdit()
        self.name.setPlaceholderText("What annotators read at the top")
        self.clips = QComboBox()
        self._offer_clips()
        self.tasks = {
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
        self.categories.setPlaceholderText("None; several with commas between")
        self.gems = button("GEMS-9", "", "Nine feelings that music evokes")
        self.gems.clicked.connect(lambda: self.categories.setText(", ".join(GEMS_9)))
        self.breaks.setSpecialValueText("No breaks")
        self.least.setSpecialValueText("No minimum")
        self.gain = QComboBox()
        self.gain.addItem("As published", "published")
        self.gain.addItem("All clips at one loudness", "matched")
        self.shown = {"title": QCheckBox("Title"), "artist": QCheckBox("Artist")}
        self.instructions, self.consent = QPlainTextEdit(), QPlainTextEdit()
        self.instructions.setPlaceholderText(proposed(("point",)))
        self.consent.setPlaceholderText("Nothing to agree to")
        self.questions = QLineEdit()
        self.questions.setPlaceholderText("None; several with semicolons between")
        self._notice = label("", "bad", wrap=True)
        self._notice.hide()
        cancel, self.go = button("Cancel"), button("Add study", "primary")
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._accept)
        self.go.setDefault(True)
        head = column(
            label("New study", "title"),
            label("Predictions and other people's ratings are never shown.", "muted", wrap=True),
            spacing=4,
        )
        self.setLayout(
            column(
                head,
                self._form(),
                self._notice,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setFixedWidth(WIDTH)
        self.name.textChanged.connect(self._show_ready)
        self.clips.currentIndexChanged.connect(self._show_ready)
        for box in self.tasks.values():
            box.toggled.connect(self._show_ready)
        for spin in (self.practice, self.anchors):
            spin.valueChanged.connect(self._show_ready)
        self._show_ready()

    def _offer_clips(self) -> None:
        columns = self._session.columns
        audible = columns.ids[columns.flagged(ClipFlag.HAS_AUDIO)]
        shown = set(columns.ids[self._session.visible].tolist())
        groups = (
            ("selected", [one for one in audible.tolist() if one in set(self._session.selection)]),
            ("shown", [one for one in audible.tolist() if one in shown]),
        )
        for word, ids in groups:
            if len(ids) > 1 or word == "shown":
                self.clips.addItem(f"{counted(len(ids), 'clip')} {word}, with audio", ids)

    def _count(self, value: int, most: int, unit: str) -> QSpinBox:
        spin = QSpinBox()
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
        form.setStretch(0, 1)
        form.setStretch(1, 1)
        return form

    def _accept(self) -> None:
        made = attempt(lambda: studies.add(self._session.project, self.plan()))
        if isinstance(made, Failure):
            if not made.expected:
                raise RuntimeError(made.details)
            self._notice.setText(made.message)
            self._notice.show()
            return
        self.accept()

    def _show_ready(self) -> None:
        asked = any(box.isChecked() for box in self.tasks.values())
        paired, rated = self.tasks["pairs"].isChecked(), self.tasks["point"].isChecked()
        self.rounds.setEnabled(paired)
        for field in (self.tool, self.categories, self.gems, self.anchors):
            field.setEnabled(rated)
        n_clips = len(self.clips.currentData() or ())
        left = n_clips - self.practice.value() - self.anchors.value()
        enough = left > int(paired) and n_clips <= MAX_CLIPS
        self.instructions.setPlaceholderText(proposed(self._chosen_tasks()))
        self.go.setEnabled(bool(self.name.text().strip()) and asked and enough)

    def _chosen_tasks(self) -> tuple[Task, ...]:
        return tuple(name for name, box in self.tasks.items() if box.isChecked())  # type: ignore[misc]  # keys are tasks

    def plan(self) -> StudyPlan:
        """The plan as it is chosen now."""
        kept, practice, anchors = draw(
            self._session.project,
            self.clips.currentData(),
            n_practice=self.practice.value(),
            n_anchors=self.anchors.value(),
            seed=SEED,
        )
        visible: tuple[Visible, ...] = tuple(name for name, box in self.shown.items() if box.isChecked())  # type: ignore[misc]  # keys are of this type
        questions = (one.strip() for one in self.questions.text().split(";"))
        return StudyPlan(
            uid=new_uid(),
            title=self.name.text().strip(),
            clips=tuple(kept),
            tasks=self._chosen_tasks(),
            instructions=self.instructions.toPlainText().strip(),
            consent=self.consent.toPlainText().strip(),
            questions=tuple(filter(None, questions)),
            practice=tuple(practice),
            anchors=tuple(anchors),
            visible=visible,
            n_repeats=min(self.repeats.value(), len(kept)),
            break_every=self.breaks.value(),
            least_s=float(self.least.value()),
            gain=self.gain.currentData(),
            seed=SEED,
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
