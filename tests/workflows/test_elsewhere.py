"""What is written and read is the same in another country, and says nothing of the machine that wrote it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.music import write_music, write_ratings

PROGRAM = """
import sys
from PySide6.QtGui import QGuiApplication
from merdesk.cli import main
application = QGuiApplication([])  # hands the environment's locale to the C library
folder, out = sys.argv[1:]
assert main(["new", out + "/p.merdesk"]) == 0
assert main(["import", out + "/p.merdesk", folder + "/album"]) == 0
assert main(["import", out + "/p.merdesk", folder + "/ratings.csv"]) == 0
for kind in ("csv", "jams", "croissant"):
    assert main(["export", out + "/p.merdesk", out + "/" + kind, "--format", kind]) == 0
"""
GERMAN = "de_DE.UTF-8"


@pytest.fixture(scope="module")
def music(tmp_path_factory):
    folder = tmp_path_factory.mktemp("music")
    write_music(folder / "album", 3)
    write_ratings(folder / "ratings.csv", 3)
    return folder


def written(music, out, **environment):
    """Everything that an import and its exports write, by name, in a process of its own."""
    out.mkdir()
    settings = {"QT_QPA_PLATFORM": "offscreen", "MERDESK_CONFIG": str(out / "config"), **environment}
    command = [sys.executable, "-c", PROGRAM, str(music), str(out)]
    subprocess.run(command, env={**os.environ, **settings}, check=True, capture_output=True)
    return {
        str(path.relative_to(out)): path.read_bytes()
        for kind in ("csv", "jams", "croissant")
        for path in (out / kind).rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def here(music, tmp_path_factory):
    return written(music, tmp_path_factory.mktemp("here") / "out", LC_ALL="C")


def test_exports_name_no_folder_of_this_machine(here, music):
    assert len(here) > 5
    for name, content in here.items():
        assert str(music).encode() not in content, name
        assert str(Path.home()).encode() + b"/" not in content, name


@pytest.mark.skipif(shutil.which("localedef") is None, reason="localedef makes the German locale")
def test_with_a_decimal_comma_in_the_locale_the_same_is_read_and_written(here, music, tmp_path):
    made = subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", str(tmp_path / GERMAN)], check=False, capture_output=True
    )
    if not (tmp_path / GERMAN).is_dir():
        pytest.skip(made.stderr.decode())
    assert written(music, tmp_path / "out", LC_ALL=GERMAN, LOCPATH=str(tmp_path)) == here
