"""Traces of CARMA, DARMA and merdesk come onto the clips that they name, as one step, and nothing is overwritten."""

import numpy as np
import pytest
from helpers.project_rows import audio_file, dataset_info, fill, source_clip

from merdesk.datasets.trace_files import is_trace_file, read_trace_files
from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.rating import Rating
from merdesk.domain.source import SourceTrace
from merdesk.errors import DatasetError
from merdesk.project import annotations, annotators, clips, history, ratings
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.workflows.export import Export, ExportOptions
from merdesk.workflows.import_any import TableOptions, importer, recognised
from merdesk.workflows.import_traces import ImportTraces
from merdesk.workflows.workflow import run_here

CARMA = """Time of Rating,2014-05-01 10:00:00
Multimedia File,song 2.mp3
Lower Label,{lower}
Upper Label,{upper}
Minimum Value,-100
Maximum Value,100
Number of Steps,9
Second,Rating
%%%%%%,%%%%%%
1,50
2,
3,-100
"""
DARMA = """"Time of Rating","2018-05-01 10:00:00","",""
"Multimedia File","song 1.wav",44.8,""
"Magnitude",10,"",""
"Second","{x}","{y}","Button"
"%%%%%%","%%%%%%","%%%%%%","%%%%%%"
0.5,5,-10,0
1,2.5,,1
1.5,"","",0
"""


@pytest.fixture
def project(tmp_path):
    """Two clips whose files are song 1.mp3 and song 2.mp3."""
    with Project.create(tmp_path / "p.merdesk") as made:
        batch = Batch.begin(made, "Import", keep_partial=False)
        rows = [source_clip(n, audio=audio_file(n), ratings=()) for n in (1, 2)]
        batch.add(batch.dataset(dataset_info(), loader="table"), rows)
        batch.finish()
        yield made


def files_of(project):
    return [place.path.decode().rsplit("/", 1)[-1] for place in clips.locations(project)]


def write(project, path, text, clip):
    """A recording of the project's clip of this number, under whatever its file is called."""
    for number in (1, 2):
        for ending in ("mp3", "wav"):
            text = text.replace(f"song {number}.{ending}", files_of(project)[clip])
    path.write_text(text, encoding="utf-8")
    return path


def carma(project, path, clip=1, lower="negative valence", upper="positive valence"):
    return write(project, path, CARMA.format(lower=lower, upper=upper), clip)


def darma(project, path, clip=0, x="Valence", y="Arousal"):
    return write(project, path, DARMA.format(x=x, y=y), clip)


def traces(project, clip_id):
    return annotations.source_traces(project, clip_id)


def test_darma_is_read_on_its_magnitude_at_the_middles_of_its_bins(project, tmp_path):
    path = darma(project, tmp_path / "a.csv")
    summary = run_here(importer(project, path, table=TableOptions(name="Ann")))
    assert summary.sentence == "1 trace of 1 clip imported by Ann."
    ((who, trace),) = traces(project, 1)
    assert who == annotators.named(project, "Ann")
    assert trace.time_s.tolist() == [0.25, 0.75]
    assert np.array_equal(trace.affect, np.array([[5, -10], [2.5, np.nan]], "f4"), equal_nan=True)
    assert trace.scale.to_unit(trace.affect)[0].tolist() == [0.5, -1.0]
    (given,) = ratings.all(project)
    assert (given.kind, given.rate_hz, given.rating.note) == ("trace", 2.0, "DARMA: a.csv")
    history.undo(project)
    assert traces(project, 1) == ratings.all(project) == []


def test_axes_that_say_so_are_exchanged(project, tmp_path):
    path = darma(project, tmp_path / "a.csv", x="Arousal", y="Valence")
    (found,) = read_trace_files(path)
    assert found.affect()[0].tolist() == [-10, 5]


def test_carma_is_one_dimension_and_two_files_are_one_trace(project, tmp_path):
    carma(project, tmp_path / "v.csv")
    carma(project, tmp_path / "a.csv", lower="low arousal", upper="high arousal")
    summary = run_here(importer(project, folder_of(tmp_path), table=TableOptions(name="Ben")))
    assert len(summary.ready) == 1
    ((_, trace),) = traces(project, 2)
    assert trace.time_s.tolist() == [0.5, 2.5]
    assert trace.scale.to_unit(trace.affect).tolist() == [[0.5, 0.5], [-1.0, -1.0]]


def folder_of(folder):
    inside = folder / "traces"
    inside.mkdir()
    for path in folder.glob("*.csv"):
        path.rename(inside / path.name)
    return inside


def test_what_a_file_does_not_say_is_asked(project, tmp_path):
    path = carma(project, tmp_path / "x.csv", lower="low", upper="high")
    with pytest.raises(DatasetError, match="--map valence=Rating"):
        run_here(importer(project, path, table=TableOptions(name="Ben")))
    with pytest.raises(DatasetError, match="--name"):
        run_here(importer(project, path, table=TableOptions((("arousal", "Rating"),))))
    run_here(importer(project, path, table=TableOptions((("arousal", "Rating"),), name="Ben")))
    assert np.isnan(traces(project, 2)[0][1].affect[:, 0]).all()


def test_the_annotator_may_stand_in_the_files_name(project, tmp_path):
    stem = files_of(project)[0].rsplit(".", 1)[0]
    run_here(importer(project, darma(project, tmp_path / f"{stem}_cleo.csv")))
    assert [one.name for one in annotators.all(project, annotators.WINDOW)] == ["cleo"]


def test_a_trace_that_is_there_is_not_overwritten(project, tmp_path):
    path = darma(project, tmp_path / "a.csv")
    run_here(importer(project, path, table=TableOptions(name="Ann")))
    before = traces(project, 1)
    again = run_here(ImportTraces(project, [path], annotator="Ann"))
    assert again.ready == ()
    assert "Ann has a trace of" in again.left_out[0].reason
    assert traces(project, 1)[0][1].affect.tobytes() == before[0][1].affect.tobytes()


def test_samples_that_merdesk_exported_come_back_to_the_bit(tmp_path):
    affect = np.array([[0.1, -0.7], [0.3, np.nan], [1.0, 0.2]], "f4")
    trace = SourceTrace(np.array([0.1, 0.2, 1 / 3]), affect, UNIT_SCALE)
    with Project.create(tmp_path / "one.merdesk") as one, Project.create(tmp_path / "two.merdesk") as two:
        fill(one, 2)
        fill(two, 2)
        for name in ("Ann", "Ben"):
            who = annotators.named(one, name)
            ratings.give_trace(one, clip_id=2, annotator_id=who, trace=trace, rating=Rating(None), rate_hz=10)
        run_here(Export(one, tmp_path / "out", ExportOptions("ratings")))
        summary = run_here(importer(two, tmp_path / "out" / "samples.csv"))
        assert summary.sentence == "2 traces of 1 clip imported by Ann, Ben."
        for _, back in traces(two, 2):
            assert back.time_s.tobytes() == trace.time_s.tobytes()
            assert back.affect.tobytes() == affect.tobytes()


def test_a_table_of_ratings_is_no_trace(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("id,valence,arousal\n1,5,5\n", encoding="utf-8")
    assert not is_trace_file(path)
    assert recognised(path) == ("table",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"Magnitude",10', '"Magnitude",'),
        ('"Magnitude",10', '"Magnitude",-3'),
        ('"Magnitude",10', '"Magnitude",2'),
        ('"Magnitude",10', '"Width",10'),
        ('"Second"', '"Minute"'),
        ("1,2.5", "0.2,2.5"),
        ("1,2.5", "x,2.5"),
        ("1,2.5", "1,1e99"),
        ("0.5,5", "-1,5"),
        ("0.5,5", "nan,5"),
        ("0.5,5,-10,0\n1,2.5,,1\n", ""),
        ("song 1.wav", "nothing here.wav"),
        ("0.5,5,-10,0", '"0.5,5'),
        ("\n", "\0"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence_and_changes_nothing(project, tmp_path, before, after):
    text = DARMA.format(x="Valence", y="Arousal")
    assert before in text
    path = write(project, tmp_path / "broken.csv", text.replace(before, after), 0)
    with pytest.raises(DatasetError) as refused:
        run_here(ImportTraces(project, [path], annotator="Ann"))
    assert str(refused.value).count("broken.csv") == 1
    assert not str(refused.value).endswith("..")
    assert "\n" not in str(refused.value)
    assert ratings.all(project) == []
