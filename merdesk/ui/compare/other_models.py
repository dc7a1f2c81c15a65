"""Which models are compared besides the one in use, and what they say."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from merdesk.domain.arrays import FloatArray
from merdesk.domain.prediction import ModelId
from merdesk.project import models, predictions
from merdesk.project.models import ModelRow
from merdesk.ui.session import Session
from merdesk.ui.widgets import button

MOST = 2
"""Other models at a time: with the one in use three, as many styles as can be told apart."""


@dataclass(frozen=True, slots=True)
class OtherModel:
    """A model with its predictions in the rows of the session's columns, shape (n, 2), NaN where it has none.

    `interval` are half widths of the 90 % interval around them; None where none is known.
    """

    id: ModelId
    name: str
    affect: FloatArray
    interval: tuple[float, float] | None = None


class OtherModels(QObject):
    """The choice, as a button with a menu.

    Signals
    -------
    changed
        Others are chosen, or say something else.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._chosen: list[ModelId] = []
        self._read: dict[ModelId, OtherModel] = {}
        self._rows_of = session.columns
        self.button: QPushButton = button(
            "Compare with", "chip", f"Show up to {MOST} other models beside the one in use"
        )
        self._menu = QMenu(self.button)
        self.button.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._list)

    @property
    def shown(self) -> tuple[OtherModel, ...]:
        """The chosen models that there still are, in the order of the choice."""
        known = {model.id: model for model in self._offered()}
        return tuple(self._of(known[number]) for number in self._chosen if number in known)

    def choose_one(self) -> None:
        """Show the newest of the other models where none is chosen yet."""
        if not self.shown and (offered := self._offered()) and offered[-1].id is not None:
            self.choose(offered[-1].id, shown=True)

    def refresh(self) -> None:
        """Offer the choice only where there is one."""
        self.button.setVisible(bool(self._offered()))
        n = len(self.shown)
        self.button.setText(f"Compare with  {n} more" if n else "Compare with")

    def choose(self, model_id: ModelId, *, shown: bool) -> None:
        """Show a model, or no longer; the first of too many goes."""
        kept = [number for number in self._chosen if number != model_id]
        self._chosen = [*kept, model_id][-MOST:] if shown else kept
        self.refresh()
        self.changed.emit()

    def exchange(self, before: ModelId, now: ModelId) -> None:
        """Let the model that was in use take the place of the one that is."""
        self._chosen = [before if number == now else number for number in self._chosen]

    def _offered(self) -> list[ModelRow]:
        current = models.current(self._session.project)
        return [
            model for model in models.all(self._session.project) if current is None or model.id != current.id
        ]

    def _list(self) -> None:
        self._menu.clear()
        for model in self._offered():
            action = self._menu.addAction(model.name)
            action.setCheckable(True)
            action.setChecked(model.id in self._chosen)
            action.toggled.connect(
                lambda shown, number=model.id: (
                    self.choose(number, shown=shown) if number is not None else None
                )
            )

    def _of(self, model: ModelRow) -> OtherModel:
        assert model.id is not None, "it was read from the project"
        columns = self._session.columns
        if self._rows_of is not columns:
            self._rows_of = columns
            self._read.clear()
        if model.id not in self._read:
            affect = np.full((len(columns), 2), np.nan)
            # Held-out last: where a model has both, that is what it is worth.
            for said in predictions.of_model(self._session.project, model.id):
                there = np.isin(said.clip_ids, columns.ids)
                affect[columns.rows_of(said.clip_ids)] = said.affect[there]
            self._read[model.id] = OtherModel(model.id, model.name, affect, model.interval)
        return self._read[model.id]
