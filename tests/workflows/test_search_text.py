"""Words of all clips in memory find what SQLite finds."""

import numpy as np
import pytest
from helpers.music import write_music

from merdesk.progress import Progress
from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.workflows.import_any import importer
from merdesk.workflows.search_text import ReadSearchText, SearchText
from merdesk.workflows.workflow import run_here


def text_of(*lines):
    parts = [line.encode() + b"\n" for line in lines]
    ends = np.cumsum([len(part) for part in parts]) - 1
    return SearchText(np.arange(len(lines)), np.frombuffer(b"".join(parts), np.uint8), ends)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("metal", [0, 2]),
        ("l", [0, 1, 2]),
        ("al m", [2]),
        ("hm", []),
        ("m\u00fc", [1]),
        ("lblue", []),
        ("", [0, 1, 2]),
    ],
)
def test_a_word_is_found_wherever_it_stands_but_not_across_two_clips(word, found):
    words = text_of("metal", "blue m\u00fcller", "heavy metal metal m")
    assert np.flatnonzero(words.having(word)).tolist() == found


def test_nothing_is_found_where_there_is_no_clip():
    assert text_of().having("a").tolist() == []


def test_words_that_were_read_find_what_the_database_finds(tmp_path):
    write_music(tmp_path / "album", 4)
    with Project.create(tmp_path / "words.merdesk") as project:
        run_here(importer(project, tmp_path / "album"))
        words = ReadSearchText(project).run(Progress())
        for text in ("tune", "tune-2", "wav", "none"):
            assert words.ids[words.having(text)].tolist() == clips.search(project, text).tolist()
