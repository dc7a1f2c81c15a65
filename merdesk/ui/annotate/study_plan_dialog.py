"""Make a study, change one that nobody has answered, or begin the next version of one that has answers."""

from PySide6.QtWidgets import QDialog, QWidget

from merdesk.domain.study import StudyPlan
from merdesk.errors import Failure, attempt
from merdesk.project import studies
from merdesk.project.studies import Study
from merdesk.ui.annotate.study_fields import StudyFields
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.study_plans import new_uid, next_version

WIDTH = 920
NEW = "Predictions and other people's ratings are never shown."
EDITED = "Nobody has answered yet, so everything can be changed. Who agreed to take part is asked again."
VERSION = (
    "People have answered {title}: what they were asked stays as it was, or their answers would not be comparable. "
    "This makes a version of its own beside it."
)


class StudyPlanDialog(QDialog):
    """Choices of a study; once accepted the study is in the project."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, edited: Study | None = None
    ) -> None:
        super().__init__(parent)
        HelpKey(self, "annotate")
        self._session, self._edited = session, edited
        self._versioned = edited is not None and studies.is_answered(session.project, edited)
        plan = None if edited is None else edited.plan
        title, about, act = self._words(plan)
        self.setWindowTitle(title)
        self.fields = StudyFields(session, plan)
        if plan is not None and self._versioned:
            self.fields.name.setText(next_version(plan.title))
        self._notice = label("", "bad", wrap=True)
        self._notice.hide()
        cancel, self.go = button("Cancel"), button(act, "primary")
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._accept)
        self.go.setDefault(True)
        self.setLayout(
            column(
                column(label(title, "title"), label(about, "muted", wrap=True), spacing=4),
                self.fields,
                self._notice,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setFixedWidth(WIDTH)
        self.fields.changed.connect(self._show_ready)
        self._show_ready()

    def _words(self, plan: StudyPlan | None) -> tuple[str, str, str]:
        """Title, explanation and what the button says."""
        if plan is None:
            return "New study", NEW, "Add study"
        if self._versioned:
            return "New version of a study", VERSION.format(title=plan.title), "Add version"
        return "Edit study", EDITED, "Save changes"

    def _show_ready(self) -> None:
        self.go.setEnabled(self.fields.complete)

    def _accept(self) -> None:
        made = attempt(self._keep)
        if isinstance(made, Failure):
            if not made.expected:
                raise RuntimeError(made.details)
            self._notice.setText(made.message)
            self._notice.show()
            return
        self.accept()

    def _keep(self) -> None:
        project, edited = self._session.project, self._edited
        # Another name for machines, too: a plan that was sent out before is another study.
        plan = self.fields.plan(new_uid())
        if edited is None or self._versioned:
            studies.add(project, plan)
        else:
            self._session.edit(lambda: studies.revise(project, edited, plan))
