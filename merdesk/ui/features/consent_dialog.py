"""Before openSMILE is used for the first time: its licence."""

from PySide6.QtWidgets import QCheckBox, QDialog, QPlainTextEdit, QWidget

from merdesk.features.opensmile_sets import licence
from merdesk.ui.help.window import HelpKey
from merdesk.ui.widgets import button, column, label, row

WHERE = "https://github.com/audeering/opensmile/blob/master/LICENSE"


class OpenSmileDialog(QDialog):
    """Accepted when the licence was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "features")
        self.setWindowTitle("Use openSMILE")
        text = QPlainTextEdit(licence() or f"The licence is at {WHERE}.")
        text.setReadOnly(True)
        text.setAccessibleName("Licence of openSMILE")
        self.accepted_box = QCheckBox("I have read the licence and accept it")
        self.go = button("Go on", "primary")
        self.go.setEnabled(False)
        cancel = button("Cancel")
        self.accepted_box.toggled.connect(self.go.setEnabled)
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)
        self.setLayout(
            column(
                label("openSMILE has a licence of its own", "title"),
                label(
                    "audEERING's research licence allows research, teaching and private use, and forbids products "
                    "and other commercial use. Publications are asked to name openSMILE.",
                    wrap=True,
                ),
                column(label("Licence", "section"), text, spacing=8),
                self.accepted_box,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(600, 520)
