"""Fields for numbers, which read the same in every country."""

from PySide6.QtCore import QLocale
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox

INSET_PX = 7
"""Numbers begin where the words of other fields do; a style sheet's padding does not reach them."""


class DecimalBox(QDoubleSpinBox):
    """Shows a decimal point, as everything here does, and takes a comma for one.

    By itself the field follows the system's language, in some of which a typed "0.5" is read as 5.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setLocale(QLocale.c())
        self.lineEdit().setTextMargins(INSET_PX, 0, 0, 0)

    # Qt

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """With a comma turned into a point as it is typed."""
        found: tuple[QValidator.State, str, int] = super().validate(text.replace(",", "."), place)
        return found

    def valueFromText(self, text: str) -> float:
        """What is typed or pasted."""
        return super().valueFromText(text.replace(",", "."))


class WholeBox(QSpinBox):
    """Shows a whole number."""

    def __init__(self) -> None:
        super().__init__()
        self.lineEdit().setTextMargins(INSET_PX, 0, 0, 0)
