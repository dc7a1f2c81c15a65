"""The window's log: kept small, without the user's name, and no reason to fail."""

import logging
from pathlib import Path

import pytest

from merdesk import log


@pytest.fixture
def handler():
    started = log.start()
    yield started
    log.stop(started)


@pytest.fixture
def logger(handler):
    return logging.getLogger("merdesk.tests")


def text():
    return (log.log_folder() / "merdesk.log").read_text(encoding="utf-8")


def test_what_is_said_is_in_the_file_with_its_level(logger):
    logger.info("Import began")
    logger.debug("never mind")
    assert " INFO Import began" in text()
    assert "never mind" not in text()


def test_the_home_folder_is_not_named(logger):
    logger.warning("%s could not be read", Path.home() / "music" / "a.mp3")
    assert "~/music/a.mp3 could not be read" in text().replace("\\", "/")
    assert str(Path.home()) not in text()


def test_old_lines_give_way(logger, handler, monkeypatch):
    monkeypatch.setattr(handler, "maxBytes", 2000)
    for n in range(200):
        logger.info("line %d of some length, so that the file is full before long", n)
    files = list(log.log_folder().iterdir())
    assert len(files) == 1 + log.KEPT
    assert all(file.stat().st_size <= 2000 for file in files)


def test_a_folder_that_cannot_be_made_is_no_failure(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MERDESK_CONFIG", str(tmp_path / "file"))
    handler = log.start()
    logging.getLogger("merdesk").error("nobody hears this")
    log.stop(handler)


def test_a_full_disk_is_no_failure(logger, handler, monkeypatch, capsys):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handler, "shouldRollover", full)
    logger.info("nobody hears this")
    assert capsys.readouterr().err == ""
