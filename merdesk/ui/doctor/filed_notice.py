"""The line above every page that says that numbers are those of the values as filed, while they are."""

from PySide6.QtWidgets import QWidget

from merdesk.domain.changes import Changes
from merdesk.project import provenance
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, counted, label, row


class FiledNotice(QWidget):
    """Shown while repairs are set aside, and the way back; cannot be dismissed otherwise."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self.setProperty("role", "raised")
        self._mark, self.text = label(), label(wrap=True)
        self.back = button("Use repaired values", "quiet", "Apply the repairs in force again (Ctrl+Alt+F)")
        self.back.clicked.connect(lambda: session.set_as_filed(False))
        line = row(self._mark, self.text, self.back, spacing=12, margins=(16, 6, 8, 6))
        line.setStretch(1, 1)
        self.setLayout(line)
        session.changed.connect(self._follow)
        theme.changed.connect(self._draw)
        self._draw()
        self._show()

    def _draw(self) -> None:
        self._mark.setPixmap(self._theme.icon("triangle-alert", "bad").pixmap(16, 16))

    def _follow(self, changes: Changes) -> None:
        if "provenance" in changes:
            self._show()

    def _show(self) -> None:
        project = self._session.project
        self.setVisible(project.as_filed)
        n = sum(not entry.reverted for entry in provenance.all(project))
        held = f"{counted(n, 'repair')} {'is' if n == 1 else 'are'} set aside in every view, statistic and export"
        self.text.setText(f"Values as filed: {held if n else 'no repair is in force'}.")
