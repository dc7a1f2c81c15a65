"""What the verdict says: planted effects, and nothing where nothing is."""

import re

import numpy as np
import pytest
from helpers.report_data import built, columns_of


def claims(report, about):
    return [(claim["strength"], claim["text"]) for claim in report["verdict"] if claim["about"] == about]


def changed(columns, **arrays):
    return type(columns)(**{**{name: getattr(columns, name) for name in columns.__slots__}, **arrays})


def test_a_planted_genre_bias_is_found_and_only_that():
    report = built(columns_of(480, planted=0.3))
    strength, text = claims(report, "genre")[0]
    assert strength == "shown"
    assert "Rock valence +0.2" in text
    assert "arousal" not in text
    assert "Jazz" not in text


def test_pure_shrinkage_is_no_genre_bias():
    columns = columns_of(480, shrink=0.4)
    # Rock far from the mean: a model that shrinks gives it a bias, which is not about rock.
    affect = np.array(columns.affect)
    affect[columns.genre == 0, 0] = np.abs(affect[columns.genre == 0, 0])
    mean = affect.mean(axis=0)
    prediction = mean + 0.4 * (affect - mean) + np.random.default_rng(1).normal(0, 0.1, affect.shape)
    report = built(changed(columns, affect=affect, prediction=prediction))
    rock = next(row for row in report["genres"]["rows"] if row["genre"] == "Rock")
    assert rock["bias"]["value"] < -0.1
    assert abs(rock["difference"]["value"]) < 0.03
    strength, text = claims(report, "genre")[0]
    assert strength == "open"
    assert text.startswith("No evidence of a genre bias beyond shrinkage")


def test_no_evidence_is_not_told_as_evidence_of_none():
    report = built(columns_of(240, noise=0.4))
    texts = " ".join(text for _, text in claims(report, "genre"))
    assert "That is not evidence of none" in texts


def test_an_offset_of_the_model_is_not_blamed_on_genres():
    columns = columns_of(480, datasets=("Alpha",))
    report = built(changed(columns, prediction=columns.prediction + np.float32(0.3)))
    told = next(text for _, text in claims(report, "genre") if "that is no finding about the genre" in text)
    assert re.search(r"Rock valence \+0\.\d+ \[.+\], within datasets −?\+?0\.\d+ \[", told)
    assert not any("predictions are off for genres" in text for _, text in claims(report, "genre"))
    strength, text = claims(report, "offset")[0]
    assert strength == "shown"
    assert "arousal on Alpha +0.3" in text


def test_a_genre_that_is_one_dataset_is_not_told_apart_from_it():
    columns = columns_of(480)
    genre = np.where(columns.dataset == 1, 0, np.maximum(columns.genre, 1))
    prediction = np.array(columns.prediction)
    prediction[columns.dataset == 1, 0] -= 0.4
    report = built(changed(columns, genre=genre, prediction=prediction))
    told = claims(report, "confounding")
    assert any("Rock valence −0.4" in text and strength == "unknown" for strength, text in told)
    assert any("not separable for Beta" in text for _, text in told)
    assert not any(
        "Rock valence" in text for strength, text in claims(report, "genre") if strength == "shown"
    )


def test_right_order_on_a_wrong_scale_is_said():
    columns = columns_of(240, datasets=("Alpha",))
    report = built(changed(columns, prediction=columns.prediction - np.float32(0.9)))
    strength, text = claims(report, "accuracy")[0]
    assert strength == "shown"
    assert "worse than by the dataset’s own mean" in text
    assert "what is off is offset or scale" in text


def test_an_order_that_is_hardly_right_is_not_blamed_on_the_scale():
    columns = columns_of(480, datasets=("Alpha",))
    noise = np.random.default_rng(7).normal(0, 0.5, (480, 2))
    report = built(changed(columns, prediction=0.3 * columns.affect + noise - 0.5))
    _, text = claims(report, "accuracy")[0]
    assert "right in small part only on Alpha" in text
    assert "much of what is off" not in text


def test_noise_is_told_as_no_evidence():
    columns = columns_of(240, datasets=("Alpha",))
    mean = columns.affect.mean(axis=0) + np.random.default_rng(5).normal(0, 0.02, (240, 2))
    report = built(changed(columns, prediction=mean))
    assert all(strength == "open" for strength, _ in claims(report, "accuracy"))


def test_a_score_above_the_ceiling_warns_of_a_leak():
    columns = columns_of(240, datasets=("Alpha",))
    report = built(
        changed(columns, prediction=columns.affect * np.float32(0.999), spread=np.full((240, 2), 0.9))
    )
    assert len(claims(report, "leak")) == 2
    assert not claims(built(columns), "leak")


@pytest.mark.parametrize("n", [1, 2, 3, 8, 30])
def test_few_clips_claim_nothing(n):
    report = built(columns_of(n, datasets=("Alpha",)))
    assert {claim["strength"] for claim in report["verdict"]} <= {"fact", "unknown"}
    assert "cannot be said" in claims(report, "accuracy")[0][1]
    assert all(not row["reliable"] for row in report["scores"]["rows"])


def test_without_predictions_only_the_annotations_are_described():
    columns = columns_of(60)
    report = built(changed(columns, prediction=np.full((60, 2), np.nan)), model=None)
    assert "nothing can be said about a model" in claims(report, "accuracy")[0][1]
    assert report["scores"]["rows"] == []
    assert report["genres"]["why_none"] == "no clip can be scored"
    assert report["data"]["totals"]["n_annotated"] == 60


def test_an_empty_project_has_a_report():
    report = built(columns_of(0), model=None)
    assert "No clip is annotated" in claims(report, "accuracy")[0][1]


def test_one_genre_or_none_cannot_be_compared():
    assert "all scored clips have one genre" in claims(built(columns_of(genres=("Pop",))), "genre")[0][1]
    assert "no scored clip has a genre" in claims(built(columns_of(genres=())), "genre")[0][1]


def test_genres_under_the_limit_are_not_tested():
    columns = columns_of(240)
    genre = np.where(np.arange(240) < 8, 3, np.minimum(columns.genre, 2))
    rows = built(changed(columns, genre=genre))["genres"]["rows"]
    folk = [row for row in rows if row["genre"] == "Folk"]
    assert len(folk) == 2
    assert all(not row["reliable"] and row["p_holm"] is None for row in folk)
    assert all(row["p_holm"] is not None for row in rows if row["genre"] != "Folk")
