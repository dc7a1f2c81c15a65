"""The report in the window: what is asked for, what is shown of its content."""

import pytest
from helpers.report_data import built
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from merdesk.domain.affect import Affect
from merdesk.ui.report.page import ReportPage, genre_table, score_table

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def report():
    return built()


@pytest.fixture
def page(qtbot, theme, session):
    made = ReportPage(session)
    qtbot.addWidget(made)
    made.resize(1030, 560)
    made.show()
    return made


def shown(page):
    return [part for part in page._scroll.findChildren(QLabel) if not part.isHidden()]


def words(page):
    return "\n".join(part.text() for part in shown(page))


def test_it_begins_with_what_to_do(page):
    assert "Drop music here" in words(page)
    assert not page.export.isEnabled()


def test_compute_asks_with_what_stands_on_the_first_page(qtbot, page):
    for field, text in ((page.title, "Gap"), (page.author, "Carla"), (page.notes, "Draft")):
        field.setText(text)
    with qtbot.waitSignal(page.build_asked) as asked:
        qtbot.mouseClick(page.compute, LEFT)
    assert asked.args == ["Gap", "Carla", "Draft"]


def test_entering_computes_once_and_again_after_an_edit(session, page):
    asked = []
    page.build_asked.connect(lambda *_: asked.append(1))
    page.enter()
    page.enter()
    assert len(asked) == 1
    session.set_annotator("carla")
    session.rate(int(session.columns.ids[0]), Affect(0.1, 0.2))
    page.enter()
    assert len(asked) == 2


def test_a_report_is_shown_with_verdict_scores_genres_and_limits(qtbot, page, report):
    page.show_report(report)
    qtbot.waitUntil(lambda: report["title"] in words(page))
    text = words(page)
    for claim in report["verdict"]:
        assert claim["text"] in text
    for head in ("Scores by dataset, with 95 % intervals", "Bias by genre, with 95 % intervals", "Limits"):
        assert head in text
    assert page.export.isEnabled()


def test_a_table_of_the_report_is_copied(qtbot, page, report):
    page.show_report(report)
    copy = next(
        part for part in page.findChildren(QPushButton) if part.accessibleName().startswith("Copy: Bias by")
    )
    copy.click()
    headings, rows = genre_table(report)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == headings
    assert len(lines) == len(rows) + 1


def test_numbers_of_the_tables_are_those_of_the_report(report):
    headings, rows = score_table(report)
    assert len(rows) == len(report["scores"]["rows"])
    first = report["scores"]["rows"][0]
    assert rows[0][:4] == [
        first["dimension"],
        first["dataset"],
        f"{first['n']:,}",
        f"{first['n_clusters']:,}",
    ]
    assert rows[0][headings.index("RMSE")].startswith(f"{first['metrics']['rmse']['value']:.2f}")
    _, rows = genre_table(report)
    assert {row[1] for row in rows} == {row["genre"] for row in report["genres"]["rows"]}


def test_rows_of_few_groups_are_grey(qtbot, page, report):
    thin = dict(
        report,
        scores={**report["scores"], "rows": [dict(row, reliable=False) for row in report["scores"]["rows"]]},
    )
    page.show_report(thin)
    first = report["scores"]["rows"][0]["dataset"]
    qtbot.waitUntil(lambda: first in words(page))
    assert {part.property("role") for part in shown(page) if part.text() == first} == {"muted"}


def test_the_text_takes_the_width_there_is(qtbot, page, report):
    page.show_report(report)
    qtbot.waitUntil(lambda: report["title"] in words(page))
    claim = next(part for part in shown(page) if part.text() == report["verdict"][0]["text"])
    qtbot.waitUntil(lambda: claim.width() > 500)


def test_waiting_takes_the_old_report_away(qtbot, page, report):
    page.show_report(report)
    page.show_waiting("Computing the report.")
    qtbot.waitUntil(lambda: "Computing the report." in words(page))
    assert report["title"] not in words(page)
    assert not page.export.isEnabled()
