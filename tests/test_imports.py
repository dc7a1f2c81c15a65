"""What starting the window and loading the workflows may import, looked at in fresh interpreters."""

import json
import subprocess
import sys

import pytest

HEAVY = {"torch", "numba", "scipy", "sklearn", "pandas", "librosa", "ot", "statsmodels", "skops", "pacmap"}
HEAVY |= {"pyloudnorm", "matplotlib", "distributed"}
COMMAND_LINE = {"typer", "rich", "click"}


def imported(statement):
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


WINDOW = "import merdesk.app, merdesk.ui.main_window, merdesk.ui.workspace"
WORKFLOWS = "import pkgutil, importlib, merdesk.workflows as w\nfor m in pkgutil.iter_modules(w.__path__): importlib.import_module(f'merdesk.workflows.{m.name}')"


@pytest.mark.parametrize("statement", [WINDOW, WORKFLOWS], ids=["window", "workflows"])
def test_nothing_heavy_is_imported_at_start(statement):
    assert imported(statement) & HEAVY == set()


def test_the_window_does_without_the_command_line():
    assert imported(WINDOW) & COMMAND_LINE == set()


def test_the_workflows_do_without_qt():
    assert imported(WORKFLOWS) & {"PySide6", "pyqtgraph", "shiboken6"} == set()


def test_the_check_would_see_a_heavy_import():
    assert "scipy" in imported("import scipy.stats")
