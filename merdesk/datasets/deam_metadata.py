"""DEAM's three tables of metadata, each with other headers and other quirks."""

import re
from dataclasses import replace
from html import unescape

from merdesk.datasets.reading import Reading, Row, clock_s, segment
from merdesk.domain.source import SourceClip

_DAY = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}$"
)
_YEAR = re.compile(r"(19|20)\d\d")


def describe(reading: Reading, clip: SourceClip, row: Row) -> SourceClip:
    """Return the clip with title, artist, album, genre and segment of its row.

    2013 is EmoMusic's table, a copy of which has the file name under "album"; 2014 joins genres by "-", has up to 100
    cells of tags without a header, and a row that starts with its album, cut at the comma of its date; 2015 has a row
    shifted by an unquoted comma in the artist's name. Some names went through a web page ("&amp;" for "&").
    """
    artist, album, genre = row.text("artist"), row.text("album"), row.text("genre")
    if _DAY.search(artist) and _YEAR.fullmatch(album):
        artist, album, genre = genre, f"{artist}, {album}", ""
        reading.keep(
            row.table,
            row.line,
            f"starts with its album, cut at the comma of its date; read as artist {artist!r}, album {album!r}, no genre",
        )
    elif _is_shifted(row):
        artist, album, genre = f"{artist}, {album}", genre, _after_genre(row)
        reading.keep(
            row.table,
            row.line,
            f"is shifted by an unquoted comma; read as artist {artist!r}, genre {genre!r}",
        )
    if album == clip.file_name:
        album = ""
    start_s = clock_s(row.text("segment start", "start of the segment (min.sec)"))
    stop_s = clock_s(row.text("segment end", "end of the segment (min.sec)"))
    return replace(
        clip,
        title=unescape(row.text("title", "track", "song title")),
        artist=unescape(artist),
        album=unescape(album),
        genre=genre,
        group=unescape(artist),
        segment_s=segment(start_s, stop_s),
    )


def _is_shifted(row: Row) -> bool:
    """True where the genre's column says "n/a", which albums do, and a genre stands one column further."""
    genre = row.table.find("genre")
    album = row.table.find("album")
    if genre is None or album is None or album + 1 != genre:
        return False
    return row.cells[genre].casefold() == "n/a" and bool(row.text("album")) and bool(_after_genre(row))


def _after_genre(row: Row) -> str:
    after = row.table.column("genre") + 1
    return row.cells[after] if after < len(row.cells) else ""
