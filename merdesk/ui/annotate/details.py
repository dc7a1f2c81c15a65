"""What may be said beside a value: what fits, how sure one is, tags, a note."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QWidget

from merdesk.domain.rating import CONFIDENCES, tags_of
from merdesk.ui.annotate.categories import Categories
from merdesk.ui.widgets import button, column, label, row


class Details(QWidget):
    """Confidence as five buttons; tags and note behind a button, because few clips need them."""

    def __init__(self) -> None:
        super().__init__()
        self._confidence = QButtonGroup(self)
        self._confidence.setExclusive(False)
        steps = row(spacing=4)
        for value in CONFIDENCES:
            made = button(str(value), "quiet", f"Confidence {value} of {CONFIDENCES[-1]} ({value})")
            made.setCheckable(True)
            made.setAccessibleName(f"Confidence {value}")
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            made.setFixedWidth(32)
            self._confidence.addButton(made, value)
            steps.addWidget(made)
        self._confidence.idClicked.connect(self._choose)
        steps.insertWidget(0, label("Guess", "caption"))
        steps.addWidget(label("Certain", "caption"))
        steps.addStretch(1)
        self.more = button("Add tags or a note", "quiet")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.clicked.connect(self._open)
        self.tags = QLineEdit()
        self.tags.setPlaceholderText("Tags, with commas between them")
        self.tags.setAccessibleName("Tags")
        self.note = QLineEdit()
        self.note.setPlaceholderText("Note")
        self.note.setAccessibleName("Note")
        self.categories = Categories()
        self.setLayout(
            column(
                self.categories,
                column(label("How sure are you? (optional)", "section"), steps, spacing=4),
                row(self.more, None),
                self.tags,
                self.note,
                spacing=8,
            )
        )
        self.show_details(None, (), "", ())

    @property
    def confidence(self) -> int | None:
        """1 to 5, None while nothing was said."""
        chosen = [made for made in self._confidence.buttons() if made.isChecked()]
        return self._confidence.id(chosen[0]) if chosen else None

    def set_confidence(self, value: int | None) -> None:
        """Show a confidence."""
        for made in self._confidence.buttons():
            made.setChecked(self._confidence.id(made) == value)

    def show_details(
        self, confidence: int | None, tags: tuple[str, ...], note: str, categories: tuple[str, ...]
    ) -> None:
        """Show what was said about a clip."""
        self.categories.show_chosen(categories)
        self.set_confidence(confidence)
        self.tags.setText(", ".join(tags))
        self.note.setText(note)
        self._show_fields(bool(tags or note))

    def given_tags(self) -> tuple[str, ...]:
        """The tags that were typed."""
        return tags_of(self.tags.text())

    def _choose(self, value: int) -> None:
        """One of five, or none when it is taken back."""
        self.set_confidence(value if self._confidence.button(value).isChecked() else None)

    def _open(self) -> None:
        self._show_fields(True)
        self.tags.setFocus()

    def _show_fields(self, shown: bool) -> None:
        for field in (self.tags, self.note):
            field.setVisible(shown)
        self.more.setVisible(not shown)
