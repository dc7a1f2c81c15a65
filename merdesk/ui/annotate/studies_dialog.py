"""The studies of a project: begin one, add one, carry plans and results between machines, forget a person."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QListWidget, QMenu, QMessageBox, QWidget

from merdesk.domain.annotation import Annotator
from merdesk.project import annotators, forget, studies, study_pairs
from merdesk.project.studies import Study
from merdesk.ui.annotate.study_plan_dialog import StudyPlanDialog
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row, show_modal
from merdesk.workflows import study_plans, study_results, study_results_file

FILES, RESULTS = "Study plans (*.merstudy)", "Results of studies (*.merresults)"
CONFLICTS_SHOWN = 8
PLURALS = {
    "answer about a pair": "answers about pairs",
    "answer of a study": "answers of studies",
    "answer about a pair of a study": "answers about pairs of studies",
}
GOES = (
    "All values, traces, comparisons and study answers of {name} go, and the names of nobody else. So that none of it "
    "can come back, the whole undo history of this project and its backups go too. This cannot be undone."
)


class StudiesDialog(QDialog):
    """Signals: `run_asked` the `Study` that somebody wants to take part in; `edit_asked` an edit and its words."""

    run_asked = Signal(object)
    edit_asked = Signal(object, str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "annotate")
        self.setWindowTitle("Listening studies")
        self._session = session
        self._studies: list[Study] = []
        self.list = QListWidget()
        self.list.setAccessibleName("Studies")
        self.about = label("", "muted", wrap=True)
        self.go = button("Take part", "primary", "Full screen; shows nothing else of the project")
        self.new, self.load = button("New study..."), button("Open plan...")
        self.change = button("Edit...")
        self.save, self.remove = button("Save plan..."), button("Remove", "quiet")
        self.send = button("Save results...", "", "Plan and answers as one file, without audio")
        self.merge = button(
            "Merge results...", "", "Add answers from another machine; nothing is overwritten"
        )
        self.forget = button("People...", "quiet", "Take somebody out, or erase who withdraws for good")
        self._people = QMenu(self.forget)
        self._people.aboutToShow.connect(self._list_people)
        self.forget.setMenu(self._people)
        close = button("Close")
        for part, act in (
            (self.go, self._run),
            (self.new, self._add),
            (self.load, self._open),
            (self.change, self._change),
            (self.save, self._save),
            (self.send, self._send),
            (self.merge, self._merge),
            (self.remove, self._remove),
            (close, self.reject),
        ):
            part.clicked.connect(act)
        self.list.currentRowChanged.connect(self._show_about)
        self.list.itemActivated.connect(lambda _: self._run())
        what = "The same clips and questions for everybody, in an order of each person's own, titles hidden."
        head = column(label("Listening studies", "title"), label(what, "muted", wrap=True), spacing=4)
        self.setLayout(
            column(
                head,
                row(self.new, self.load, self.merge, None, self.forget),
                self.list,
                self.about,
                row(self.change, self.save, self.send, self.remove, None, close, self.go),
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(640, 440)
        self._fill()
        (self.go if self._studies else self.new).setFocus()

    @property
    def study(self) -> Study | None:
        """The study that is chosen."""
        number = self.list.currentRow()
        return self._studies[number] if 0 <= number < len(self._studies) else None

    def _fill(self) -> None:
        self._studies = studies.all(self._session.project)
        self.list.clear()
        self.list.addItems([study.plan.title for study in self._studies])
        self.list.setCurrentRow(len(self._studies) - 1)
        self._show_about()

    def _show_about(self) -> None:
        study, writable = self.study, not self._session.project.read_only
        for part in (self.go, self.change, self.remove):
            part.setEnabled(study is not None and writable)
        for part in (self.save, self.send):
            part.setEnabled(study is not None)
        for part in (self.new, self.load, self.merge, self.forget):
            part.setEnabled(writable)
        if study is None:
            self.about.setText("No study yet. Select or filter clips, then choose New study.")
            return
        given = self._given_by(study)
        self.change.setText("New version..." if given else "Edit...")
        people = len(set(given))
        tasks = {"point": "ratings", "trace": "traces", "pairs": "pairs"}
        words = [counted(len(study.plan.clips), "clip"), " and ".join(tasks[one] for one in study.plan.tasks)]
        words.append(f"{counted(len(given), 'answer')} by {counted(people, 'person', 'people')}")
        missing = len(study.plan.clips) - sum(
            ref in study_plans.resolve(self._session.project, study.plan) for ref in study.plan.clips
        )
        words += [f"{counted(missing, 'clip')} not in this project"] if missing else []
        self.about.setText(", ".join(words) + ".")

    def _given_by(self, study: Study) -> list[int]:
        """Who gave each answer."""
        project = self._session.project
        rated, paired = studies.answered(project, study), study_pairs.answered(project, study)
        return [int(one.annotator_id) for one in rated] + [int(one.annotator_id) for one in paired]

    # What can be done

    def _edit(self, write: Callable[[], object], doing: str) -> None:
        self.edit_asked.emit(write, doing)
        self._fill()

    def _run(self) -> None:
        if self.study is not None and self.go.isEnabled():
            self.run_asked.emit(self.study)
            self.accept()

    def _add(self) -> None:
        if show_modal(StudyPlanDialog(self._session, self)):
            self._fill()
            self.go.setFocus()

    def _change(self) -> None:
        if show_modal(StudyPlanDialog(self._session, self, edited=self.study)):
            self._fill()
            self.go.setFocus()

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open a study plan", "", FILES)
        if name:
            self._edit(lambda: study_plans.take_in(self._session.project, Path(name)), "opening a study plan")

    def _save(self) -> None:
        study = self.study
        if study is None:
            return
        proposal = str(Path.home() / f"{study.plan.title.replace('/', '_')}.merstudy")
        name, _ = QFileDialog.getSaveFileName(self, "Save the study plan", proposal, FILES)
        if name:
            self._edit(lambda: study_plans.save(study.plan, Path(name)), "saving a study plan")

    def _send(self) -> None:
        study = self.study
        if study is None:
            return
        proposal = str(Path.home() / f"{study.plan.title.replace('/', '_')}.merresults")
        name, _ = QFileDialog.getSaveFileName(self, "Save results", proposal, RESULTS)
        if name:
            project = self._session.project
            self._edit(
                lambda: study_results_file.save(project, study, Path(name)), "saving results of a study"
            )

    def _merge(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, "Merge results", "", RESULTS)
        for name in names:
            self._edit(partial(self.merge_file, Path(name)), "merging results of a study")

    def merge_file(self, path: Path) -> None:
        """Show what a file brings and where it contradicts, and add what is new on consent."""
        project = self._session.project
        merging = study_results.preview(project, study_results_file.load(path))
        told = [f"{path.name}: {merging.sentence}", *map(str, merging.conflicts[:CONFLICTS_SHOWN])]
        if len(merging.conflicts) > CONFLICTS_SHOWN:
            told.append(f"and {len(merging.conflicts) - CONFLICTS_SHOWN:,} more.")
        if not merging.new:
            QMessageBox.information(self, "Nothing to add", "\n".join(told))
        elif self.ask("\n".join(told), "Add the new answers"):
            self._session.edit(lambda: study_results.merge(project, merging))

    def _remove(self) -> None:
        study = self.study
        if study is None:
            return
        n_answers = len(self._given_by(study))
        text = (
            f"Remove the study {study.plan.title} with its {counted(n_answers, 'answer')}? Ratings that it gave to "
            "clips stay. Undo brings it back."
        )
        if self.ask(text, "Remove"):
            project = self._session.project
            self._edit(lambda: self._session.edit(lambda: studies.remove(project, study)), "removing a study")

    def _list_people(self) -> None:
        self._people.clear()
        for person in annotators.all(self._session.project, annotators.WINDOW):
            inner = self._people.addMenu(person.name.replace("&", "&&"))
            inner.addAction("Remove...", partial(self._take_out, person))
            inner.addAction("Forget for good...", partial(self._forget, person))

    def _take_out(self, person: Annotator) -> None:
        project, session = self._session.project, self._session
        said = annotators.n_said(project, person.id)
        goes = ", ".join(counted(n, word, PLURALS.get(word, "")) for word, n in said.items()) or "nothing"
        text = f"Remove {person.name}? With the name goes what was said: {goes}. Undo brings it back."
        if self.ask(text, f"Remove {person.name}"):

            def write() -> None:
                session.edit(lambda: annotators.remove(project, person.id))
                if session.annotator == person.name:
                    session.set_annotator("")

            self._edit(write, "removing a person")

    def _forget(self, person: Annotator) -> None:
        if self.ask(GOES.format(name=person.name), f"Forget {person.name}"):
            project, session = self._session.project, self._session

            def write() -> None:
                session.edit(lambda: forget.forget(project, person.id))
                if session.annotator == person.name:
                    session.set_annotator("")

            self._edit(write, "forgetting a person")

    def ask(self, text: str, act: str) -> bool:
        """Whether the user wants what cannot be seen beforehand."""
        box = QMessageBox(self)
        box.setWindowTitle(act)
        box.setText(text)
        wanted = box.addButton(act, QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
        show_modal(box)
        return box.clickedButton() is wanted
