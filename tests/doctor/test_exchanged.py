from functools import cache

import numpy as np
import pytest
from helpers.doctor_datasets import columns, dataset, exchange
from helpers.real_datasets import REAL, load_real, needs_real_files
from hypothesis import given, settings
from hypothesis import strategies as st

from merdesk.doctor import exchanged
from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.exchange_blocks import MIN_CLIPS, find_blocks, switch_costs
from merdesk.doctor.repairs import repaired

seeds = st.integers(0, 2**31)


def ids(n):
    return [str(n) for n in range(1, n + 1)]


def found(static, dynamic):
    return [
        (block.start, block.stop)
        for block in find_blocks(static, dynamic, ids(len(static)))
        if block.exchanged
    ]


@settings(max_examples=50)
@given(st.integers(0, 700), st.floats(0, 0.98), st.floats(-0.5, 0.9), seeds)
def test_nothing_is_found_where_nothing_is_exchanged(n, r, r_between, seed):
    assert found(*columns(n, r=r, r_between=r_between, seed=seed)) == []


@settings(max_examples=40)
@given(st.integers(40, 500), st.integers(0, 500), st.integers(60, 300), seeds)
def test_a_planted_exchange_is_found_where_it_is(before, after, n_exchanged, seed):
    n = before + n_exchanged + after
    static, dynamic = columns(n, r=0.93, r_between=0.4, seed=seed)
    blocks = found(exchange(static, before, before + n_exchanged), dynamic)
    assert len(blocks) == 1
    start, stop = blocks[0]
    # Single clips at the edge whose valence and arousal are nearly equal can be on either side.
    assert abs(start - before) <= 12
    assert abs(stop - before - n_exchanged) <= 12


@settings(max_examples=30)
@given(st.integers(60, 400), seeds)
def test_a_dataset_that_is_exchanged_as_a_whole_is_found(n, seed):
    static, dynamic = columns(n, r=0.9, seed=seed)
    assert found(static[:, ::-1], dynamic) == [(0, n)]


@settings(max_examples=30)
@given(seeds, st.floats(0.2, 5), st.floats(-1, 1))
def test_the_verdict_does_not_depend_on_the_scale_of_the_traces(seed, factor, offset):
    static, dynamic = columns(300, seed=seed)
    planted = exchange(static, 100, 200)
    assert found(planted, dynamic) == found(planted, dynamic * factor + offset)


def test_two_exchanged_blocks_are_two_findings():
    static, dynamic = columns(600, r=0.95, seed=1)
    assert found(exchange(exchange(static, 0, 100), 300, 400), dynamic) == [(0, 100), (300, 400)]


def test_a_switch_costs_less_where_ids_pass_a_round_number():
    costs = switch_costs(["99", "100", "101", "1000", "1001", "x"])
    assert costs.tolist() == [10, 7, 6, 4, 10]


def test_too_few_clips_or_columns_that_do_not_vary_say_nothing():
    static, dynamic = columns(MIN_CLIPS - 1)
    assert find_blocks(static[:, ::-1], dynamic, ids(len(static))) == []
    static, dynamic = columns(50)
    assert find_blocks(np.zeros_like(static), dynamic, ids(50)) == []


def rates(n_sims):
    """Share of simulations with a finding, without and with a planted exchange of 100 of 300 clips."""
    false = hits = 0
    for seed in range(n_sims):
        static, dynamic = columns(300, r=0.9, r_between=(0.0, 0.4, 0.8)[seed % 3], seed=seed)
        false += bool(found(static, dynamic))
        hits += len(found(exchange(static, 100, 200), dynamic)) == 1
    return false / n_sims, hits / n_sims


def test_error_rates_are_small():
    false, hits = rates(90)
    assert false == 0
    assert hits == 1


@pytest.mark.slow
def test_error_rates_are_small_over_many_simulations():
    false, hits = rates(5000)
    assert false <= 0.001
    assert hits >= 0.999


def test_a_finding_names_clips_numbers_and_the_repair():
    static, dynamic = columns(200, r=0.95, seed=3)
    finding = exchanged.check(dataset(exchange(static, 0, 100), dynamic))[0]
    assert finding.affected == tuple(ids(100))
    assert finding.severity == "error"
    assert finding.repair.kind == "exchange"
    assert finding.repair.preselected
    assert finding.evidence["r(filed valence, trace arousal)"] > 0.9
    assert [plot.group.sum() for plot in finding.plots] == [100, 100]
    assert "ids 1-100 (100 clips)" in finding.what


def test_the_repair_undoes_the_exchange_exactly_and_twice_gives_the_filed_values():
    static, dynamic = columns(200, r=0.95, seed=4)
    good = dataset(static, dynamic, spread=np.random.default_rng(0).random((200, 2)))
    filed = repaired(good, exchanged.check(dataset(exchange(static, 0, 100), dynamic))[0].repair)
    assert np.array_equal(filed.spread[:100], good.spread[:100, ::-1])
    assert np.array_equal(filed.spread[100:], good.spread[100:])
    finding = exchanged.check(filed)[0]
    assert np.array_equal(repaired(filed, finding.repair).static, good.static)
    assert np.array_equal(repaired(filed, finding.repair).spread, good.spread)
    assert exchanged.check(repaired(filed, finding.repair)) == []
    assert np.array_equal(repaired(repaired(filed, finding.repair), finding.repair).static, filed.static)


def test_clips_without_a_trace_inside_a_block_belong_to_it():
    static, dynamic = columns(200, r=0.95, seed=5)
    dynamic[50] = np.nan
    assert exchanged.check(dataset(exchange(static, 0, 100), dynamic))[0].affected == tuple(ids(100))


def test_another_dataset_with_the_same_clips_adds_evidence():
    static, dynamic = columns(200, r=0.95, seed=6)
    other = dataset(static, dynamic, name="Other", spread=np.random.default_rng(1).random((200, 2)))
    evidence = exchanged.check(dataset(exchange(static, 0, 100), dynamic), [other])[0].evidence
    assert evidence["r(filed valence, arousal of Other)"] == pytest.approx(1)
    assert evidence["clips shared with Other"] == 100


def test_without_traces_the_other_dataset_decides_if_it_has_some():
    static, dynamic = columns(200, r=0.95, seed=7)
    planted = dataset(exchange(static, 0, 100))
    judged = exchanged.check(planted, [dataset(static, dynamic, name="Other")])
    assert [len(finding.affected) for finding in judged] == [100]
    assert judged[0].repair is not None
    assert not judged[0].repair.preselected
    undecided = exchanged.check(planted, [dataset(static, name="Other")])
    assert undecided[0].repair is None
    assert "neither has traces to tell" in undecided[0].what


def test_a_dataset_is_not_blamed_for_another_one_that_runs_against_its_own_traces():
    static, dynamic = columns(200, r=0.95, seed=11)
    at_fault = dataset(static[:, ::-1], dynamic, name="At fault")
    sound = dataset(static[:60], name="Sound")
    assert exchanged.check(sound, [at_fault]) == []
    assert [len(finding.affected) for finding in exchanged.check(at_fault, [sound])] == [200]


def test_unrelated_datasets_that_share_ids_say_nothing():
    static, _ = columns(200, seed=8)
    other, _ = columns(200, seed=9)
    assert exchanged.check(dataset(static), [dataset(other, name="Other")]) == []


@cache
def real(key):
    return DoctorDataset.of(load_real(key))


@needs_real_files
def test_deam_alone_shows_its_exchange_to_three_digits():
    assert REAL.is_dir()
    findings = exchanged.check(real("deam"))
    assert [(f.affected[0], f.affected[-1], len(f.affected)) for f in findings] == [("2", "1000", 744)]
    evidence = findings[0].evidence
    names = (
        "valence, trace valence",
        "valence, trace arousal",
        "arousal, trace arousal",
        "arousal, trace valence",
    )
    assert [round(evidence[f"r(filed {name})"], 3) for name in names] == [0.575, 0.956, 0.570, 0.949]


@needs_real_files
def test_the_other_published_datasets_are_as_named():
    assert [exchanged.check(real(key), [real("deam")]) for key in ("emomusic", "pmemo", "wcmed")] == [
        [],
        [],
        [],
    ]


@needs_real_files
def test_emomusic_confirms_the_exchange_in_means_and_deviations():
    evidence = exchanged.check(real("deam"), [real("emomusic")])[0].evidence
    assert round(evidence["r(filed valence, arousal of EmoMusic)"], 4) == 0.9998
    assert round(evidence["r(filed valence, valence of EmoMusic)"], 3) == 0.599
    assert evidence["r(filed valence std, arousal std of EmoMusic)"] > 0.99
    assert evidence["r(filed valence std, valence std of EmoMusic)"] < 0.4


@needs_real_files
def test_the_repaired_deam_equals_emomusic_within_rounding():
    deam, emomusic = real("deam"), real("emomusic")
    fixed = repaired(deam, exchanged.check(deam)[0].repair)
    rows = [fixed.rows[key] for key in emomusic.ids]
    difference = np.abs(fixed.static[rows] - emomusic.static)
    # Both publish one or two decimals of means of some ten ratings; a few were computed over other raters.
    assert np.median(difference) < 0.005
    assert np.quantile(difference, 0.99) < 0.06
    assert exchanged.check(fixed) == []
