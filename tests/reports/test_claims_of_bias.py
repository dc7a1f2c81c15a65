"""Claims of bias: what their intervals cover, which family they share, and the shares inside a model's intervals."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.report_data import MODEL, built, columns_of

from merdesk.reports.family import family

N_REFITS = 40


def refits_of(columns, spread, seed=5):
    """Refits that move the second dataset as a whole, by `spread`, in valence; the first one trains."""
    random = np.random.default_rng(seed)
    prediction = np.repeat(np.array(columns.prediction, dtype=float)[:, None], N_REFITS, axis=1)
    prediction[..., 0] += random.normal(0, spread, N_REFITS)
    prediction[columns.dataset == 0] = np.nan
    return prediction


def shifted(size):
    columns = columns_of(480, shrink=0.9)
    prediction = np.array(columns.prediction)
    prediction[columns.dataset == 1, 0] += size
    return type(columns)(
        **{**{name: getattr(columns, name) for name in columns.__slots__}, "prediction": prediction}
    )


def offset(report):
    return next(
        row for row in report["offsets"]["rows"] if row["dataset"] == "Beta" and row["dimension"] == "Valence"
    )


def shown(report, about):
    return [one["text"] for one in report["verdict"] if (one["strength"], one["about"]) == ("shown", about)]


def test_an_offset_that_other_training_clips_would_move_is_no_finding():
    columns = shifted(0.1)
    steady, loose = (built(columns, refits=refits_of(columns, spread)) for spread in (0.001, 0.08))
    assert "valence on Beta +0.0" in shown(steady, "offset")[0]
    assert "other training groups too" in shown(steady, "offset")[0]
    assert shown(loose, "offset") == []
    assert offset(loose)["bias"]["value"] == offset(steady)["bias"]["value"]
    wide, narrow = (one["bias"]["high"] - one["bias"]["low"] for one in (offset(loose), offset(steady)))
    assert wide == pytest.approx(2 * 1.96 * 0.08, rel=0.3)
    assert wide > 2 * narrow


def test_without_refits_the_claim_speaks_of_the_trained_model():
    report = built(shifted(0.1))
    assert "this trained model" in shown(report, "offset")[0]
    assert report["reproducibility"]["n_refits"] == 0
    assert any("Models were not fitted again" in one for one in report["limits"])


def test_every_test_of_bias_shares_one_family():
    report = built(columns_of(480))
    tests = [one for one in family(report) if one["p"] is not None]
    assert len(tests) == report["n_tests"] == 4 + 8 + 2 * 4 * 2 + 2
    least = min(tests, key=lambda one: one["p"])
    assert least["p_holm"] == pytest.approx(min(1, least["p"] * len(tests)), rel=1e-4)


def test_a_genre_of_one_dataset_is_found_where_the_training_dataset_has_none():
    columns = columns_of(480, shrink=0.9)
    prediction = np.array(columns.prediction)
    prediction[(columns.dataset == 1) & (columns.genre == 1), 0] += 0.3
    values = {name: getattr(columns, name) for name in columns.__slots__}
    report = built(type(columns)(**values | {"prediction": prediction}))
    said = " ".join(shown(report, "genre"))
    assert "unlike in the training datasets, predictions are off for Jazz valence in Beta +0." in said
    jazz = next(
        row for row in report["genres"]["inside"] if row["genre"] == "Jazz" and row["dataset"] == "Beta"
    )
    assert jazz["contrast"]["value"] == pytest.approx(0.3, abs=0.05)
    assert jazz["beyond_home"]["value"] == pytest.approx(0.3, abs=0.08)


def test_a_genre_of_one_dataset_that_is_as_far_off_where_the_model_trained_is_no_finding():
    columns = columns_of(480, shrink=0.9)
    prediction = np.array(columns.prediction)
    prediction[columns.genre == 1, 0] += 0.3
    values = {name: getattr(columns, name) for name in columns.__slots__}
    report = built(type(columns)(**values | {"prediction": prediction}))
    said = [one["text"] for one in report["verdict"] if one["strength"] == "unknown"]
    assert any("Jazz valence in Beta +0." in text and "shrinkage alone can do that" in text for text in said)


def test_shares_inside_the_intervals_are_told_by_dataset_and_genre():
    columns = shifted(0.5)
    model = replace(MODEL, interval={"level": 0.9, "valence": 0.3, "arousal": None, "over": "datasets"})
    found = built(columns, model=model)["coverage"]
    rows = {(row["kind"], row["name"]): row["share"] for row in found["rows"]}
    assert {row["dimension"] for row in found["rows"]} == {"Valence"}
    assert rows["dataset", "Alpha"]["value"] > 0.9
    assert rows["dataset", "Beta"]["value"] < 0.2
    jazz = rows["genre", "Jazz"]
    assert jazz["low"] < jazz["value"] < jazz["high"]
    assert (jazz["n"], jazz["n_clusters"]) == (120, 60)
    assert built(columns)["coverage"] is None
