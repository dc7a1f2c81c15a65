"""Other models beside the one in use: their points in the plane, what each says in words, and A swapped for B."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from merdesk.domain.arrays import BoolArray
from merdesk.project import models
from merdesk.ui.compare.other_models import OtherModel, OtherModels
from merdesk.ui.compare.words import said_of
from merdesk.ui.plots.plane_pointer import MOST_JOINED
from merdesk.ui.plots.residual_field import STYLES, ModelPoints, ResidualField
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, label


class ModelsBeside(QObject):
    """Shows the chosen models for the clips in focus: the playing one and the selected ones.

    Signals
    -------
    edit_asked
        A function that edits, and what it does in words.
    """

    edit_asked = Signal(object, str)

    def __init__(
        self, session: Session, others: OtherModels, field: ResidualField, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._others, self._field = session, others, field
        self.swap_button = button(
            "Swap A and B", "chip", "Put the next model in use; what plays follows it (X)"
        )
        self.swap_button.clicked.connect(self.swap)
        self.caption = label("", "caption", wrap=True)

    def show_among(self, shown: BoolArray) -> None:
        """Points of the other models for the clips in focus that are shown [n_clips], and whose point is whose."""
        session, others = self._session, self._others.shown
        focus = dict.fromkeys(
            clip for clip in (session.playing, *session.selection[:MOST_JOINED]) if clip is not None
        )
        rows = session.columns.rows_of(list(focus))
        rows = rows[shown[rows]]
        self._field.show_others(
            [
                ModelPoints(
                    one.name,
                    np.stack([session.columns.affect[rows], one.affect[rows]], axis=1),
                    one.interval,
                )
                for one in others
            ]
        )
        swappable = not session.project.read_only and session.borrowed is None
        self.swap_button.setVisible(bool(others) and swappable)
        self.caption.setVisible(bool(others))
        self.caption.setText("     ".join(self._said(others)))

    def _said(self, others: tuple[OtherModel, ...]) -> list[str]:
        session = self._session
        row_of = None if session.current is None else session.columns.row_of(session.current)
        said = [said_of(session.model_name(), "circle", session.columns, session.columns.prediction, row_of)]
        return said + [
            said_of(one.name, marker, session.columns, one.affect, row_of)
            for one, (_, marker) in zip(others, STYLES, strict=False)
        ]

    def swap(self) -> None:
        """Put the first of the other models in use, and let the one in use take its place: A and B on the same clip."""
        session, current = self._session, models.current(self._session.project)
        if current is None or current.id is None or session.borrowed is not None or session.project.read_only:
            return
        self._others.choose_one()
        if not (others := self._others.shown):
            return
        self._others.exchange(current.id, others[0].id)
        self.edit_asked.emit(lambda: session.use_model(others[0].id), "swapping models")
