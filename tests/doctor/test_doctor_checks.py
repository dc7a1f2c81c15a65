import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from helpers.doctor_datasets import NINE, columns, dataset, exchange
from helpers.real_datasets import load_real, needs_real_files
from hypothesis import given
from hypothesis import strategies as st

from merdesk.doctor import CHECKS, examine, missing, overlap, scale, splits
from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import SEVERITIES, Finding, Repair
from merdesk.doctor.repairs import apply, repaired
from merdesk.doctor.summary import as_json, as_markdown
from merdesk.domain.affect import AffectScale
from merdesk.domain.source import DatasetInfo, LeftOut

ZERO_ONE = AffectScale(0, 1, 0, 1)


def labels(n=100, seed=0):
    return columns(n, seed=seed)[0].clip(-1, 1)


def checks_of(findings):
    return [finding.check for finding in findings]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.CHECK)
def test_every_check_says_nothing_of_a_sound_dataset(check):
    static, dynamic = columns(200)
    assert check.check(dataset(static.clip(-1, 1), dynamic), []) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.CHECK)
@pytest.mark.parametrize("n", [0, 1, 2, 25])
def test_every_check_survives_datasets_with_next_to_nothing(check, n):
    empty = dataset(np.full((n, 2), np.nan))
    same = dataset(np.zeros((n, 2)), np.zeros((n, 2)), name="Same")
    for one in (empty, same):
        for finding in check.check(one, [empty, same]):
            assert set(finding.affected) <= set(one.ids)


@given(st.integers(0, 60), st.integers(0, 2**31), st.sampled_from([0.0, 0.5, 1.0]))
def test_any_values_give_findings_with_finite_evidence_about_clips_that_are_there(n, seed, share_missing):
    rng = np.random.default_rng(seed)
    static = rng.standard_normal((n, 2)) * 3
    static[rng.random(n) < share_missing] = np.nan
    one = dataset(
        static,
        rng.standard_normal((n, 2)),
        spread=rng.random((n, 2)) * 10,
        artist=rng.choice(["a", "b", ""], n),
        split=rng.choice(["train", "test"], n),
        title=rng.choice(["x", "y"], n),
    )
    for finding in examine([one, dataset(static, name="Other")]):
        assert finding.severity in SEVERITIES
        assert np.isfinite(list(finding.evidence.values())).all()


def test_clips_shared_under_the_same_ids_are_found_even_if_exchanged():
    static = labels(100)
    big = dataset(exchange(np.vstack([static, labels(50, seed=9)]), 0, 100), name="Big")
    small = dataset(static, name="Small")
    finding = overlap.check(big, [big, small])[0]
    assert (finding.check, len(finding.affected)) == ("overlap with Small", 100)
    assert finding.evidence["clips that remain"] == 50
    assert finding.repair.kind == "leave out"
    assert "the exchange explains the conflict" in finding.what
    assert (
        finding.evidence["of these agree when exchanged"] == finding.evidence["pairs with other labels"] > 20
    )
    assert overlap.check(small, [big, small]) == []


def test_a_conflict_that_no_exchange_explains_is_told_without_one():
    static = labels(100)
    shifted = dataset(static + 0.2, name="Shifted")
    finding = overlap.check(shifted, [dataset(static[:90], name="Small")])[0]
    assert "90 of the 90 have labels more than 0.2 apart" in finding.what
    assert "exchang" not in finding.what


def test_shared_ids_of_unrelated_clips_are_no_overlap():
    assert overlap.check(dataset(labels(100)), [dataset(labels(90, seed=5), name="Other")]) == []


def test_identical_annotations_under_other_ids_are_found():
    static, spread = labels(50), np.random.default_rng(2).random((50, 2))
    big = dataset(static, spread=spread, name="Big")
    small = dataset(static[:10], spread=spread[:10], ids=range(900, 910), name="Small")
    assert [len(finding.affected) for finding in overlap.check(big, [small])] == [10]


def test_songs_that_stand_twice_are_told_with_the_distance_of_their_labels():
    one = dataset(
        np.array([[0, 0], [0.3, 0.4], [1, 1]]), title=["Song", "SONG (remix)", "Other"], artist=["Ann"] * 3
    )
    finding = overlap.check(one)[0]
    assert finding.affected == ("1", "2")
    assert finding.evidence["largest distance of labels"] == pytest.approx(0.5)
    assert finding.details == ("1 and 2: Song by Ann, labels 0.50 apart on [-1, 1]",)


def test_a_song_under_two_labels_of_which_one_is_exchanged_is_told_so():
    one = dataset(np.array([[0.5, -0.5], [-0.5, 0.45]]), title=["Song"] * 2, artist=["Ann"] * 2)
    (detail,) = overlap.check(one)[0].details
    assert detail.endswith("labels 1.38 apart on [-1, 1] (0.05 with valence and arousal of one exchanged)")


def test_a_rescaled_copy_is_found_and_mapped_back():
    static = labels(200)
    good = dataset(static, scale=ZERO_ONE, spread=np.full((200, 2), 0.16))
    copy = replace(good, static=good.static * 8 + 1)
    findings = scale.check(copy)
    assert checks_of(findings) == ["scale"]
    assert "look like 1..9" in findings[0].what
    assert np.allclose(repaired(copy, findings[0].repair).static, good.static)


def test_spreads_that_were_left_behind_are_found_and_multiplied():
    copy = dataset(labels(200), scale=NINE, spread=np.random.default_rng(0).uniform(0.12, 0.2, (200, 2)))
    findings = scale.check(copy)
    assert checks_of(findings) == ["spread"]
    assert findings[0].repair.parameters["factor"] == 8
    assert scale.check(repaired(copy, findings[0].repair)) == []


def test_single_values_outside_the_scale_are_named():
    static = labels(100)
    static[3] = [5, 0]
    finding = scale.check(dataset(static))[0]
    assert finding.affected == ("4",)
    assert finding.repair is None


def test_ranks_are_a_warning_unless_the_scale_says_so():
    ranks = np.random.default_rng(0).permuted(np.tile(np.linspace(-0.995, 1, 400)[:, None], (1, 2)), axis=0)
    unit = AffectScale(-1, 1, -1, 1)
    filed = scale.check(dataset(ranks, scale=unit))
    assert (checks_of(filed), filed[0].severity, filed[0].repair.kind) == (
        ["ranks"],
        "warning",
        "mark as rank",
    )
    known = scale.check(dataset(ranks, scale=replace(unit, kind="rank")))
    assert (known[0].severity, known[0].repair) == ("note", None)


def test_what_is_missing_is_counted():
    static = labels(10)
    static[:2] = np.nan
    info = DatasetInfo(
        "D", "D", NINE, expected_counts=(("clips", 12), ("annotated", 8), ("split dev", 3), ("genre Pop", 0))
    )
    one = dataset(
        static, info=info, has_audio=np.arange(10) != 5, left_out=(LeftOut("a.csv", 3, "has no id"),)
    )
    found = {finding.check: finding for finding in missing.check(one)}
    assert set(found) == {"counts", "rows", "without label", "without audio"}
    assert (
        found["counts"].what == "This copy of Invented has 10 clips instead of 12; 0 split dev instead of 3."
    )
    assert found["rows"].details == ("a.csv, line 3: has no id",)
    assert found["without label"].affected == ("1", "2")
    assert found["without audio"].affected == ("6",)


def test_a_split_that_shares_artists_leaks():
    one = dataset(
        labels(5),
        artist=["Ann", "ANN", "Ben", "Cee", ""],
        split=["development", "evaluation", "evaluation", "development", "evaluation"],
    )
    finding = splits.check(one)[0]
    assert finding.affected == ("2",)
    assert (finding.evidence["test clips"], finding.evidence["leaking clips"]) == (3, 1)


def test_clips_without_an_artist_do_not_leak_into_one_another():
    assert splits.check(dataset(labels(2), split=["train", "test"])) == []


def test_pieces_leak_where_the_dataset_is_grouped_by_piece():
    info = DatasetInfo("D", "D", NINE, grouped_by="piece")
    one = dataset(labels(3), info=info, group=["a", "b", "a"], split=["train", "test", "test"])
    assert checks_of(splits.check(one)) == ["split leak by piece"]


def test_a_repair_of_strangers_is_refused():
    with pytest.raises(ValueError, match="'9'"):
        apply(Repair("exchange", "", ("9",)), ("1",), np.zeros((1, 2)), np.zeros((1, 2)))


@pytest.mark.parametrize("kind", ["leave out", "mark as rank"])
def test_repairs_of_the_dataset_change_no_value(kind):
    one = dataset(labels(5))
    assert np.array_equal(repaired(one, Repair(kind, "", one.ids)).static, one.static)


def test_a_summary_says_everything_and_no_title_becomes_markup():
    finding = Finding(
        "x",
        "error",
        "D <b>",
        "Song `*_[a](b)|#` is wrong.",
        {"n": 3.0},
        ("1",),
        details=("one",),
        repair=Repair("exchange", "Exchange.", ("1",)),
    )
    note = Finding("y", "note", "D <b>", "Worth knowing.")
    text = as_markdown([note, finding])
    assert text.index("### Error: x") < text.index("### Note: y")
    assert "Song \\`\\*\\_\\[a\\](b)\\|\\#\\` is wrong." in text
    assert "| n | 3 |" in text
    records = json.loads(as_json([finding, note]))["findings"]
    assert records[0]["evidence"] == {"n": 3.0}
    assert records[0]["repair"]["kind"] == "exchange"
    assert records[1]["repair"] is None
    assert "Nothing." in as_markdown([])


def test_findings_come_worst_first():
    static, dynamic = columns(200, r=0.95)
    found = examine(
        [
            dataset(labels(3), has_audio=np.zeros(3, bool), name="A"),
            dataset(exchange(static, 0, 100).clip(-1, 1), dynamic),
        ]
    )
    assert [finding.severity for finding in found] == ["error", "note"]


@cache
def real_findings():
    return examine([DoctorDataset.of(load_real(key)) for key in ("emomusic", "deam", "pmemo", "wcmed")])


@needs_real_files
def test_the_defects_of_the_published_files_are_found_and_nothing_else_is_an_error():
    found = {(finding.dataset, finding.check): finding for finding in real_findings()}
    assert [key for key, finding in found.items() if finding.severity == "error"] == [("DEAM", "exchanged")]
    assert {key for key, finding in found.items() if finding.severity == "warning"} == {
        ("EmoMusic", "repeated songs"),
        ("EmoMusic", "split leak by artist"),
        ("DEAM", "overlap with EmoMusic"),
        ("DEAM", "repeated songs"),
        ("DEAM", "rows"),
        ("PMEmo", "repeated songs"),
        ("WCMED", "rows"),
    }
    assert found["DEAM", "overlap with EmoMusic"].evidence["clips that remain"] == 1058
    assert len(found["PMEmo", "without label"].affected) == 27
    assert {"90", "92"} <= set(found["PMEmo", "repeated songs"].affected)
    assert round(found["WCMED", "ranks"].evidence["sd of valence"], 3) == 0.577
    assert found["EmoMusic", "split leak by artist"].evidence["leaking clips"] == 65


@needs_real_files
def test_a_re_upload_of_pmemo_on_another_scale_is_found_with_its_spreads():
    good = DoctorDataset.of(load_real("pmemo"))
    copy = replace(good, static=good.static * 8 + 1)
    findings = scale.check(copy)
    assert checks_of(findings) == ["scale"]
    assert np.allclose(repaired(copy, findings[0].repair).static, good.static, equal_nan=True)
    left_behind = replace(copy, info=replace(good.info, scale=NINE))
    assert [(finding.check, finding.repair.parameters["factor"]) for finding in scale.check(left_behind)] == [
        ("spread", 8)
    ]
