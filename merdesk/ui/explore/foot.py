"""The line under a view: how many clips it shows, and the scale of its colours."""

from PySide6.QtWidgets import QWidget

from merdesk.domain.arrays import BoolArray
from merdesk.domain.columns import ClipColumns
from merdesk.ui.plots.colouring import Colouring
from merdesk.ui.plots.legend import ColourBar
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import counted, label, row

SCALE_WIDTH = 180


class Foot(QWidget):
    """A caption, and at its right the numeric map of a colouring; categories have their legend elsewhere."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.caption = label("", "caption", wrap=True)
        self.scale_title = label("", "caption")
        self.scale = ColourBar(theme)
        self.scale.setFixedWidth(SCALE_WIDTH)
        line = row(self.caption, self.scale_title, self.scale, margins=(16, 0, 8, 4))
        line.setStretch(0, 1)
        self.setLayout(line)

    def say(self, text: str) -> None:
        """Show this caption."""
        self.caption.setText(text)

    def show_scale(self, colouring: Colouring | None) -> None:
        """Show the numeric map of a colouring, nothing of None and of categories."""
        shown = colouring is not None and colouring.bounds is not None
        self.scale.setVisible(shown)
        self.scale_title.setVisible(shown)
        if colouring is not None and shown:
            self.scale_title.setText(colouring.title)
            self.scale.set_colouring(colouring)


def shown_of(columns: ClipColumns, visible: BoolArray, *, as_table: bool) -> str:
    """How many clips a view shows; a plane has no place for those without a rating and a prediction."""
    placed = visible if as_table else visible & (columns.annotated | columns.predicted)
    without = int(visible.sum() - placed.sum())
    text = f"{int(placed.sum()):,} of {counted(len(columns), 'clip')} shown"
    if without:
        verb = "has" if without == 1 else "have"
        text += f", {without:,} more {verb} no rating and no prediction yet: see the table"
    return text
