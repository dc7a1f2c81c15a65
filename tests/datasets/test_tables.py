import io
import math
import zipfile

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from merdesk.datasets.parsing import MAX_SHEET_BYTES, decode, parse_sheet, parse_text, sniff
from merdesk.datasets.tables import Table, fold, number
from merdesk.errors import DatasetError


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_a_table_reads_alike_in_every_newline_and_encoding(newline, encoding):
    text = newline.join(["id,title,valence", "1,Café,0.5", '2,"a, b",-1', ""])
    table = parse_text(text.encode(encoding), "t.csv")
    assert table.columns == ("id", "title", "valence")
    assert table.rows == (("1", "Café", "0.5"), ("2", "a, b", "-1"))
    assert table.lines == (2, 3)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    text = delimiter.join(["id", "valence", "arousal"]) + "\n" + delimiter.join(["1", "2", "3"])
    assert sniff(text) == delimiter


def test_decimal_commas_do_not_count_as_delimiters():
    table = parse_text(b"file;valence;arousal\na.mp3;0,5;0,25\nb.mp3;-1,0;,5\n", "t.csv")
    assert table.numbers(1).tolist() == [0.5, -1.0]
    assert table.numbers(2).tolist() == [0.25, 0.5]


def test_blanks_and_tabs_around_headers_and_cells_vanish():
    table = parse_text(b'song_id, "\tSong  title\t" ,valence_ max_mean\n2,"\tA B\t", 3 \n', "t.csv")
    assert table.columns == ("song_id", "Song title", "valence_ max_mean")
    assert table.rows == (("2", "A B", "3"),)
    assert table.column("SONG_TITLE") == 1
    assert table.column("Valence_Max_Mean") == 2


def test_ragged_rows_are_kept_and_listed():
    table = parse_text(b"a,b\n1\n1,2,3,,\n1,2,,,\n", "t.csv")
    assert table.rows == (("1", ""), ("1", "2", "3"), ("1", "2"))
    assert table.ragged == ((2, 1), (3, 3))


def test_blank_lines_are_no_rows_but_count_as_lines():
    table = parse_text(b"\n\na,b\n\n1,2\n,,\n3,4\n", "t.csv")
    assert table.lines == (5, 7)


def test_a_stray_quote_does_not_swallow_the_rest():
    rows = "".join(f"{n},title {n}\n" for n in range(200))
    table = parse_text(('id,title\n1000,"open\n' + rows).encode(), "t.csv")
    assert len(table) == 201


def test_a_title_over_two_lines_is_one_cell():
    table = parse_text(b'id,title\n1,"two\nlines"\n2,x\n', "t.csv")
    assert table.rows == (("1", "two\nlines"), ("2", "x"))
    assert table.lines == (2, 4)


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf", b" , ,\n\t\n"])
def test_an_empty_table_is_refused_in_a_sentence(content):
    with pytest.raises(DatasetError, match=r"^t\.csv is empty; choose"):
        parse_text(content, "t.csv")


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(DatasetError, match="not a text table"):
        parse_text(b"PK\x03\x04\0\0\0", "t.csv")


def test_a_missing_column_is_named_with_those_that_are_there():
    with pytest.raises(DatasetError, match=r"t\.csv has no column 'valence' \(it has a, b\)"):
        Table("t.csv", ("a", "b"), (), ()).column("valence")


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "NaN", "null", "-", "None"])
def test_cells_that_mean_nothing_are_nan(cell):
    assert math.isnan(number(cell))


@pytest.mark.parametrize(
    "cell", ["x", "1 2", "1,2,3", "inf", "-Infinity", "1e999", "0x10", "1_000", "5 of 9"]
)
def test_cells_that_are_no_finite_number_are_refused(cell):
    with pytest.raises(ValueError):
        number(cell)


@given(st.floats(min_value=-1e30, max_value=1e30))
def test_numbers_survive_either_decimal_sign(value):
    assert number(repr(value)) == value
    assert number(repr(value).replace(".", ",")) == value


@given(st.binary(max_size=300))
@example(b"\xff\xfe\x00")
@example(b'"')
def test_any_bytes_are_a_table_or_one_sentence(content):
    try:
        table = parse_text(content, "t.csv")
    except DatasetError as error:
        assert "\n" not in str(error)  # noqa: PT017  (most inputs are read without an error)
    else:
        assert all(len(row) >= len(table.columns) for row in table.rows)
        assert len(table.lines) == len(table.rows)
        assert all(np.diff(table.lines) > 0)


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=4),
        min_size=1,
        max_size=6,
    )
)
def test_what_csv_writes_is_read_back(rows):
    import csv

    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["first", "second", "third", "fourth"])
    writer.writerows(rows)
    table = parse_text(stream.getvalue().encode(), "t.csv", delimiter=",")
    assert len(table) == sum(any(cell.strip() for cell in row) for row in rows)


@given(st.text(max_size=20))
def test_folding_a_name_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)


def test_decoding_never_fails():
    assert decode(bytes(range(256))).startswith("\0")


SHEET = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="2"><c r="A2" t="inlineStr"><is><t>File</t></is></c><c r="B2" t="inlineStr"><is><t> Valence </t></is></c></row>
<row r="3"><c r="A3"><v>7</v></c><c r="B3"><v>0.25</v></c></row></sheetData></worksheet>"""


def workbook(sheet):
    """The smallest XLSX: written by hand, because no writer is among the dependencies."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<sheets><sheet name="Ratings" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return stream.getvalue()


def test_a_spreadsheet_reads_like_a_text_table():
    table = parse_sheet(workbook(SHEET), "t.xlsx")
    assert table.columns == ("File", "Valence")
    assert table.rows == (("7", "0.25"),)
    assert table.lines == (3,)


def test_a_sheet_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(DatasetError, match="no sheet 'Other'; it has Ratings"):
        parse_sheet(workbook(SHEET), "t.xlsx", sheet="Other")


@given(st.binary(max_size=200))
def test_bytes_that_are_no_spreadsheet_are_refused_in_a_sentence(content):
    with pytest.raises(DatasetError, match=r"^t\.xlsx is"):
        parse_sheet(content, "t.xlsx")


@given(st.integers(0, 1200), st.binary(min_size=1, max_size=8))
def test_a_damaged_spreadsheet_is_read_or_refused(position, damage):
    content = workbook(SHEET)
    try:
        parse_sheet(content[:position] + damage + content[position + len(damage) :], "t.xlsx")
    except DatasetError as error:
        assert "\n" not in str(error)  # noqa: PT017  (most inputs are read without an error)


def test_a_huge_spreadsheet_is_refused_before_it_is_unpacked():
    with pytest.raises(DatasetError, match="larger than 50 MB"):
        parse_sheet(b"\0" * (MAX_SHEET_BYTES + 1), "t.xlsx")
