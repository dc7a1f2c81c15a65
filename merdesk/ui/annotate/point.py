"""One value for a whole clip: in the plane, by keys, by sliders or by figures."""

import math
from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSlider, QWidget

from merdesk.domain.affect import Affect
from merdesk.domain.clip import ClipId
from merdesk.domain.rating import CONFIDENCES, DIMENSIONS, Rating, Tool
from merdesk.project import annotators, ratings, said
from merdesk.ui.annotate.desk import Desk
from merdesk.ui.annotate.details import Details
from merdesk.ui.annotate.figures import FigureScale
from merdesk.ui.annotate.mode import Mode
from merdesk.ui.annotate.words import feeling
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, label, row

FINE, COARSE = 0.05, 0.25
"""Steps of the arrow keys on [-1, 1], without and with Shift."""
STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
SLIDER_STEPS = 100
QUESTION = "How does the music feel: how positive, and how energetic?"
VALUE_WIDTH = 56


class PointMode(Mode):
    """A proposal that is moved about until it is confirmed."""

    def __init__(self, desk: Desk, theme: Theme, plane: AffectPlane) -> None:
        super().__init__(desk)
        self.plane = plane
        self.proposal: Affect | None = None
        self._tool: Tool = "plane"
        self._clip_id: int | None = None
        self._unfiled = False
        self._half: dict[int, float] = {}
        plane.rating_picked.connect(self._pick)
        self.figures = QWidget()
        self.scales = tuple(FigureScale(theme, dimension) for dimension in DIMENSIONS)
        self.figures.setLayout(column(*self.scales, spacing=8, margins=(24, 8, 24, 16)))
        self.words = label("", "", wrap=True)
        self.listened = label("", "caption")
        self.sliders = tuple(QSlider(Qt.Orientation.Horizontal) for _ in DIMENSIONS)
        self.values = tuple(label("", "strong") for _ in DIMENSIONS)
        for axis, dimension in enumerate(DIMENSIONS):
            self.scales[axis].picked.connect(partial(self._move, axis, "figures"))
            self.sliders[axis].setRange(-SLIDER_STEPS, SLIDER_STEPS)
            self.sliders[axis].setPageStep(round(SLIDER_STEPS * COARSE))
            self.sliders[axis].setSingleStep(round(SLIDER_STEPS * FINE))
            self.sliders[axis].setAccessibleName(dimension.capitalize())
            self.sliders[axis].valueChanged.connect(partial(self._slide, axis))
            self.values[axis].setFixedWidth(VALUE_WIDTH)
            self.values[axis].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.details = Details()
        self.confirm = button("Confirm and next", "primary", "File this rating (Enter)")
        self.confirm.clicked.connect(self.file)
        self.cannot_say = button("Can't say", "", "File that you cannot say, and go on (N)")
        self.cannot_say.clicked.connect(self.file_cannot_say)
        desk.heard.grown.connect(self._on_heard)
        desk.option_changed.connect(lambda name: self._show_state() if name == "least_s" else None)
        self._lay_out()

    def _lay_out(self) -> None:
        sliders = [
            column(
                row(label(name.capitalize(), "muted"), None, self.values[axis]), self.sliders[axis], spacing=0
            )
            for axis, name in enumerate(DIMENSIONS)
        ]
        buttons = row(self.confirm, self.cannot_say)
        buttons.setStretch(0, 1)
        self.setLayout(
            column(
                column(label("Your rating", "section"), self.words, *sliders, self.listened, spacing=8),
                buttons,
                self.details,
                None,
                spacing=16,
            )
        )

    @property
    def view(self) -> QWidget:
        """The plane, or the figures."""
        return self.figures if self.desk.option("tool") == "figures" else self.plane

    def set_tool(self, tool: str) -> None:
        """Rate in the plane or by figures."""
        self.desk.set_option("tool", tool)
        self.view_changed.emit()

    def answered(self) -> frozenset[int]:
        """Ids of the clips that the annotator has rated, or cannot say anything of."""
        return said.rated_by(self.desk.session.project, self.desk.session.annotator)

    def enter(self) -> None:
        """The plane takes clicks."""
        self.plane.set_rating_mode(True)
        self._show()

    def take_focus(self) -> None:
        """Give the keyboard to the plane or the first row of figures."""
        (self.scales[0] if self.view is self.figures else self.plane).setFocus()

    def show_clip(self, clip_id: int | None) -> None:
        """Show what was said about this clip; what is not filed yet stays with its clip."""
        kept = self._unfiled and clip_id == self._clip_id
        self._clip_id = clip_id
        if not kept:
            self._unfiled = False
            self._tool = "plane"
            self.proposal = None
            self._half.clear()
            self._recall()
            if self.scales[1].hasFocus():
                self.scales[0].setFocus()
        self._show()

    def offer_categories(self) -> None:
        """Offer the words of the desk, now that they are others."""
        self.details.categories.offer(tuple(self.desk.option("categories")))

    def _recall(self) -> None:
        """What the annotator said about the clip before."""
        self.offer_categories()
        self.details.show_details(None, (), "", ())
        session, clip_id = self.desk.session, self._clip_id
        if clip_id is None or not session.annotator or not self.desk.recalls:
            return
        self.proposal = said.said_by(session.project, ClipId(clip_id), session.annotator)
        who = {one.name: one.id for one in annotators.all(session.project, annotators.WINDOW)}
        annotator_id = who.get(session.annotator)
        given = (
            None if annotator_id is None else ratings.of_clip(session.project, ClipId(clip_id), annotator_id)
        )
        if given is not None:
            told = given.rating
            self.details.show_details(told.confidence, told.tags, told.note, told.categories)

    def propose(self, affect: Affect, tool: Tool = "plane") -> None:
        """Show a rating that is not filed yet; without a clip that can be heard there is nothing to rate."""
        if self._clip_id is None:
            return
        valence, arousal = (float(np.clip(value, -1, 1)) for value in (affect.valence, affect.arousal))
        self.proposal = Affect(valence, arousal)
        self._half.clear()
        self._tool = tool
        self._unfiled = True
        self._show()

    def _pick(self, valence: float, arousal: float) -> None:
        self.propose(Affect(valence, arousal))

    def _move(self, axis: int, tool: Tool, value: float) -> None:
        here = self.proposal or Affect(0.0, 0.0)
        moved = [here.valence, here.arousal]
        moved[axis] = value
        if tool == "figures" and self.proposal is None and not self._half.keys() - {axis}:
            # Nobody has said anything of the other dimension yet: neutral would be an answer, too.
            self._half[axis] = value
            self._unfiled = True
            self._show()
        else:
            for other, said_before in self._half.items():
                moved[other] = value if other == axis else said_before
            self.propose(Affect(*moved), tool)
        if tool == "figures" and axis == 0 and self.scales[0].hasFocus():
            self.scales[1].setFocus()

    def _slide(self, axis: int, value: int) -> None:
        self._move(axis, "sliders", value / SLIDER_STEPS)

    def file(self) -> None:
        """File the proposal and go on."""
        if self.proposal is not None:
            self._file(self.proposal)

    def file_cannot_say(self) -> None:
        """File that the annotator cannot say, which is an answer, and go on."""
        self._file(None)

    def _file(self, affect: Affect | None) -> None:
        clip_id, desk = self._clip_id, self.desk
        if clip_id is None or desk.session.project.read_only:
            return
        if desk.waits_s(clip_id) > 0:
            self._show()
            return
        rating = Rating(
            affect,
            self.details.confidence,
            self.details.given_tags(),
            self.details.note.text().strip(),
            desk.circumstances(clip_id, self._tool),
            self.details.categories.chosen,
        )
        unfiled, self._unfiled = self._unfiled, False
        if desk.file(lambda: desk.rate(clip_id, rating), "rating a clip"):
            desk.heard.forget(clip_id)
            self.filed.emit()
        else:
            self._unfiled = unfiled

    def _on_heard(self, clip_id: int) -> None:
        if clip_id != self._clip_id or not self.isVisible():
            return
        self._show_listened()
        if self.desk.option("least_s"):
            self._show_state()

    def _show_listened(self) -> None:
        clip_id = self._clip_id
        heard = None if clip_id is None else self.desk.heard.of(clip_id)
        words = ""
        if heard is not None and heard.n_plays:
            words = f"Heard {heard.heard_s:.0f} s, {counted(heard.n_plays, 'play')}"
        if words != self.listened.text():
            self.listened.setText(words)

    def _show(self) -> None:
        proposal = self.proposal
        pair = (None, None) if proposal is None else (proposal.valence, proposal.arousal)
        if self.isVisible():
            self.plane.set_proposal(None if proposal is None else (proposal.valence, proposal.arousal))
        for axis, value in enumerate(pair):
            self.scales[axis].set_value(self._half.get(axis, value))
            self.sliders[axis].blockSignals(True)
            self.sliders[axis].setValue(0 if value is None else round(value * SLIDER_STEPS))
            self.sliders[axis].blockSignals(False)
            self.sliders[axis].setEnabled(self._clip_id is not None)
            self.values[axis].setText("\N{EN DASH}" if value is None else signed(value))
        self._show_state()

    def _show_state(self) -> None:
        self._show_listened()
        proposal, clip_id = self.proposal, self._clip_id
        waits_s = 0.0 if clip_id is None else self.desk.waits_s(clip_id)
        writable = clip_id is not None and not self.desk.session.project.read_only
        self.confirm.setEnabled(proposal is not None and writable and waits_s <= 0)
        self.cannot_say.setEnabled(writable and waits_s <= 0)
        if waits_s > 0:
            self.words.setText(f"Listen {math.ceil(waits_s)} s more before you file; you may point already.")
        else:
            self.words.setText(QUESTION if proposal is None else feeling(proposal).capitalize())

    def key(self, event: QKeyEvent) -> bool:
        """Arrows move, Enter confirms, N is "can't say", 1 to 5 tell how sure one is."""
        key = Qt.Key(event.key())
        if key in STEPS:
            step = COARSE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else FINE
            here = self.proposal or Affect(0.0, 0.0)
            dx, dy = STEPS[key]
            self.propose(Affect(here.valence + dx * step, here.arousal + dy * step), "keys")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.file()
        elif key == Qt.Key.Key_N and not event.modifiers():
            self.file_cannot_say()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and not event.modifiers():
            self._digit(key - Qt.Key.Key_0)
        else:
            return False
        return True

    def _digit(self, number: int) -> None:
        if self.view is self.figures:
            self.scales[0].setFocus()
            self.scales[0].pick(number - 1)
        elif number in CONFIDENCES:
            self.details.set_confidence(number)
