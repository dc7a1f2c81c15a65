"""A window on a project that extracts slow features: a program for tests that kill it."""

import sys
from pathlib import Path


def main(path):
    """Open the window as `merdesk PROJECT` does, extract, say so when it is over."""
    from PySide6.QtWidgets import QApplication

    from merdesk.project.project import Project
    from merdesk.settings import Settings
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.theme.theme import Theme
    from merdesk.workflows.extract import ExtractFeatures

    application = QApplication([])
    project = Project.open(Path(path))
    assert not project.read_only, project.why_read_only
    window = MainWindow(project, Settings(), Theme(application, "light"))
    window.show()
    window.load()
    work = ExtractFeatures(project, ["slow_extractors:Slow"], workers=2)
    window.jobs.start(work, done=lambda summary: print(summary.sentence, flush=True))
    return application.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
