"""The report on paper: pages that can be rendered, deaf to markup in titles, the same bytes each time."""

import sys

import pytest
from helpers.report_data import MODEL, built, columns_of

from merdesk.errors import ReportError
from merdesk.reports.nodes import found, words
from merdesk.reports.page_tree import page_tree
from merdesk.reports.pdf import render_pdf

pytest.importorskip("typst")
pypdfium2 = pytest.importorskip("pypdfium2")

HOSTILE = '#panic("run") *bold* $1/0$ @ref <label> `raw` \\u{1f600} #import "/etc/passwd" // \\'
FEW = {"n_resamples": 50}


@pytest.fixture(scope="module")
def report():
    return built(columns_of(480, planted=0.3), **FEW)


@pytest.fixture(scope="module")
def pdf(report):
    return render_pdf(report)


def text_of(content):
    document = pypdfium2.PdfDocument(content)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return " ".join("\n".join(pages).split())


def test_the_verdict_and_every_section_stand_on_its_pages(report, pdf):
    text = text_of(pdf)
    assert report["title"] in text
    assert report["verdict"][0]["text"] in text
    for head in (
        "Agreement with annotations",
        "Bias by genre",
        "Largest errors",
        "Limits",
        "Reproducing this report",
    ):
        assert head in text


def test_its_pages_are_not_blank(pdf):
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) > 3
    for page in document:
        pixels = page.render(scale=0.3, grayscale=True).to_numpy()
        assert (pixels < 160).mean() > 0.002
    document.close()


def test_the_same_report_gives_the_same_bytes(report, pdf):
    assert render_pdf(report) == pdf


def test_markup_in_titles_and_tags_stays_text():
    hostile = built(
        columns_of(120, datasets=(HOSTILE, "Beta"), genres=(HOSTILE, "Folk")),
        title=HOSTILE,
        author=HOSTILE,
        notes=f"{HOSTILE}\n= Heading",
        project=HOSTILE,
        model=MODEL,
        created="#today()",
        **FEW,
    )
    text = text_of(render_pdf(hostile))
    assert '#panic("run") *bold* $1/0$ @ref <label>' in text
    assert "= Heading" in text


@pytest.mark.parametrize("n", [0, 8])
def test_reports_of_little_are_pages_too(n):
    assert render_pdf(built(columns_of(n), **FEW)).startswith(b"%PDF")


def test_without_typst_one_sentence_says_how_to_get_it(report, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(ReportError, match=r'pip install "merdesk\[pdf\]"'):
        render_pdf(report)


def test_the_tree_holds_what_the_page_says(report):
    tree = page_tree(report)
    assert words(found(tree, "h1")[0]) == report["title"]
    assert {node["picture"] for node in found(tree, "img")} == {"plane", "fit", "genre_bias"}
    clips = [row["clip"] for row in found(tree, "tr") if "clip" in row]
    assert clips == [str(row["clip_id"]) for row in report["worst_clips"]["rows"]]
