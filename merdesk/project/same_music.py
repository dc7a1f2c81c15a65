"""Other clips of the same recording: the same audio, or the same title and artist."""

from merdesk.domain.clip import ClipId
from merdesk.project.project import Project
from merdesk.project.text import fold


def others(project: Project, clip_id: ClipId) -> list[tuple[ClipId, str]]:
    """Clips that the project shows, in ascending id, each with why it is taken for the same music."""
    database = project.database
    by_audio = database.rows(
        "SELECT c.id FROM seen_clip c JOIN current_file f ON f.track_id = c.track_id JOIN digest g ON g.file_id = f.id"
        " WHERE c.id <> ?1 AND g.digest = (SELECT g2.digest FROM clip c2 JOIN current_file f2 ON f2.track_id = c2.track_id"
        " JOIN digest g2 ON g2.file_id = f2.id WHERE c2.id = ?1)",
        (clip_id,),
    )
    found = {ClipId(row[0]): "the same audio" for row in by_audio}
    own = database.row(
        "SELECT title, artist FROM track t JOIN clip c ON c.track_id = t.id WHERE c.id = ?", (clip_id,)
    )
    if own is not None and fold(own[0]) and fold(own[1]):
        named = database.rows(
            "SELECT c.id, t.title, t.artist FROM seen_clip c JOIN track t ON t.id = c.track_id WHERE c.id <> ?",
            (clip_id,),
        )
        wanted = (fold(own[0]), fold(own[1]))
        for other, title, artist in named:
            if (fold(title), fold(artist)) == wanted:
                found.setdefault(ClipId(other), "the same title and artist")
    return sorted(found.items())
