"""Side panels fold away where they would leave the page too narrow, and come back with the room."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

PAGE_EMS = 33
"""Width of the narrowest page beside panels, in font heights: at common sizes no window is as narrow as to fold one."""


class SidePanels:
    """The panels of a window, the one that goes last first; whoever shows a folded one by hand keeps it."""

    def __init__(self, window: QWidget, panels: Sequence[QWidget], em_px: int) -> None:
        self._window, self._panels = window, tuple(panels)
        self._page_px = PAGE_EMS * em_px
        self._fitting: tuple[QWidget, ...] = self._panels
        self._folded: set[QWidget] = set()

    def fit(self, *, afresh: bool = False) -> None:
        """Fold what has no room, show what has it again; `afresh` folds again what was shown by hand."""
        room, fitting = self._window.width() - self._page_px, []
        for panel in self._panels:
            if not panel.isHidden() or panel in self._folded:
                room -= panel.minimumWidth()
                fitting += [panel] if room >= 0 else []
        if not afresh and tuple(fitting) == self._fitting:
            return
        self._fitting = tuple(fitting)
        for panel in self._panels:
            if panel in fitting:
                panel.show()
                self._folded.discard(panel)
            elif not panel.isHidden():
                panel.hide()
                self._folded.add(panel)

    def forget(self, panel: QWidget) -> None:
        """The page or the user has said whether this panel is there: it is no longer one that comes back by itself."""
        self._folded.discard(panel)
