"""Filters that are kept under a name: a click applies one; keys and menu rename and delete."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from merdesk.domain.changes import Changes
from merdesk.project import saved_filters
from merdesk.project.saved_filters import SavedFilter
from merdesk.ui.clip_filter import Filter
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import column, label

NAME_PX = 190


class SavedFilters(QWidget):
    """The project's filters by name, and a field for the name of one that is to be kept.

    Signals
    -------
    listed
        Other rows can have the keyboard now.
    """

    listed = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self._renamed: SavedFilter | None = None
        self.rows: list[SavedRow] = []
        self._head = label("Saved filters", "section")
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name, then Return")
        self.name.setAccessibleName("Name of the filter")
        self.name.returnPressed.connect(self._keep)
        self.name.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.setLayout(column(self._head, self._list, self.name, spacing=4))
        session.changed.connect(self._follow)
        session.visible_changed.connect(self._show_chosen)
        self.refresh()

    @property
    def focusable(self) -> list[QWidget]:
        """What has the keyboard, from top to bottom."""
        return [*self.rows, self.name]

    def ask_name(self, renamed: SavedFilter | None = None) -> None:
        """Ask for the name of the filter in force, or for another name."""
        self._renamed = renamed
        self.name.setText("" if renamed is None else renamed.name)
        self.show()
        self._head.show()
        self.name.show()
        self.name.setFocus()
        self.name.selectAll()

    def _keep(self) -> None:
        project, name, renamed = self._session.project, self.name.text(), self._renamed
        text = self._session.filter.to_json()
        self._session.edit(
            lambda: (
                saved_filters.save(project, name, text)
                if renamed is None
                else saved_filters.rename(project, renamed.id, name)
            )
        )
        self._close()

    def _close(self) -> None:
        self.name.hide()
        self._show_any()
        chosen = next((each for each in self.rows if each.saved.name == self.name.text().strip()), None)
        if chosen is not None:
            chosen.setFocus()

    def _follow(self, changes: Changes) -> None:
        if "saved_filter" in changes:
            self.refresh()

    def refresh(self) -> None:
        """List what the project has now."""
        for each in self.rows:
            self._list.removeWidget(each)
            each.hide()
            each.deleteLater()
        can_write = not self._session.project.read_only
        self.rows = [SavedRow(saved, can_write) for saved in saved_filters.all(self._session.project)]
        for each in self.rows:
            each.clicked.connect(partial(self._apply, each.saved))
            each.rename_asked.connect(partial(self.ask_name, each.saved))
            each.remove_asked.connect(partial(self._remove, each.saved))
            self._list.addWidget(each)
        self._show_chosen()
        self._show_any()
        self.listed.emit()

    def _show_any(self) -> None:
        self.setVisible(bool(self.rows) or not self.name.isHidden())

    def _show_chosen(self) -> None:
        for each in self.rows:
            each.setChecked(Filter.from_json(each.saved.filter) == self._session.filter)

    def _apply(self, saved: SavedFilter) -> None:
        self._session.set_filter(Filter.from_json(saved.filter))
        self._show_chosen()

    def _remove(self, saved: SavedFilter) -> None:
        project = self._session.project
        self._session.edit(lambda: saved_filters.remove(project, saved.id))

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up naming."""
        if event.key() == Qt.Key.Key_Escape and self.name.isVisible():
            self._close()
        else:
            super().keyPressEvent(event)


class SavedRow(QPushButton):
    """One filter; checked while it is in force.

    Signals
    -------
    rename_asked, remove_asked
        By F2 and Delete, or the menu.
    """

    rename_asked = Signal()
    remove_asked = Signal()

    def __init__(self, saved: SavedFilter, can_write: bool) -> None:
        super().__init__()
        self.saved, self._can_write = saved, can_write
        self.setProperty("role", "saved")
        self.setAutoDefault(True)
        self.setCheckable(True)
        self.setText(
            self.fontMetrics().elidedText(saved.name, Qt.TextElideMode.ElideRight, NAME_PX).replace("&", "&&")
        )
        keys = "\nF2 renames, Delete deletes" if can_write else ""
        self.setToolTip(f"{saved.name}\nClick to show these clips{keys}")
        self.setAccessibleName(f"Saved filter {saved.name}")

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(120, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2 and self._can_write:
            self.rename_asked.emit()
        elif event.key() == Qt.Key.Key_Delete and self._can_write:
            self.remove_asked.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction("Rename", self.rename_asked.emit).setEnabled(self._can_write)
        menu.addAction("Delete", self.remove_asked.emit).setEnabled(self._can_write)
        menu.exec(event.globalPos())
        menu.deleteLater()
