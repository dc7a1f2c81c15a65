"""The verdict in plain words claims what the numbers carry; and no number of the page is missing in report.json."""

import re

import numpy as np
from helpers.page_numbers import shown_and_known
from helpers.report_data import built, columns_of


def plain(**changes):
    return " ".join(built(columns_of(480, datasets=("Alpha",), **changes))["plain"])


def changed(columns, **arrays):
    return type(columns)(**{**{name: getattr(columns, name) for name in columns.__slots__}, **arrays})


def test_a_score_is_told_as_a_share_of_the_differences_between_clips():
    report = built(columns_of(480, datasets=("Alpha",)))
    score = next(row for row in report["scores"]["rows"] if row["dimension"] == "Valence")["metrics"]["r2"][
        "value"
    ]
    assert f"the model accounts for {round(100 * score)}\N{NO-BREAK SPACE}% (Alpha)" in report["plain"][0]


def test_plain_words_hold_no_term_of_statistics():
    text = plain(planted=0.3)
    assert not re.search(r"R²|RMSE|Holm|interval|p =|ρ|shrink|variance|\[", text)


def test_a_planted_bias_of_a_genre_is_told_and_none_is_not_called_proof():
    assert "These genres get errors of their own: Rock; how large" in plain(planted=0.3)
    assert "No genre was found to be treated worse" in plain()
    assert "does not prove that none is" in plain()


def test_an_offset_is_told_with_its_direction():
    columns = columns_of(480, datasets=("Alpha",))
    text = " ".join(built(changed(columns, prediction=columns.prediction - np.float32(0.3)))["plain"])
    assert "it says too little valence on Alpha (by 0.3" in text
    assert "too little arousal on Alpha" in text


def test_a_model_that_is_worse_than_the_average_is_not_praised():
    columns = columns_of(240, datasets=("Alpha",))
    text = " ".join(built(changed(columns, prediction=columns.prediction - np.float32(0.9)))["plain"])
    assert "For valence on Alpha it does worse than guessing the average." in text
    assert "accounts for" not in text


def test_nothing_scored_is_not_put_into_plain_words():
    assert built(columns_of(0))["plain"] == []


def test_every_number_of_the_page_is_one_of_report_json():
    shown, known = shown_and_known(built(columns_of(480, planted=0.3)))
    assert len(shown) > 200
    assert shown - known == set()
