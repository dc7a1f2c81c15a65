"""The help's files: every page of the window has one, every link leads somewhere, every method cites."""

import pytest

from merdesk.resources import resource
from merdesk.ui.help.topics import GROUPS, load, search
from merdesk.ui.help_commands import TOPICS
from merdesk.ui.top_bar import PAGES

PAGES_OF_HELP = load()
NAMES = [topic.name for topic in PAGES_OF_HELP]


def test_every_page_of_the_window_has_its_help():
    by_name = {topic.name: topic for topic in PAGES_OF_HELP}
    assert tuple(by_name[name].title for name in TOPICS) == PAGES


def test_every_file_is_listed_once():
    files = sorted(path.stem for path in resource("help").glob("*.md"))
    assert sorted(NAMES) == files
    assert len(files) > 20


@pytest.mark.parametrize("topic", PAGES_OF_HELP, ids=NAMES)
def test_every_link_leads_to_a_page(topic):
    assert topic.text.startswith("# ")
    for link in topic.links:
        assert link.removesuffix(".md") in NAMES
        assert link.endswith(".md")


def test_every_page_is_led_to():
    led_to = {link.removesuffix(".md") for topic in PAGES_OF_HELP for link in topic.links}
    assert set(NAMES) - led_to == {"start", "trouble", "export"}


@pytest.mark.parametrize("name", GROUPS["Methods"])
def test_every_method_cites(name):
    (topic,) = (topic for topic in PAGES_OF_HELP if topic.name == name)
    _, _, cited = topic.text.partition("## References")
    assert cited.count("\n- ") >= 1
    assert all("(" in line for line in cited.strip().splitlines())


def test_what_is_in_the_title_is_found_first():
    assert search(PAGES_OF_HELP, "Ceilings")[0].topic.name == "ceilings"


def test_all_words_count_and_the_excerpt_shows_them():
    found = {one.topic.name: one.excerpt for one in search(PAGES_OF_HELP, "cluster BOOTSTRAP")}
    assert "cluster bootstrap" in found["intervals"]
    assert "metrics" not in found


def test_marks_of_markdown_are_not_searched():
    assert search(PAGES_OF_HELP, "metrics.md") == []
