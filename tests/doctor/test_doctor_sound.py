from dataclasses import replace

import numpy as np
import pytest
from helpers.doctor_datasets import columns, dataset
from helpers.sound_files import RATE_HZ, music
from hypothesis import given
from hypothesis import strategies as st

from merdesk.audio.facts import AudioFacts
from merdesk.audio.fingerprint import fingerprint
from merdesk.audio.listening import LONGEST_S, Heard
from merdesk.doctor import audio, examine, same_sound
from merdesk.domain.clip import AudioFile
from merdesk.domain.source import DatasetInfo

FACTS = AudioFacts(45.0, 44_100, 2, 0.9, 0.0, False, -14.0)


def sound(n, facts=(), words=(), problems=(), files=(), name="Invented", info=None, **texts):
    """A dataset of n clips of 45 s; what is named by row replaces what is right."""
    static = columns(max(n, 1))[0].clip(-1, 1)[:n]
    made = dataset(static, name=name, **texts) if info is None else dataset(static, info=info, **texts)
    heard = [
        Heard(
            None if row in dict(problems) else dict(facts).get(row, FACTS),
            dict(words).get(row, np.empty(0, np.uint32)),
            dict(problems).get(row, ""),
        )
        for row in range(n)
    ]
    looked = [replace(file(row), **dict(files).get(row, {})) for row in range(n)]
    return replace(made, heard=tuple(heard), files=tuple(looked))


def file(row, **kwargs):
    return AudioFile(b"/a/%d.mp3" % row, 1000, 1, b"key %d" % row, 45.0, 44_100, 2, "mp3", **kwargs)


def only(findings):
    (finding,) = findings
    return finding


def test_sound_without_fault_gives_no_finding():
    assert audio.check(sound(20)) == []


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("silent", {"peak": 0.0}),
        ("clipped", {"clipped_share": 0.02}),
        ("dual mono", {"dual_mono": True}),
        ("length", {"duration_s": 12.0}),
    ],
)
def test_each_fault_of_sound_is_told_of_its_clips(name, fault):
    finding = only(audio.check(sound(20, facts={3: replace(FACTS, **fault), 7: replace(FACTS, **fault)})))
    assert (finding.check, finding.affected) == (name, ("4", "8"))
    assert finding.what.startswith("2 of 20 clips")


def test_files_that_cannot_be_decoded_are_told_with_the_reason():
    finding = only(audio.check(sound(20, problems={0: "a.mp3 is damaged; copy it again."})))
    assert (finding.check, finding.severity, finding.affected) == ("undecodable", "warning", ("1",))
    assert finding.details == ("a.mp3 is damaged; copy it again.",)


def test_cut_files_are_known_before_anybody_listened():
    files = {2: {"warning": "may be cut: only 50% of it is there"}}
    one = replace(sound(20, files=files), heard=(None,) * 20)
    finding = only(audio.check(one))
    assert (finding.check, finding.affected) == ("cut files", ("3",))


def test_a_format_that_does_not_tell_its_end_is_not_called_cut():
    files = {2: {"warning": "may be cut: a file of this kind (matroska) does not tell where it should end"}}
    assert audio.check(sound(20, files=files)) == []


def test_rare_sample_rates_are_named():
    finding = only(audio.check(sound(20, files={0: {"sample_rate_hz": 22_050}})))
    assert (finding.check, finding.affected) == ("sample rates", ("1",))
    assert finding.details == ("1 at 22,050 Hz",)


def test_documented_lengths_decide_where_there_are_any():
    info = DatasetInfo("D", "D", columns_scale(), expected_counts=((audio.SHORTEST, 8), (audio.LONGEST, 20)))
    clips = {row: replace(FACTS, duration_s=7.5 + row * 0.6) for row in range(20)}
    assert audio.check(sound(20, facts=clips, info=info)) == []
    clips[4] = replace(FACTS, duration_s=45.0)
    finding = only(audio.check(sound(20, facts=clips, info=info)))
    assert (finding.severity, finding.affected) == ("warning", ("5",))
    assert "documented to last 8 to 20 s" in finding.what


def columns_scale():
    from helpers.doctor_datasets import NINE

    return NINE


def test_lengths_that_vary_by_nature_are_not_odd():
    clips = {row: replace(FACTS, duration_s=10.0 + 4 * row) for row in range(20)}
    assert audio.check(sound(20, facts=clips)) == []


def test_a_clip_that_ends_before_its_trace_is_told():
    ends = np.full(20, 45.0)
    ends[6] = 60.0
    finding = only(audio.check(replace(sound(20), trace_end_s=ends)))
    assert (finding.check, finding.affected) == ("shorter than trace", ("7",))
    assert finding.evidence["most seconds missing"] == 15


def test_a_song_too_long_to_listen_to_the_end_is_as_long_as_its_file():
    facts = {row: replace(FACTS, duration_s=LONGEST_S) for row in range(20)}
    files = {row: {"duration_s": 2000.0} for row in range(20)}
    assert audio.check(replace(sound(20, facts=facts, files=files), trace_end_s=np.full(20, 1999.0))) == []


@pytest.fixture(scope="module")
def prints():
    return [fingerprint(music(5, seed=seed), RATE_HZ) for seed in range(6)]


def labelled(one, labels):
    static = one.static.copy()
    for row, label in labels.items():
        static[row] = one.info.scale.to_native(np.array([label]))
    return replace(one, static=static)


def test_a_clip_twice_under_different_labels_is_told_with_their_distance(prints):
    words = {0: prints[0], 1: prints[1], 2: prints[2], 3: prints[1]}
    one = labelled(sound(4, words=words, ids=[995, 996, 998, 997]), {1: [0, 0], 3: [0.3, 0.4]})
    finding = only(same_sound.check(one))
    assert (finding.check, finding.affected) == ("same sound twice", ("996", "997"))
    assert finding.details == ("996 and 997: 4 s in common, labels 0.50 apart on [-1, 1]",)
    assert finding.evidence["pairs with other labels"] == 1
    assert finding.repair.affected == ("997",)
    assert "labels more than 0.2 apart" in finding.what


def test_copies_whose_conflict_an_exchange_explains_are_told_so(prints):
    words = dict(enumerate(prints[:4]))
    said = {row: np.array([0.6, -0.4]) + row / 20 for row in range(4)}
    small = labelled(sound(4, words=words, name="Small"), said)
    big = labelled(
        sound(5, words=words, name="Big", ids=range(11, 16)),
        {row: label[::-1] for row, label in said.items()},
    )
    finding = only(same_sound.check(replace(big, files=(None,) * 5), [small]))
    assert "exchanging valence and arousal of one side makes 4 of these agree" in finding.what
    assert all(
        detail.endswith("(0.00 with valence and arousal of one exchanged)") for detail in finding.details
    )


def test_clips_of_two_datasets_are_told_once_of_the_larger(prints):
    small = sound(2, words={0: prints[0], 1: prints[1]}, name="Small")
    big = sound(3, words={0: prints[2], 1: prints[1], 2: prints[3]}, name="Big", ids=[7, 8, 9])
    far = replace(big, files=(None,) * 3)
    finding = only(same_sound.check(far, [small, far]))
    assert (finding.check, finding.affected) == ("same sound as Small", ("8",))
    assert finding.repair.affected == ("8",)
    assert same_sound.check(small, [small, far]) == []


def test_copies_of_a_file_are_known_before_anybody_listened():
    one = replace(sound(4, files={3: {"quick_key": b"key 1"}}), heard=(None,) * 4)
    finding = only(same_sound.check(one))
    assert finding.affected == ("2", "4")
    assert "the same file" in finding.details[0]


def test_two_excerpts_of_one_file_are_not_the_same_sound():
    one = sound(4, files={3: {"quick_key": b"key 1"}})
    assert same_sound.check(replace(one, span_s=np.array([[0, 45], [0, 45], [0, 45], [45, 45]]))) == []


def test_copies_without_labels_are_told_too(prints):
    one = sound(3, words={0: prints[4], 2: prints[4]})
    one = replace(one, static=np.full((3, 2), np.nan))
    finding = only(same_sound.check(one))
    assert "labels" not in finding.details[0]
    assert finding.plots == ()
    assert np.isfinite(list(finding.evidence.values())).all()


@given(st.lists(st.sampled_from(["", "cut", "silent", "bad", "copy"]), max_size=12), st.booleans())
def test_any_mixture_of_faults_gives_finite_evidence_about_clips_that_are_there(faults, traced):
    n = len(faults)
    kinds = list(enumerate(faults))
    one = sound(
        n,
        facts={row: replace(FACTS, peak=0.0, duration_s=0.3) for row, kind in kinds if kind == "silent"},
        problems={row: "x" for row, kind in kinds if kind == "bad"},
        files={row: {"quick_key": b"same"} for row, kind in kinds if kind == "copy"}
        | {row: {"warning": "may be cut", "sample_rate_hz": 1} for row, kind in kinds if kind == "cut"},
    )
    if traced and n:
        one = replace(one, trace_end_s=np.linspace(0, 100, n))
    for finding in examine([one, replace(one, name="Other", info=replace(one.info, name="Other"))]):
        assert set(finding.affected) <= set(one.ids)
        assert np.isfinite(list(finding.evidence.values())).all()
