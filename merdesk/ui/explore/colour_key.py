"""The legend of a colouring that the library has none of: beside the plane, a click selects."""

from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from merdesk.ui.explore.groups_dialog import GroupsDialog
from merdesk.ui.plots.colouring import Colouring, groups_in, sizes_of
from merdesk.ui.plots.gathering import Gathering, gathered
from merdesk.ui.plots.legend import Legend, entries_of
from merdesk.ui.session import Session
from merdesk.ui.theme.palette import DARK
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row, show_modal

WIDTH = 204
MOST = len(DARK.distinct)
LIBRARY = ("genre", "dataset")
"""These have their legend in the library, where genres have no shapes."""


class ColourKey(QWidget):
    """Rows of a categorical colouring with their counts; seen only where they stand nowhere else."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._colouring: Colouring | None = None
        self._title = label("", "section")
        self._legend = Legend(theme, "Colours", selects=True)
        self._legend.select_asked.connect(self._select)
        self._choose = button("Choose...", "quiet", "Choose which groups have a colour of their own")
        self._choose.clicked.connect(self._ask)
        inside = QWidget()
        inside.setProperty("role", "plane")
        inside.setLayout(
            column(self._title, self._legend, row(self._choose, None), None, spacing=4, margins=(0, 4, 12, 0))
        )
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        self.setLayout(column(area))
        self.setFixedWidth(WIDTH)
        self.hide()

    @property
    def legend(self) -> Legend:
        """The rows."""
        return self._legend

    def show_colouring(self, colouring: Colouring | None, *, shaped: bool = False) -> None:
        """Show the rows of a colouring, with the shapes of groups where they have some, or nothing."""
        self._colouring = colouring
        own = colouring is not None and colouring.bounds is None
        if colouring is not None and not shaped:
            own = own and colouring.kind not in LIBRARY
        self.setVisible(own)
        if colouring is not None and own:
            self._title.setText(colouring.title)
            self._legend.setAccessibleName(f"Colours: {colouring.title.lower()}")
            fits = len(colouring.codes) == len(self._session.visible)
            visible = self._session.visible if fits else None
            self._legend.set_entries(entries_of(colouring, visible, shaped=shaped))
            groups = groups_in(self._session.columns, colouring.kind, self._session.measure)
            self._choose.setVisible(groups is not None and len(groups[1]) > MOST)

    def _ask(self) -> None:
        """Let somebody choose which groups have a colour of their own."""
        session, colouring = self._session, self._colouring
        groups = None if colouring is None else groups_in(session.columns, session.colouring, session.measure)
        if colouring is not None and groups is not None:
            dialog = GroupsDialog(colouring.title, sizes_of(*groups), session.coloured, MOST, self)
            if show_modal(dialog):
                session.choose_coloured(dialog.chosen)

    def _select(self, name: str, how: Gathering) -> None:
        if self._colouring is None:
            return
        session, code = self._session, self._colouring.names.index(name)
        ids = session.columns.ids[(self._colouring.codes == code) & session.visible]
        session.select(gathered(session.selected, ids, how))
