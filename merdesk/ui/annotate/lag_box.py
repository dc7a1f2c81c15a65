"""How late a trace is, and the offer to shift it; nothing is shifted unasked."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from merdesk.ui.theme.figures import signed
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.trace_lag import LagFound

LEAST_S = 0.1
"""Less is no lag."""


class LagBox(QWidget):
    """Shows a `LagFound`; `shift_s` is what the annotator wants the trace to be earlier by, 0 unless asked for.

    Signals
    -------
    shift_changed
        The annotator wants another shift.
    """

    shift_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.shift_s = 0.0
        self._found: LagFound | None = None
        self._words = label("", "muted", wrap=True)
        self.shift = button("", "", "Move the trace to an earlier moment; undo brings it back")
        # A click leaves the keyboard where it is: Enter files then.
        self.shift.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.shift.clicked.connect(self._toggle)
        self.setLayout(column(label("Lag", "section"), self._words, row(self.shift, None), spacing=8))
        self.hide()

    def show_lag(self, found: LagFound | None) -> None:
        """Show an estimate, None where there is none; one that is another gives up the shift."""
        if found != self._found:
            self.shift_s = 0.0
        self._found = found
        self.setVisible(found is not None)
        self._show()

    def _toggle(self) -> None:
        if self._found is not None:
            self.shift_s = 0.0 if self.shift_s else self._found.lag.lag_s
            self._show()
            self.shift_changed.emit()

    def _show(self) -> None:
        if self._found is None:
            self.shift_s = 0.0
            return
        lag = self._found.lag
        late = lag.lag_s > LEAST_S
        self.shift.setVisible(late)
        self.shift.setText("Undo the shift" if self.shift_s else f"Shift by {lag.lag_s:.1f} s")
        fit = f"r {signed(lag.r)} then, {signed(lag.r_unshifted)} as it is"
        self._words.setText(
            f"You seem to answer {lag.lag_s:.1f} s late: that much earlier, your trace fits {self._found.against} best ({fit})."
            if late
            else f"No lag behind {self._found.against} was found ({fit})."
        )
