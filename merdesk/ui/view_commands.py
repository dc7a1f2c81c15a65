"""Commands about what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from merdesk.ui.plots.timeline import KEY_ZOOM
from merdesk.ui.problems import ProblemsDialog
from merdesk.ui.session import Session
from merdesk.ui.top_bar import ANNOTATE, COMPARE, EXPLORE, MODELS, REPORT
from merdesk.ui.widgets import show_modal

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.workspace import Workspace


class ViewCommands:
    """Commands that `Commands` has beside its own."""

    _window: MainWindow
    _workspace: Workspace
    _session: Session

    def page_explore(self) -> None:
        """Show Explore."""
        self._workspace.show_page(EXPLORE)

    def page_annotate(self) -> None:
        """Show Annotate."""
        self._workspace.show_page(ANNOTATE)

    def page_compare(self) -> None:
        """Show Compare."""
        self._workspace.show_page(COMPARE)

    def page_models(self) -> None:
        """Show Models."""
        self._workspace.show_page(MODELS)

    def page_report(self) -> None:
        """Show Report."""
        self._workspace.show_page(REPORT)

    def go_back(self) -> None:
        """Look at what was looked at before."""
        self._workspace.views.back()

    def go_forward(self) -> None:
        """Look again at what was left by going back."""
        self._workspace.views.forward()

    def fit(self) -> None:
        """Show the whole plane."""
        for page in (self._workspace.explore, self._workspace.annotate, self._workspace.compare):
            page.plane.fit()

    def toggle_library(self) -> None:
        """Show or hide the left panel."""
        self._workspace.library.setVisible(not self._workspace.library.isVisible())

    def toggle_inspector(self) -> None:
        """Show or hide the right panel."""
        self._workspace.inspector.setVisible(not self._workspace.inspector.isVisible())

    def show_problems(self) -> None:
        """Show what went wrong."""
        show_modal(ProblemsDialog(self._session, self._window))

    def strip_mel(self) -> None:
        """Show or hide the mel spectrogram under the waveform."""
        self._workspace.player.strips.toggle("mel")

    def strip_chroma(self) -> None:
        """Show or hide the chroma under the waveform."""
        self._workspace.player.strips.toggle("chroma")

    def zoom_in_time(self) -> None:
        """Magnify the waveform around the playhead."""
        self._workspace.player.waveform.zoom(KEY_ZOOM)

    def zoom_out_time(self) -> None:
        """Show more of the waveform."""
        self._workspace.player.waveform.zoom(1 / KEY_ZOOM)

    def whole_clip(self) -> None:
        """Show the whole waveform."""
        self._workspace.player.span.fit()

    def theme_system(self) -> None:
        """Follow the system's colours."""
        self._choose_theme("system")

    def theme_light(self) -> None:
        """Light colours."""
        self._choose_theme("light")

    def theme_dark(self) -> None:
        """Dark colours."""
        self._choose_theme("dark")

    def _choose_theme(self, choice: Any) -> None:
        self._window.settings["theme"] = choice
        self._window.theme.choose(choice)
