from dataclasses import replace

import numpy as np
from helpers.doctor_datasets import dataset

from merdesk.audio.fingerprint import fingerprint
from merdesk.audio.listening import Heard
from merdesk.doctor import labels_in_features
from merdesk.doctor.labels_in_features import check

RNG = np.random.default_rng(0)
N = 60
LABELS = RNG.uniform(-1, 1, (N, 2)).round(3)
LABELS[50:] = LABELS[:10]
"""Ten pairs of clips have identical labels."""


def examined(table, labels=LABELS):
    return check(replace(dataset(labels), features={"mine": np.asarray(table, dtype="f4")}))


def test_features_of_sound_are_believed():
    assert examined(RNG.normal(size=(N, 40))) == []


def test_a_column_that_is_a_label_is_an_error():
    table = RNG.normal(size=(N, 6))
    table[:, 4] = LABELS[:, 0] * 3 + 1
    (finding,) = examined(table)
    assert (finding.severity, finding.evidence["columns"]) == ("error", 1)
    assert finding.what.startswith("Column 5 of the features mine repeats the labels")


def test_features_that_are_alike_wherever_labels_are_were_computed_from_them():
    mixed = np.tanh(LABELS @ RNG.normal(size=(2, 30)) * 3) + 0.5 * np.sin(LABELS[:, :1] * 20)
    (finding,) = examined(mixed)
    assert finding.severity == "error"
    assert "computed from the labels" in finding.what
    assert finding.evidence["pairs with the same labels and features"] == 10
    assert finding.evidence["pairs with the same labels"] == 10
    assert finding.details[0] == "1 and 51"


def test_a_few_alike_among_many_with_the_same_labels_are_a_warning():
    labels = LABELS.copy()
    labels[10:40] = 0.0
    table = RNG.normal(size=(N, 20))
    table[50:54] = table[:4]
    (finding,) = examined(table, labels)
    assert finding.severity == "warning"
    assert "they are duplicates, or" in finding.what


def test_clips_that_were_heard_to_be_one_recording_are_no_leak():
    table = RNG.normal(size=(N, 20))
    table[50:] = table[:10]
    one = replace(dataset(LABELS), features={"mine": table})
    assert len(check(one)) == 1
    y = [np.random.default_rng(row).normal(size=8000 * 5).astype("f4") for row in range(10)]
    words = [fingerprint(one, 8000) for one in y]
    heard = [None] * N
    heard[:10] = heard[50:] = [Heard(None, word) for word in words]
    assert check(replace(one, heard=tuple(heard))) == []


def test_clips_without_features_or_labels_are_left_alone():
    table = np.full((N, 4), np.nan)
    assert examined(table) == []
    table[:5] = 1
    assert examined(table) == []
    assert examined(np.empty((N, 0))) == []
    assert examined(RNG.normal(size=(N, 4)), np.full((N, 2), np.nan)) == []
    assert labels_in_features.check(dataset(LABELS)) == []
