"""What the other models say of the clip that plays, over time: in the plane and under the waveform."""

from PySide6.QtCore import QObject, Signal

from merdesk.domain.clip import ClipId
from merdesk.ui import clip_traces
from merdesk.ui.compare.other_models import OtherModels
from merdesk.ui.listening import Listening
from merdesk.ui.plots.residual_field import ModelWay, ResidualField
from merdesk.ui.plots.trace import Trace
from merdesk.ui.session import Session


class HeardModels(QObject):
    """Follows what plays for the models that are compared with the one in use.

    Signals
    -------
    traces_changed
        Each model's `Trace` of the clip that plays, one value for a clip that it did not follow, None where it says
        nothing; and the models' names.
    """

    traces_changed = Signal(object, object)

    def __init__(
        self, session: Session, others: OtherModels, listening: Listening, field: ResidualField
    ) -> None:
        super().__init__(listening)
        self._session, self._others, self._listening, self._field = session, others, listening, field
        self._followed: list[Trace | None] = []
        self._position_s = 0.0
        listening.traces_changed.connect(self._read)
        others.changed.connect(self._read)
        listening.playback.position_changed.connect(self._move)

    def _read(self) -> None:
        """Read the traces; while somebody rates there are none."""
        session, playing = self._session, self._session.playing
        number = None if playing is None or self._listening.blind else session.columns.row_of(playing)
        if playing is None or number is None:
            self._show([], [], [])
            return
        shown = self._others.shown
        followed = [clip_traces.predicted(session.project, one.id, ClipId(playing)) for one in shown]
        levels = [clip_traces.level(one.affect[number]) for one in shown]
        told = [trace or level for trace, level in zip(followed, levels, strict=True)]
        self._show(followed, told, [one.name for one in shown])

    def _show(self, followed: list[Trace | None], told: list[Trace | None], names: list[str]) -> None:
        self._followed = followed
        self._move(self._position_s)
        self.traces_changed.emit(told, names)

    def _move(self, position_s: float) -> None:
        self._position_s = position_s
        if self._followed or self._field.ways:
            self._field.show_ways([_way(followed, position_s) for followed in self._followed])


def _way(followed: Trace | None, position_s: float) -> ModelWay | None:
    if followed is None:
        return None
    return ModelWay(followed.affect, clip_traces.place(followed, position_s, beyond_s=clip_traces.HALF_ROW_S))
