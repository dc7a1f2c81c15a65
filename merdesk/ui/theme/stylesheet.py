"""The one style sheet, built from a palette and the size of the system's font.

Widgets say what they are by the dynamic property `role`:

- QLabel: title, strong, section, caption, muted, good, bad, badge
- QPushButton: primary (one a page), quiet (text only), fold (a heading that unfolds), saved (a row
  of saved filters), way (a large one with an icon and a sentence), chip (a choice with its value), part (a part of the filter, taken away by a click),
  tab (checkable page button), choice (one of several answers)
- QAbstractSpinBox: plain (no arrows; with NoButtons a styled field has no room for its number)
- QToolButton: play (the round one), otherwise quiet
- QFrame and QWidget: panel, bar, card, raised, plane
"""

from pathlib import Path
from string import Template

from merdesk.resources import resource
from merdesk.ui.theme.palette import Palette, mix

_SHEET = Template("""
* { outline: 0; }
QWidget { color: $text; }
QMainWindow, QDialog, QMessageBox { background: $panel; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QToolTip { color: $text; background: $raised; border: 1px solid $line; padding: 4px 8px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="figure"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="section"] { font-size: ${caption}px; font-weight: 600; color: $muted; }
QLabel[role="caption"] { font-size: ${caption}px; color: $muted; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="good"] { color: $good; }
QLabel[role="bad"] { color: $bad; }
QLabel[role="badge"] { font-size: ${caption}px; font-weight: 600; color: $on_accent; background: $accent;
    border-radius: 4px; padding: 1px 5px; }
QLabel:disabled { color: $faint; }

QWidget[role="panel"], QWidget[role="bar"] { background: $panel; }
QWidget[role="plane"] { background: $background; }
QWidget[role="raised"] { background: $raised; border-radius: 7px; }
QFrame[role="drop"] { background: transparent; border: 2px dashed $muted; border-radius: 9px; }
QLabel[role="drop"] { background: $raised; border: 1px solid $line; border-radius: 9px; padding: 12px 24px; font-weight: 600; }
QFrame[role="hint"] { background: $raised; border: 1px solid $focus; border-radius: 9px; }
QFrame[role="ring"] { background: transparent; border: 2px solid $focus; border-radius: 7px; }
QFrame[role="card"] { background: $panel; border: 1px solid $line; border-radius: 9px; }
QTextBrowser[role="text"] { background: transparent; border: 0; padding: 0; }
QFrame[role="rule"] { background: $line; border: 0; max-height: 1px; min-height: 1px; }
QFrame[role="upright"] { background: $line; border: 0; max-width: 1px; min-width: 1px; }

QPushButton { background: $raised; color: $text; border: 1px solid transparent; border-radius: 7px;
    padding: 4px 12px; min-height: ${field}px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:focus { border-color: $focus; }
QPushButton:disabled { color: $faint; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; font-weight: 600; }
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus { border-color: $text; }
QPushButton[role="primary"]:disabled { background: $raised; color: $faint; }
QPushButton[role="quiet"] { background: transparent; color: $muted; padding: 4px 7px; }
QPushButton[role="quiet"]:hover { background: $raised; color: $text; }
QPushButton[role="quiet"]:checked { color: $text; background: $raised; }
QPushButton[role="quiet"]:disabled { color: $faint; background: transparent; }
QPushButton[role="fold"] { background: transparent; padding: 3px 7px 3px 3px; text-align: left; }
QPushButton[role="saved"] { background: transparent; padding: 3px 7px; text-align: left; }
QPushButton[role="fold"]:hover, QPushButton[role="saved"]:hover, QPushButton[role="saved"]:checked { background: $raised; }
QPushButton[role="fold"]:focus, QPushButton[role="saved"]:focus { border-color: $focus; }
QPushButton[role="way"] { background: $panel; border: 1px solid $line; border-radius: 9px; padding: 0; }
QPushButton[role="way"]:hover { background: $raised; }
QPushButton[role="way"]:focus { border-color: $focus; }
QPushButton[role="chip"] { padding: 4px 10px; }
QPushButton[role="part"] { padding: 2px 6px 2px 7px; }
QPushButton[role="chip"]::menu-indicator { image: none; width: 0; }
QPushButton[role="choice"]:checked { background: $accent; color: $on_accent; }
QPushButton[role="tab"] { background: transparent; color: $muted; padding: 4px 12px; }
QPushButton[role="tab"]:hover { color: $text; }
QPushButton[role="tab"]:checked { background: $raised; color: $text; font-weight: 600; }

QToolButton { background: transparent; color: $muted; border: 1px solid transparent; border-radius: 7px; padding: 4px; }
QToolButton:hover { background: $raised; color: $text; }
QToolButton:pressed { background: $pressed; }
QToolButton:focus { border-color: $focus; }
QToolButton:checked { background: $raised; color: $text; }
QToolButton:disabled { color: $faint; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="play"] { background: $accent; border-radius: 18px; padding: 0; min-width: 34px; max-width: 34px;
    min-height: 34px; max-height: 34px; }
QToolButton[role="play"]:hover { background: $accent_hover; }
QToolButton[role="play"]:focus { border-color: $text; }
QToolButton[role="play"]:disabled { background: $raised; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: $raised; color: $text;
    border: 1px solid transparent; border-radius: 7px; padding: 4px 8px; min-height: ${field}px; }
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox { selection-background-color: $selection;
    selection-color: $text; placeholder-text-color: $muted; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border-color: $focus; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url("$arrows/chevron-down.svg"); width: 14px; height: 14px; }
QComboBox:disabled, QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { color: $faint; }
QAbstractSpinBox[role="plain"]::up-button, QAbstractSpinBox[role="plain"]::down-button { width: 0; }
QAbstractSpinBox[role="plain"]::up-arrow, QAbstractSpinBox[role="plain"]::down-arrow { image: none; width: 0; height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { background: transparent; border: 0; width: 20px; }
QAbstractSpinBox::up-arrow { image: url("$arrows/chevron-up.svg"); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url("$arrows/chevron-down.svg"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $panel; border: 1px solid $line; padding: 4px;
    selection-background-color: $raised; selection-color: $text; }

QMenuBar { background: $panel; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 5px; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $panel; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 5px; }
QMenu::item:selected { background: $raised; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }

QAbstractItemView { background: transparent; border: 0; alternate-background-color: transparent;
    selection-background-color: $hover; selection-color: $text; }
QTreeView::item, QListView::item { min-height: 26px; border-radius: 7px; }
QListView::item:hover, QTreeView::item:hover, QTableView::item:hover { background: $hover_row; }
QAbstractItemView::item:selected { background: $hover; color: $text; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; color: $muted; border: 0; border-bottom: 1px solid $line;
    padding: 4px 8px; font-size: ${caption}px; font-weight: 600; }
QHeaderView::up-arrow, QHeaderView::down-arrow { subcontrol-origin: padding; subcontrol-position: top center;
    width: 9px; height: 9px; top: -4px; }
QHeaderView::up-arrow { image: url("$arrows/chevron-up.svg"); }
QHeaderView::down-arrow { image: url("$arrows/chevron-down.svg"); }
QTableView::item { padding: 0 8px; border: 0; }
QTableView { gridline-color: $grid; }
QTableCornerButton::section { background: transparent; border: 0; }

QScrollArea, QScrollArea > QWidget > QWidget[role="panel"] { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSlider { background: transparent; min-height: 18px; }
QSlider::groove:horizontal { height: 4px; border: 0; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { border: 0; border-radius: 2px; background: $muted; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -4px 0; border: 0; border-radius: 6px;
    background: $text; }
QSlider::handle:horizontal:focus { background: $text; border: 2px solid $muted; margin: -6px -2px;
    border-radius: 8px; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: $faint; }

QProgressBar { background: $line; border: 0; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; }

QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QStatusBar { background: $panel; color: $muted; border-top: 1px solid $line; }
QStatusBar::item { border: 0; }
QTabWidget::pane { border: 0; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $muted; border: 0; border-radius: 7px; padding: 5px 12px;
    margin-right: 4px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { background: $raised; color: $text; }
QGroupBox { border: 0; margin-top: 18px; }
QGroupBox::title { subcontrol-origin: margin; color: $muted; font-size: ${caption}px; font-weight: 600; }
""")

BASE_PX = 13
CAPTION_PX = 11
TITLE_PX = 17
FIELD_PX = 18
"""Height inside buttons and fields."""


def scaled(size_px: int, base_px: int) -> int:
    """A size of the drawings (base 13 px) at another base size.

    Examples
    --------
    >>> scaled(CAPTION_PX, 26)
    22
    """
    return round(size_px * base_px / BASE_PX)


def stylesheet(palette: Palette, base_px: int = BASE_PX, *, arrows: Path | None = None) -> str:
    """The whole style sheet for a palette at a base font size in pixels; `arrows` holds the tinted chevrons."""
    tokens = {
        name: getattr(palette, name) for name in palette.__slots__ if isinstance(getattr(palette, name), str)
    }
    return _SHEET.substitute(
        tokens,
        arrows=(arrows or resource("icons")).as_posix(),
        caption=scaled(CAPTION_PX, base_px),
        field=scaled(FIELD_PX, base_px),
        title=scaled(TITLE_PX, base_px),
        hover=mix(palette.raised, palette.text, 0.06),
        hover_row=mix(palette.panel, palette.raised, 0.6),
        pressed=mix(palette.raised, palette.text, 0.12),
        focus=mix(palette.line, palette.muted, 0.7),
        accent_hover=mix(palette.accent, palette.text, 0.12),
        selection=mix(palette.raised, palette.accent, 0.35),
    )
