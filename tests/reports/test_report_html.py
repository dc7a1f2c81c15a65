"""The page: complete in itself, accessible, and deaf to what strangers wrote into titles."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from helpers.report_data import MODEL, built, columns_of, report_input

from merdesk.reports.html import render
from merdesk.reports.report_input import ReportedClip

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(2)</script>",
    "</title><svg onload=alert(3)>",
    "{{ 7 * 7 }}{% include 'x' %}",
    "&lt;b&gt; &amp;amp;",
    "]]> --> <!-- ",
    "$\\frac{1}{0}$ @000@",
    "\x00\x1b[31m\u202eevil\ud800",
    "音楽 \N{MUSICAL SYMBOL G CLEF} \N{COMBINING LONG SOLIDUS OVERLAY}",
)
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """Tags with their attributes; raises when they do not nest."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.ids = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def of(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def text():
    return render(built(columns_of(480, planted=0.3)))


@pytest.fixture(scope="module")
def hostile_text():
    """A report in which every text that can come from outside is hostile."""
    evil = "".join(HOSTILE)
    columns = columns_of(240, datasets=(HOSTILE[0], HOSTILE[1]), genres=HOSTILE)
    infos = tuple(
        replace(
            info,
            name=name,
            title=evil,
            citation=evil,
            licence=evil,
            url="javascript:alert(1)",
            grouped_by=evil,
        )
        for info, name in zip(report_input().datasets, columns.dataset_names, strict=True)
    )
    return render(
        built(
            columns,
            datasets=infos,
            labels=tuple(ReportedClip(int(i), evil, evil, evil) for i in columns.ids),
            model=replace(MODEL, name=evil, kind=evil, features=(evil,), settings=((evil, evil),)),
            genre_mapping=((evil, evil, evil),),
            provenance=(evil,),
            versions=((evil, evil),),
            command=evil,
            created=evil,
            title=evil,
            author=evil,
            notes=evil,
            project=evil,
        )
    )


def test_same_report_gives_the_same_bytes(text):
    assert render(built(columns_of(480, planted=0.3))) == text


def test_the_page_asks_nobody_for_anything(text):
    page = Page(text)
    assert not page.of("script")
    assert not page.of("link")
    assert not page.of("img")
    assert not re.search(r"url\((?!#)|@import", text)
    for _, attrs in page.tags:
        assert "src" not in attrs
        if "href" in attrs:
            assert attrs["href"].startswith("#")


def test_the_page_is_small(text):
    assert len(text.encode()) < 1_000_000


def test_tables_and_figures_can_be_read_without_seeing_them(text):
    page = Page(text)
    assert page.of("html") == [{"lang": "en"}]
    assert len(page.of("caption")) == len(page.of("table")) > 5
    assert page.of("th")
    assert all(attrs.get("scope") in {"row", "col"} for attrs in page.of("th"))
    assert len(page.of("figcaption")) == len(page.of("figure")) == len(page.of("svg")) == 3
    assert all(attrs.get("role") == "img" for attrs in page.of("svg"))
    assert text.count("</title>") == 4


def test_ids_are_unique_and_links_lead_somewhere(text):
    page = Page(text)
    assert len(page.ids) == len(set(page.ids))
    targets = {attrs["href"][1:] for _, attrs in page.tags if attrs.get("href", "").startswith("#")}
    assert targets <= set(page.ids)
    assert {"data", "scores", "genres", "confounding", "worst", "limits", "reproducibility"} <= targets


def test_colours_follow_light_and_dark(text):
    assert "@media (prefers-color-scheme: dark)" in text
    svg = "".join(re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL))
    assert "var(--genre-6)" in svg
    assert re.findall(r"(?:fill|stroke): #[0-9a-f]{6}", svg) == []
    defined = set(re.findall(r"--([\w-]+):", text))
    assert set(re.findall(r"var\(--([\w-]+)", text)) <= defined


def test_hostile_texts_inject_no_tag_and_no_attribute(hostile_text):
    page = Page(hostile_text)
    allowed = {tag for tag, _ in Page(render(built())).tags} | {"code", "pre"}
    assert {tag for tag, _ in page.tags} <= allowed
    for _, attrs in page.tags:
        assert not any(name.startswith("on") for name in attrs)
        assert "javascript:" not in str(attrs.get("href", ""))
    assert len(page.of("style")) == 1


def test_hostile_texts_are_shown_as_they_are(hostile_text):
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in hostile_text
    assert "{{ 7 * 7 }}" in hostile_text
    assert "&amp;lt;b&amp;gt;" in hostile_text
    assert "音楽" in hostile_text
    assert not re.search("[\x00-\x08\x1b\u202e\ud800]", hostile_text)


def test_web_addresses_become_links_and_others_do_not():
    infos = report_input().datasets
    page = Page(
        render(
            built(
                datasets=(
                    replace(infos[0], url='https://a.example/?x="><script>'),
                    replace(infos[1], url="file:///etc/passwd"),
                )
            )
        )
    )
    links = [attrs["href"] for attrs in page.of("a") if not attrs["href"].startswith("#")]
    assert links == ['https://a.example/?x="><script>']


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": columns_of(0), "model": None},
        {"columns": columns_of(1, datasets=("Alpha",))},
        {"columns": columns_of(8)},
        {"columns": columns_of(genres=())},
        {"columns": columns_of(datasets=("Alpha",))},
        {"columns": columns_of(genres=tuple(f"Genre {k}" for k in range(40)))},
        {
            "datasets": (),
            "labels": (),
            "versions": (),
            "command": "",
            "title": "",
            "created": "",
            "author": "",
        },
    ],
)
def test_awkward_reports_are_whole_pages(changes):
    page = Page(render(built(**changes)))
    assert len(page.of("h2")) == 8


def test_a_tiny_report_is_short_and_says_what_cannot_be_said(text):
    tiny = render(built(columns_of(8, datasets=("Alpha",))))
    assert "Cannot be said" in tiny
    assert "Not judged: no genre has 30 scored clips" in tiny
    assert len(tiny) < len(text) / 2


def test_rows_from_few_groups_are_marked_with_more_than_grey():
    few = render(built(columns_of(30, datasets=("Alpha",))))
    assert '<tr class="few"' in few
    assert "†" in few
    assert "†" not in render(built(columns_of(480)))
