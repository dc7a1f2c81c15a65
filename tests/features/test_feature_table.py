"""Features that were computed elsewhere."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merdesk.errors import FeatureError
from merdesk.features.table import FeatureTable, equal_to_labels, is_label_name, read_table

PLAIN = "song_id,F0 mean,energy\n2,0.5,1\n10,-1.5,2e3\n"


def write(tmp_path, text, name="t.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def columns_left_out(table):
    return {one.name: one.reason for one in table.left_out_columns}


def test_a_plain_table(tmp_path):
    table = read_table(write(tmp_path, PLAIN))
    assert table.ids == ("2", "10")
    assert table.names == ("F0 mean", "energy")
    assert table.values.tolist() == [[0.5, 1], [-1.5, 2000]]
    assert (table.left_out_columns, table.left_out_rows) == ((), ())
    assert not table.values.flags.writeable


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PLAIN, "utf-8-sig"),
        (PLAIN, "utf-16"),
        (PLAIN.replace("\n", "\r\n"), "utf-8"),
        (PLAIN.replace("\n", "\r"), "utf-8"),
        (PLAIN.replace(",", ";"), "utf-8"),
        (PLAIN.replace(",", "\t"), "utf-8"),
        (PLAIN.replace(",", ";").replace(".", ","), "utf-8"),
        (PLAIN + "\n\n", "utf-8"),
        (PLAIN.replace("F0 mean", '"F0 mean"').replace("10,", "10.0,"), "utf-8"),
    ],
)
def test_the_same_table_in_other_spellings(tmp_path, text, encoding):
    expected = read_table(write(tmp_path, PLAIN))
    found = read_table(write(tmp_path, text, encoding=encoding))
    assert (found.ids, found.names) == (expected.ids, expected.names)
    assert np.array_equal(found.values, expected.values)


def test_columns_named_like_labels_are_left_out_and_named(tmp_path):
    path = write(tmp_path, "id,x,mean_valence,Arousal(std),V\na,1,5,6,7\nb,2,5,6,8\n")
    table = read_table(path)
    assert table.names == ("x",)
    assert columns_left_out(table) == dict.fromkeys(
        ("mean_valence", "Arousal(std)", "V"), "named like a label"
    )
    assert read_table(path, keep_labels=True).names == ("x", "mean_valence", "Arousal(std)", "V")


@pytest.mark.parametrize(
    "name",
    ["valence", "mean_arousal", "ValenceMean", "labels", "Rating 1", "emotion_id", "V", "a", "quadrant"],
)
def test_names_of_labels(name):
    assert is_label_name(name)


@pytest.mark.parametrize(
    "name",
    ["pcm_RMSenergy_sma_amean", "F0final_sma_de_quartile1", "valve", "MFCC 3 mean", "moodiness", "12", "va"],
)
def test_names_that_are_no_labels(name):
    assert not is_label_name(name)


def test_columns_are_chosen_by_globs(tmp_path):
    path = write(tmp_path, "id,mfcc_1,mfcc_2,chroma_1,tempo\na,1,2,3,4\n")
    assert read_table(path, columns=["mfcc_*", "tempo"]).names == ("mfcc_1", "mfcc_2", "tempo")
    table = read_table(path, columns=["mfcc_*", "chroma*"], exclude=["*_1"])
    assert table.names == ("mfcc_2",)
    assert columns_left_out(table) == {
        "mfcc_1": "excluded",
        "chroma_1": "excluded",
        "tempo": "not among the columns asked for",
    }


def test_text_and_empty_columns_are_left_out_and_named(tmp_path):
    table = read_table(write(tmp_path, "name,x,empty,genre\n'a',1,,Rock\n'b',2,NaN,Jazz\n"))
    assert table.names == ("x",)
    assert columns_left_out(table) == {"empty": "holds no number", "genre": "holds text"}


def test_rows_that_cannot_be_taken_are_named_with_their_line(tmp_path):
    table = read_table(write(tmp_path, "id,x,y1\na,1,2\nb,oops\nc,,3\n,4,5\na,6,7\nd,inf,1\ne,8,9\n"))
    assert table.ids == ("a", "e")
    told = sorted(str(one) for one in table.left_out_rows)
    assert len(told) == 5
    assert "t.csv, line 3: 2 cells, where the header has 3" in told
    assert "t.csv, line 4: c has no number in column x" in told
    assert "t.csv, line 5: no id" in told
    assert "t.csv, line 6: a is there twice; the first row counts" in told
    assert "t.csv, line 7: d has no number in column x" in told


def test_the_column_of_ids_is_found_or_chosen(tmp_path):
    path = write(tmp_path, "tempo,file,number\n120,a.mp3,7\n90,b.mp3,8\n")
    assert read_table(path).ids == ("a.mp3", "b.mp3")
    assert read_table(path, id_column="Number").ids == ("7", "8")
    with pytest.raises(FeatureError, match="no column 'song'"):
        read_table(path, id_column="song")


def test_columns_of_one_name_are_kept_apart(tmp_path):
    assert read_table(write(tmp_path, "id,x,x,\na,1,2,3\n")).names == ("x", "x (3)", "column 4")


def test_a_table_without_headings_loses_no_row(tmp_path):
    table = read_table(write(tmp_path, "a_1.wav,9.4E-01,6,1\ra_2.wav,9.6E-01,8,3"))
    assert table.ids == ("a_1.wav", "a_2.wav")
    assert table.names == ("column 2", "column 3", "column 4")
    assert table.values[0].tolist() == [pytest.approx(0.94), 6, 1]


@pytest.mark.parametrize("first", [",0,1,2", "id,7,3,9", "clip,0,1,2", "x,1,2,3"])
def test_columns_named_by_numbers_are_headings(tmp_path, first):
    table = read_table(write(tmp_path, f"{first}\n5,1,2,3\n6,4,5,9\n"))
    assert table.ids == ("5", "6")
    assert len(table.names) == 3


def test_npz_with_ids_and_features(tmp_path):
    np.savez(tmp_path / "t.npz", ids=[3, 4], features=np.eye(2), names=["one", "two"])
    table = read_table(tmp_path / "t.npz")
    assert (table.ids, table.names) == (("3", "4"), ("one", "two"))
    assert np.array_equal(table.values, np.eye(2))


def test_npz_with_one_vector_per_id_and_frames_averaged(tmp_path):
    np.savez(
        tmp_path / "t.npz",
        a=np.ones(3),
        b=np.array([[0.0, 0, 0], [2, 4, 6]]),
        odd=np.ones(5),
        t=np.array("text"),
    )
    table = read_table(tmp_path / "t.npz")
    assert table.ids == ("a", "b")
    assert table.names == ("0", "1", "2")
    assert table.values.tolist() == [[1, 1, 1], [1, 2, 3]]
    assert len(table.left_out_rows) == 2


def test_a_folder_of_npy_files(tmp_path):
    for name in ("10", "2"):
        np.save(tmp_path / f"{name}.npy", np.full((4, 3), float(name)))
    table = read_table(tmp_path)
    assert dict(zip(table.ids, table.values[:, 0].tolist(), strict=True)) == {"10": 10, "2": 2}


def in_npz(folder, values):
    np.savez(folder / "t.npz", ids=np.arange(len(values)), features=values)
    return folder / "t.npz"


def in_npy_files(folder, values):
    for number, row in enumerate(values):
        np.save(folder / f"{number}.npy", row)
    return folder


def in_parquet(folder, values):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    named = {f"d{number}": pyarrow.array(column) for number, column in enumerate(values.T.copy())}
    ids = {"id": [str(number) for number in range(len(values))]}
    parquet.write_table(pyarrow.table(ids | named), folder / "t.parquet")
    return folder / "t.parquet"


@pytest.mark.parametrize("kept_in", [in_npz, in_npy_files, in_parquet])
@pytest.mark.parametrize(("given", "kept"), [("f2", "f2"), ("f4", "f4"), ("f8", "f4")])
def test_values_keep_the_precision_in_which_they_come(tmp_path, kept_in, given, kept):
    values = np.array([[0.1, 2.5], [1.3, -7]], given)
    found = read_table(kept_in(tmp_path, values)).values
    assert found.dtype == np.dtype(kept)
    assert np.array_equal(found, values.astype(kept))


def test_the_mean_of_halves_has_more_digits_than_they_have(tmp_path):
    values = np.array([[[1.0], [1.0], [1.0009765625]]], "f2")
    found = read_table(in_npy_files(tmp_path, values)).values
    assert found.dtype == np.float32
    assert found[0, 0] == pytest.approx(1.0003255)


def test_parquet_equals_csv(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {
        "song_id": [2, 10],
        "F0 mean": [0.5, -1.5],
        "energy": [1, 2000],
        "genre": ["a", "b"],
        "valence": [1.0, None],
    }
    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    table, expected = read_table(tmp_path / "t.parquet"), read_table(write(tmp_path, PLAIN))
    assert (table.ids, table.names) == (expected.ids, expected.names)
    assert np.array_equal(table.values, expected.values)
    assert columns_left_out(table) == {"genre": "holds text", "valence": "named like a label"}


def test_a_single_array_called_npz_is_told(tmp_path):
    with (tmp_path / "t.npz").open("wb") as file:
        np.save(file, np.eye(3))
    with pytest.raises(FeatureError, match="one array without ids"):
        read_table(tmp_path / "t.npz")


def test_pickled_arrays_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(FeatureError, match="cannot be read as a table"):
        read_table(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", b""),
        ("t.csv", b"just one line of prose"),
        ("t.csv", b"id,x\n"),
        ("t.csv", b"id,x\na,text\n"),
        ("t.csv", bytes(range(256))),
        ("t.npz", b"PK\x03\x04 no archive"),
        ("t.npz", b""),
        ("t.parquet", b"PAR1 not really"),
    ],
)
def test_what_is_no_table_is_told_in_one_sentence(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FeatureError, match=name):
        read_table(tmp_path / name)


def test_a_file_that_is_not_there_and_an_empty_folder_are_told(tmp_path):
    with pytest.raises(FeatureError, match="check the path"):
        read_table(tmp_path / "gone.csv")
    with pytest.raises(FeatureError, match=r"no \.npy file"):
        read_table(tmp_path)


@given(st.binary(max_size=300))
def test_no_bytes_lead_to_anything_but_a_table_or_a_sentence(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("fuzz")
    for name in ("t.csv", "t.npz"):
        (folder / name).write_bytes(content)
        try:
            table = read_table(folder / name)
        except FeatureError:
            continue
        assert np.isfinite(table.values).all()


@given(st.text(alphabet='abc12.,;"\n\r\t-eE', max_size=120))
def test_no_text_leads_to_anything_but_a_table_or_a_sentence(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("fuzz") / "t.csv"
    path.write_text("id,x,z\n" + text, encoding="utf-8", newline="")
    try:
        table = read_table(path)
    except FeatureError:
        return
    assert len(set(table.ids)) == len(table.ids)


def test_a_damaged_npz_is_told_at_every_length(tmp_path):
    buffer = io.BytesIO()
    np.savez(buffer, ids=["a", "b"], features=np.eye(2))
    for size in range(0, len(buffer.getvalue()), 7):
        (tmp_path / "t.npz").write_bytes(buffer.getvalue()[:size])
        with pytest.raises(FeatureError):
            read_table(tmp_path / "t.npz")


def test_columns_that_repeat_an_annotation_are_found():
    rng = np.random.default_rng(0)
    affect = rng.uniform(-1, 1, (50, 2))
    affect[3] = np.nan
    values = np.column_stack(
        [
            rng.normal(size=50),
            affect[:, 0] * 4 + 5,
            -affect[:, 1],
            affect[:, 0] + 0.1 * rng.normal(size=50),
            np.ones(50),
        ]
    )
    values[3] = 0
    assert equal_to_labels(values, affect).tolist() == [False, True, True, False, False]
    assert not equal_to_labels(values[:8], affect[:8]).any()


def test_columns_can_be_taken_out_with_a_reason():
    table = FeatureTable(("a",), ("x", "y1"), np.array([[1.0, 2.0]]))
    less = table.without(np.array([False, True]), "equals the annotation")
    assert less.names == ("x",)
    assert columns_left_out(less) == {"y1": "equals the annotation"}
