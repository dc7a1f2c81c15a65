"""The wheel in an environment of its own: resources inside, version, import, chroma, report, a window that starts."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from merdesk.app import main
import merdesk.ui.main_window as frame
load = frame.MainWindow.load
def loaded(window):
    load(window)
    print("loaded", merdesk.__file__)
    QTimer.singleShot(0, QApplication.quit)
frame.MainWindow.load = loaded
import merdesk
sys.exit(main([sys.argv[1]]))
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    ]
    subprocess.run(build, check=True)
    return next(folder.glob("merdesk-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment that has the wheel, and sees the libraries of this one; never the checkout."""
    folder = tmp_path_factory.mktemp("clean")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    here = Path(next(path for path in sys.path if path.endswith("site-packages")))
    (packages / "libraries.pth").write_text(f"{here}\n")
    # Unpacked before the .pth is read, so that it comes first; its own entry points are made by hand.
    with ZipFile(wheel) as archive:
        archive.extractall(packages)
    return folder / "bin" / "python"


def run(python, *arguments, cwd):
    environment = os.environ | {"MERDESK_CONFIG": str(cwd / "config"), "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [python, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_has_every_resource(wheel):
    names = set(ZipFile(wheel).namelist())
    for path in (ROOT / "resources").rglob("*"):
        if path.is_file():
            assert f"merdesk/_resources/{path.relative_to(ROOT / 'resources')}" in names
    assert any(name.endswith("schema/1.sql") for name in names)


def test_the_wheel_works_from_import_to_report_and_opens_its_window(installed, tmp_path):
    from helpers.music import write_music

    music = write_music(tmp_path / "music", 6, seconds=2.0)[0].parent
    assert run(installed, "-m", "merdesk", "--version", cwd=tmp_path).startswith("merdesk ")
    run(installed, "-m", "merdesk", "new", "p.merdesk", cwd=tmp_path)
    run(installed, "-m", "merdesk", "import", "p.merdesk", str(music), cwd=tmp_path)
    run(installed, "-m", "merdesk", "extract", "p.merdesk", "--features", "chroma", cwd=tmp_path)
    run(installed, "-m", "merdesk", "report", "p.merdesk", "--out", "report", cwd=tmp_path)
    assert (tmp_path / "report" / "report.html").stat().st_size > 1000
    said = run(installed, "-c", WINDOW, "p.merdesk", cwd=tmp_path)
    assert said.startswith("loaded")
    assert str(ROOT / "merdesk") not in said
