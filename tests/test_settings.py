import json

import pytest

from merdesk.errors import MerdeskError
from merdesk.settings import DECLARED, Settings


def test_defaults_stand_until_changed(tmp_path):
    assert Settings(tmp_path / "s.json")["theme"] == "system"


def test_a_saved_value_is_there_next_time(tmp_path):
    settings = Settings(tmp_path / "s.json")
    settings["theme"] = "dark"
    settings.save()
    assert Settings(tmp_path / "s.json")["theme"] == "dark"


@pytest.mark.parametrize(
    ("key", "value"), [("theme", "pink"), ("volume", 2.0), ("autoplay", 1), ("volume", "loud")]
)
def test_a_value_that_does_not_fit_is_refused(tmp_path, key, value):
    with pytest.raises(ValueError, match=key):
        Settings(tmp_path / "s.json")[key] = value


@pytest.mark.parametrize("text", ["", "[]", "{", '{"theme": "pink", "unknown": 1}', "\x00\xff"])
def test_a_broken_file_gives_defaults(tmp_path, text):
    path = tmp_path / "s.json"
    path.write_text(text, encoding="latin-1")
    settings = Settings(path)
    assert {key: settings[key] for key in DECLARED} == {key: s.default for key, s in DECLARED.items()}


def test_a_default_list_is_not_shared(tmp_path):
    settings = Settings(tmp_path / "s.json")
    settings["recent_projects"].append("x")
    assert settings["recent_projects"] == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "s.json")
    with pytest.raises(MerdeskError, match="could not be saved"):
        settings.save()


def test_every_default_fits_its_own_declaration():
    for setting in DECLARED.values():
        assert setting.check(setting.default) == setting.default
        assert setting.help.endswith(".")
    assert json.dumps({key: s.default for key, s in DECLARED.items()})
