"""The report in the window: what is asked for, what is shown of its content."""

import pytest
from helpers.report_data import built
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from merdesk.domain.affect import Affect
from merdesk.reports.figures import pictures
from merdesk.reports.sections import shown_sections
from merdesk.ui.report import export_dialog
from merdesk.ui.report.export_dialog import ReportExportDialog
from merdesk.ui.report.page import ReportPage
from merdesk.ui.report.table import QUIET, ReportTable
from merdesk.workflows.report import ReportOptions

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def report():
    return built()


@pytest.fixture
def page(qtbot, theme, session):
    made = ReportPage(session, theme)
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
    for field, text in ((page.title, "Gap"), (page.author, "Carla")):
        field.setText(text)
    page.notes.setPlainText("Draft")
    page.sections["worst"].setChecked(False)
    with qtbot.waitSignal(page.build_asked) as asked:
        qtbot.mouseClick(page.compute, LEFT)
    assert asked.args == [ReportOptions(title="Gap", author="Carla", notes="Draft", without=("worst",))]


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


def table_named(page, start):
    return next(table for table in page.findChildren(ReportTable) if table.accessibleName().startswith(start))


def test_what_the_page_says_is_what_is_exported(qtbot, page, report):
    page.show_report(report)
    qtbot.waitUntil(lambda: report["title"] in words(page))
    text = words(page)
    for claim in report["verdict"]:
        assert claim["text"] in text
    for _, head in shown_sections(report):
        assert head in text
    for limit in report["limits"]:
        assert limit in text
    assert page.export.isEnabled()


def test_a_table_of_the_report_is_copied(qtbot, page, report):
    page.show_report(report)
    copy = next(
        part for part in page.findChildren(QPushButton) if part.accessibleName() == "Copy: Valence by genre"
    )
    copy.click()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Genre\tClips\tGroups\tBias")
    assert len(lines) == sum(row["dimension"] == "Valence" for row in report["genres"]["rows"]) + 1


def test_numbers_of_the_tables_are_those_of_the_report(qtbot, page, report):
    page.show_report(report)
    first = report["scores"]["rows"][0]
    table = table_named(page, f"{first['dimension']} by dataset")
    assert table.item(0, 0).text().startswith(first["dataset"])
    assert table.item(0, 1).text() == f"{first['n']:,}"
    assert table.item(0, 4).text().startswith(f"{first['metrics']['rmse']['value']:.3f}\n")


def test_a_row_opens_its_clips_and_a_clip_is_played(qtbot, page, report):
    page.show_report(report)
    with qtbot.waitSignal(page.clips_asked) as asked:
        table_named(page, "Valence by dataset").cellClicked.emit(0, 2)
    assert asked.args == [report["scores"]["rows"][0]["dataset"], ""]
    with qtbot.waitSignal(page.clips_asked) as asked:
        table_named(page, "Arousal by genre").cellClicked.emit(0, 3)
    assert asked.args[0] == ""
    assert asked.args[1] in {row["genre"] for row in report["genres"]["rows"]}
    worst = next(
        table for table in page.findChildren(ReportTable) if "largest error" in table.accessibleName()
    )
    worst.setCurrentCell(1, 0)
    with qtbot.waitSignal(page.play_asked) as asked:
        qtbot.keyClick(worst, Qt.Key.Key_Return)
    assert asked.args == [report["worst_clips"]["rows"][1]["clip_id"]]


def test_rows_of_few_groups_are_quiet(qtbot, page, report):
    page.show_report(report)
    assert not table_named(page, "Valence by dataset").item(0, 0).data(QUIET)
    rows = [dict(row, reliable=False) for row in report["scores"]["rows"]]
    page.show_report(dict(report, scores={**report["scores"], "rows": rows}))
    qtbot.waitUntil(lambda: table_named(page, "Valence by dataset").item(0, 0).data(QUIET))
    assert "†" in table_named(page, "Valence by dataset").item(0, 0).text()


def test_sections_that_are_left_out_are_not_shown(qtbot, page, report):
    page.show_report(dict(report, left_out=["worst", "limits"]))
    qtbot.waitUntil(lambda: "Left out by choice: Largest errors and Limits." in words(page))
    assert report["limits"][0] not in words(page)


def test_the_text_takes_the_width_there_is(qtbot, page, report):
    page.show_report(report)
    qtbot.waitUntil(lambda: report["title"] in words(page))
    claim = next(part for part in shown(page) if part.text() == report["verdict"][1]["text"])
    qtbot.waitUntil(lambda: claim.width() > 400)


def test_waiting_takes_the_old_report_away(qtbot, page, report):
    page.show_report(report)
    page.show_waiting("Computing the report.")
    qtbot.waitUntil(lambda: "Computing the report." in words(page))
    assert report["title"] not in words(page)
    assert not page.export.isEnabled()


def test_the_export_offers_five_formats_and_warns_of_licences(qtbot, tmp_path):
    dialog = ReportExportDialog("Study")
    qtbot.addWidget(dialog)
    assert dialog.formats() == ["html", "json", "csv"]
    assert list(dialog.boxes) == ["html", "pdf", "json", "csv", "latex"]
    assert not dialog.excerpts.isChecked()
    assert dialog.warning.isHidden()
    dialog.excerpts.setChecked(True)
    assert not dialog.warning.isHidden()
    dialog.choose_folder(tmp_path)
    assert str(tmp_path) in dialog.where.text()
    for name in ("html", "json", "csv"):
        dialog.boxes[name].setChecked(False)
    assert not dialog.go.isEnabled()
    assert not dialog.excerpts.isEnabled()


def test_without_typst_the_export_says_how_to_get_it(qtbot, monkeypatch):
    monkeypatch.setattr(export_dialog, "find_spec", lambda name: None)
    dialog = ReportExportDialog("Study")
    qtbot.addWidget(dialog)
    assert not dialog.boxes["pdf"].isEnabled()
    assert 'pip install "merdesk[pdf]"' in dialog.boxes["pdf"].text()


def test_pictures_stand_between_the_words_and_follow_light_and_dark(qtbot, page, theme, report):
    page.show_report(report)
    assert set(page.pictures) == {"plane", "fit", "genre_bias"}
    place = page.pictures["plane"]
    assert not place.drawn
    page.show_pictures(pictures(report))
    assert place.drawn
    assert place.heightForWidth(920) == pytest.approx(640, abs=2)
    theme.choose("dark")
    dark = lightest(place)
    theme.choose("light")
    # Words and numbers are light on a dark ground; the grid, the lightest on a light one, is no lighter than that.
    assert dark > 220
    assert lightest(place) < 245


def lightest(place):
    """Lightness of the lightest pixels that a picture paints in full on nothing."""
    image = QImage(460, 320, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    place._renderer.render(painter)
    painter.end()
    colours = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(colour.lightness() for colour in colours if colour.alpha() == 255)
