"""The right panel: everything known about the clip that is selected, or what several have in common."""

import math
import re
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from merdesk.domain.annotation import StaticAnnotation
from merdesk.domain.clip import Clip, ClipId
from merdesk.domain.columns import ClipFlag
from merdesk.project import annotations, clips, said
from merdesk.ui.origin import origin_facts
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import clock, signed
from merdesk.ui.theme.stylesheet import scaled
from merdesk.ui.widgets import button, column, counted, framed, label, row

WIDTH, WIDTH_MOST = 292, 400
LONG = 90
"""Longer facts show their end; the tooltip has all."""
LONG_ID = 16
"""A longer id is a file name, which stands below."""
INTERVAL_WORDS = (
    "90 % of clips lie within \N{PLUS-MINUS SIGN} this on average; a single new dataset can be far off"
)
LARGE_RESIDUAL = 0.3
"""A residual from here on is written in the colour for bad: about one standard deviation of EmoMusic's valence."""


class _Tile(QFrame):
    """A number with its caption and its uncertainty."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self.setProperty("role", "raised")
        self._caption = label(caption, "caption")
        self._value = label("", "figure")
        self._detail = label("", "caption")
        self.setLayout(
            column(
                self._caption,
                row(self._value, self._detail, None, spacing=6),
                spacing=2,
                margins=(10, 8, 8, 8),
            )
        )

    def show_value(self, value: float, detail: str = "") -> None:
        """Show a number; NaN is shown as missing."""
        self._value.setText(signed(value) if math.isfinite(value) else "none")
        self._value.setProperty("role", "figure" if math.isfinite(value) else "muted")
        self._value.style().polish(self._value)
        self._detail.setText(detail)

    def set_caption(self, caption: str) -> None:
        """Say what the number is."""
        self._caption.setText(caption)


class Inspector(QScrollArea):
    """The selected clip.

    Signals
    -------
    play_asked
        Play the clip of this id.
    rate_asked
        Rate the clip of this id.
    """

    play_asked = Signal(int)
    rate_asked = Signal(int)

    def __init__(
        self, session: Session, similar: QWidget | None = None, several: QWidget | None = None
    ) -> None:
        super().__init__()
        self._session = session
        self._similar, self._several = similar or QWidget(), several or QWidget()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(min(scaled(WIDTH, self.fontInfo().pixelSize()), WIDTH_MOST))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Inspector")
        self._title = label("", "title", wrap=True)
        self._artist = label("", "muted", wrap=True)
        self._where = label("", "muted", wrap=True)
        self._tiles = {
            name: _Tile(name) for name in ("valence", "arousal", "predicted valence", "predicted arousal")
        }
        self._residual_head = label("Residual", "section")
        self._residual = label("", wrap=True)
        self._unlike = label("", "muted", wrap=True)
        self._unlike.setToolTip(
            "Says how far its features lie from those trained on, not how wrong a prediction is"
        )
        self._ratings = QVBoxLayout()
        self._facts = QGridLayout()
        self._facts.setColumnStretch(1, 1)
        self._facts.setColumnMinimumWidth(0, 92)
        self._play = button("Play", "", "Play this clip (Space)")
        self._rate = button("Rate", "", "Rate this clip (R)")
        self._play.clicked.connect(lambda: self._ask(self.play_asked.emit))
        self._rate.clicked.connect(lambda: self._ask(self.rate_asked.emit))
        self._full = self._build()
        self._empty = label("Select a clip to see everything about it.", "muted", wrap=True)
        inside = QWidget()
        inside.setProperty("role", "panel")
        inside.setLayout(column(self._empty, self._several, self._full, None, margins=(16, 16, 16, 16)))
        self.setWidget(inside)
        for signal in (session.selection_changed, session.columns_changed, session.annotator_changed):
            signal.connect(self.show_clip)
        self.show_clip()

    def _build(self) -> QWidget:
        tiles = QGridLayout()
        tiles.setSpacing(8)
        n_beside = 2 if scaled(WIDTH, self.fontInfo().pixelSize()) <= WIDTH_MOST else 1
        for place, tile in enumerate(self._tiles.values()):
            tiles.addWidget(tile, place // n_beside, place % n_beside)
        self._facts.setVerticalSpacing(4)
        return framed(
            column(
                column(self._title, self._artist, self._where, spacing=2),
                tiles,
                row(self._play, self._rate),
                column(self._residual_head, self._residual, self._unlike, spacing=4),
                column(label("Ratings", "section"), self._ratings, spacing=4),
                self._similar,
                column(label("Clip", "section"), self._facts, spacing=4),
                spacing=16,
            ),
            "panel",
        )

    def _ask(self, tell: Callable[[int], None]) -> None:
        if self._session.current is not None:
            tell(self._session.current)

    def show_clip(self) -> None:
        """Show the session's current clip, or say how to choose one."""
        clip_id = self._session.current
        number = None if clip_id is None else self._session.columns.row_of(clip_id)
        is_one = number is not None and len(self._session.selection) == 1
        self._full.setVisible(is_one)
        self._several.setVisible(number is not None and not is_one)
        self._empty.setVisible(number is None)
        if clip_id is None or number is None or not is_one:
            return
        clip = clips.get(self._session.project, ClipId(clip_id))
        self._show_head(clip)
        self._show_numbers(number)
        self._show_ratings(clip)
        self._show_facts(clip, number)

    def _show_head(self, clip: Clip) -> None:
        self._title.setText(breakable(clip.track.title or clip.source_id))
        self._artist.setText(clip.track.artist)
        self._artist.setVisible(bool(clip.track.artist))
        length = "" if clip.duration_s is None else clock(clip.duration_s)
        named = "" if len(clip.source_id) > LONG_ID else clip.source_id
        self._where.setText(" · ".join(part for part in (f"{clip.dataset} {named}".strip(), length) if part))
        self._play.setEnabled(clip.track.path is not None)
        self._rate.setEnabled(not self._session.project.read_only)

    def _show_numbers(self, number: int) -> None:
        columns = self._session.columns
        model = self._session.model_name()
        half = self._session.interval()
        for axis, name in enumerate(("valence", "arousal")):
            spread = float(columns.spread[number, axis])
            self._tiles[name].set_caption(f"{name.capitalize()}, annotated")
            self._tiles[name].show_value(
                float(columns.affect[number, axis]),
                f"\N{PLUS-MINUS SIGN} {spread:.2f}" if math.isfinite(spread) else "",
            )
            tile = self._tiles[f"predicted {name}"]
            tile.set_caption(f"{name.capitalize()}, predicted")
            predicted = float(columns.prediction[number, axis])
            known = half is not None and math.isfinite(predicted)
            tile.show_value(predicted, f"\N{PLUS-MINUS SIGN} {half[axis]:.2f}" if half and known else "")
            said = f"Predicted by the model {model}" if model else "No model has predicted yet"
            tile.setToolTip(f"{said}; {INTERVAL_WORDS}" if known else said)
        far = self._session.unlike(int(columns.ids[number]))
        self._unlike.setVisible(far is not None)
        if far is not None:
            self._unlike.setText(f"Unlike the training clips: percentile {far:.0f}")
        residual = columns.residual[number]
        known = bool(math.isfinite(float(residual[0])))
        self._residual_head.setVisible(known)
        self._residual.setVisible(known)
        if known:
            self._residual.setText(
                f"{signed(float(residual[0]))} valence, {signed(float(residual[1]))} arousal"
            )
            large = max(abs(float(value)) for value in residual) >= LARGE_RESIDUAL
            self._residual.setProperty("role", "bad" if large else "")
            self._residual.style().polish(self._residual)

    def _show_ratings(self, clip: Clip) -> None:
        _clear(self._ratings)
        found = said.said_of(self._session.project, clip.id)
        for name, annotation, unit in found:
            head = label(breakable(name or "Published"), wrap=True)
            numbers = label(f"{signed(unit.valence)}  {signed(unit.arousal)}", "muted")
            numbers.setToolTip(f"As filed: valence {annotation.valence:g}, arousal {annotation.arousal:g}")
            self._ratings.addLayout(row(head, None, numbers))
            if about := self._about(clip, annotation):
                self._ratings.addWidget(label(about, "caption", wrap=True))
        if tracers := said.tracers(self._session.project, clip.id):
            self._ratings.addWidget(label(f"Over time: {', '.join(tracers)}", "caption", wrap=True))
        if not found:
            self._ratings.addWidget(label("Nobody has rated this clip yet.", "muted", wrap=True))

    def _about(self, clip: Clip, annotation: StaticAnnotation) -> str:
        """How many people a rating is of, and how far they lie apart on [-1, 1]."""
        raters = "" if annotation.n_raters == 1 else counted(annotation.n_raters, "annotator")
        scale = annotations.scale_of(self._session.project, clip.id)
        spread = scale.spread_to_unit([[annotation.valence_std, annotation.arousal_std]])[0]
        if not all(map(math.isfinite, spread)):
            return raters
        plus = "\N{PLUS-MINUS SIGN}"
        apart = f"{plus} {spread[0]:.2f} valence, {plus} {spread[1]:.2f} arousal"
        return f"{raters}, {apart}" if raters else apart

    def _show_facts(self, clip: Clip, number: int) -> None:
        _clear(self._facts)
        columns = self._session.columns
        path = clip.track.path
        facts = (
            ("Genre", clip.genre or "none"),
            ("As filed", clip.genre_raw if clip.genre_raw != clip.genre else ""),
            ("Album", clip.track.album),
            ("Group", clip.group),
            ("Split", clip.split),
            ("Excerpt", _excerpt(clip)),
            ("Audio", _audio(clip) if columns.flags[number] & ClipFlag.HAS_AUDIO else "not located"),
            ("File", "" if path is None else path.decode("utf-8", "replace")),
            *origin_facts(self._session.project, clip),
        )
        for place, (name, text) in enumerate((name, text) for name, text in facts if text):
            value = _fact(text, end=name != "Cite")
            self._facts.addWidget(label(name, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, place, 1)


def _fact(text: str, *, end: bool = True) -> QLabel:
    dots = "\N{HORIZONTAL ELLIPSIS}"
    short = text if len(text) <= LONG else dots + text[-LONG:] if end else text[:LONG] + dots
    value = label(breakable(short), wrap=True)
    value.setToolTip(text)
    value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    value.setMinimumWidth(1)
    return value


def breakable(text: str) -> str:
    r"""The text with places where a line may break inside long names.

    Examples
    --------
    >>> breakable("a_b").encode("unicode_escape")
    b'a_\\u200bb'
    """
    return re.sub(r"([_/.\-]|\w{16})(?=\S)", "\\1\u200b", text)


def _excerpt(clip: Clip) -> str:
    if clip.duration_s is None or (clip.onset_s == 0 and clip.duration_s == clip.track.duration_s):
        return ""
    whole = f" of {clock(clip.track.duration_s)}" if clip.track.duration_s else ""
    return f"{clock(clip.onset_s)} to {clock(clip.onset_s + clip.duration_s)}{whole}"


def _audio(clip: Clip) -> str:
    track = clip.track
    rate = f"{track.sample_rate_hz / 1000:g} kHz" if track.sample_rate_hz else ""
    channels = {1: "mono", 2: "stereo"}.get(track.n_channels or 0, f"{track.n_channels} channels")
    return ", ".join(part for part in (track.codec, rate, channels) if part)


def _clear(layout: QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _clear(inner)  # type: ignore[arg-type]  # every layout here is a box
