"""Mappings that are remembered for tables with the same columns."""

import json

import pytest

from merdesk.settings import Settings
from merdesk.workflows.saved_mappings import KEY, MOST, SavedMapping, SavedMappings
from merdesk.workflows.tables import ColumnMapping

COLUMNS = ("stimulus", "pleasure", "energy")
MAPPING = ColumnMapping(id="stimulus", valence="pleasure", arousal="energy")


def saved(columns=COLUMNS, mapping=MAPPING, table="ratings.csv"):
    return SavedMapping(table, columns, mapping, (1.0, 9.0, 1.0, 5.0))


def test_a_kept_mapping_is_there_after_a_restart_whatever_the_order_of_columns():
    SavedMappings(Settings()).keep(saved())
    again = SavedMappings(Settings())
    assert again.of(COLUMNS[::-1]) == saved()
    assert again.of((*COLUMNS, "genre")) is None


def test_the_latest_mapping_of_columns_counts():
    known = SavedMappings(Settings())
    known.keep(saved())
    known.keep(saved(mapping=ColumnMapping(file="stimulus"), table="later.csv"))
    assert known.of(COLUMNS).table == "later.csv"
    assert len(Settings()[KEY]) == 1


def test_what_is_forgotten_is_gone_and_the_others_stay():
    known = SavedMappings(Settings())
    known.keep(saved())
    known.keep(saved(("id", "v"), ColumnMapping(id="id")))
    known.forget(COLUMNS)
    assert known.of(COLUMNS) is None
    assert known.of(("id", "v")) is not None


def test_the_oldest_gives_way():
    known = SavedMappings(Settings())
    for n in range(MOST + 1):
        known.keep(saved(("id", str(n)), ColumnMapping(id="id")))
    assert known.of(("id", "0")) is None
    assert known.of(("id", "1")) is not None


@pytest.mark.parametrize(
    "entry",
    [
        7,
        {},
        {"columns": ["a"], "map": {"volume": "a"}, "scale": [1, 9, 1, 9]},
        {"columns": ["a"], "map": {"id": "b"}, "scale": [1, 9, 1, 9]},
        {"columns": ["a"], "map": {"id": "a"}, "scale": [9, 1, 1, 9]},
        {"columns": ["a"], "map": {"id": "a"}, "scale": "wide"},
        {"columns": ["a"], "map": ["id"], "scale": [1, 9, 1, 9]},
    ],
)
def test_an_entry_that_is_no_mapping_is_passed_over(entry):
    settings = Settings()
    settings[KEY] = [entry, json.loads(json.dumps(_entry()))]
    known = SavedMappings(settings)
    assert known.of(("a",)) is None
    assert known.of(COLUMNS) == saved()


def _entry():
    settings = Settings()
    SavedMappings(settings).keep(saved())
    return settings[KEY][0]
