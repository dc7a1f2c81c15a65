"""From raw to primary genres."""

import pytest
from helpers.project_rows import dataset_info, source_clip

from merdesk.project import clips, columns, genres, history
from merdesk.project.batches import Batch


def _genres(project, *raw):
    batch = Batch.begin(project, "Import", keep_partial=False)
    dataset_id = batch.dataset(dataset_info(), loader="table")
    batch.add(dataset_id, [source_clip(n, genre=genre) for n, genre in enumerate(raw)])
    batch.finish()
    return dataset_id


@pytest.mark.parametrize(
    ("raw", "labels"),
    [
        ("Blues", ("Blues",)), ("CLASSICAL", ("Classical",)), ("hip hop", ("Hip-Hop",)), ("Hip-Hop", ("Hip-Hop",)),
        ("SoulRB-Country-Folk", ("Soul/R&B", "Country", "Folk")), ("Jazz-Hip-Hop-Pop", ("Jazz", "Hip-Hop", "Pop")),
        ("Rap/Hip Hop; pop", ("Hip-Hop", "Pop")), ("Rock-Rock", ("Rock",)), ("R&B", ("Soul/R&B",)),
        ("Old-Time / Historic", ("Old-Time/Historic",)), ("World/Folk", ("World", "Folk")),
        ("Synth-pop", ("Pop",)), ("Mandopop", ("Mandopop",)), ("中国民谣", ("中国民谣",)),
        ("", ()), ("  ", ()), ("n/a", ()), ("Unknown", ()), (";,|", ()),
    ],
)  # fmt: skip
def test_labels_of_a_source_are_told_apart_and_spelled_alike(raw, labels):
    assert genres.labels(raw) == labels


def test_emomusics_genres_stay_what_they_are():
    eight = ("Blues", "Classical", "Country", "Electronic", "Folk", "Jazz", "Pop", "Rock")
    assert tuple(genres.default(name.lower()) for name in eight) == eight


def test_nothing_mapped_is_the_default(project):
    dataset_id = _genres(project, "hip-hop", "Pop-Rock", "", "Mandopop")
    assert genres.mapping(project) == {
        (dataset_id, ""): "",
        (dataset_id, "Mandopop"): "Mandopop",
        (dataset_id, "Pop-Rock"): "Pop",
        (dataset_id, "hip-hop"): "Hip-Hop",
    }


def test_a_mapping_is_a_step_and_keeps_what_the_source_said(project):
    dataset_id = _genres(project, "Rock", "Jazz", "Rock", "")
    changes = genres.set_mapping(project, {(dataset_id, "Rock"): "Loud", (dataset_id, ""): "Classical"})
    assert changes.ids("clip") is None
    assert columns.load(project).genre_names == ("Classical", "Jazz", "Loud")
    clip = clips.get(project, 1)
    assert (clip.genre_raw, clip.genre) == ("Rock", "Loud")
    assert clips.labels(project, [1])[0].genre == "Loud"
    assert history.undo_label(project) == "Map 2 genres"
    genres.set_mapping(project, {(dataset_id, "Rock"): "Louder"})
    history.undo(project)
    assert clips.get(project, 1).genre == "Loud"
    history.undo(project)
    assert columns.load(project).genre_names == ("Jazz", "Rock")


def test_a_mapping_to_nothing_leaves_no_genre(project):
    dataset_id = _genres(project, "Noise")
    genres.set_mapping(project, {(dataset_id, "Noise"): " "})
    assert clips.get(project, 1).genre == ""


def test_raw_genres_are_counted(project):
    dataset_id = _genres(project, "Rock", "", "Rock")
    assert genres.raw_counts(project) == {(dataset_id, ""): 1, (dataset_id, "Rock"): 2}
