"""Which unit comes next."""

from merdesk.features.units import Unit
from merdesk.features.waiting import Waiting


def waiting(n=6):
    return Waiting([Unit(i, i, b"") for i in range(n)])


def test_units_come_in_their_order_and_once():
    units = waiting()
    assert len(units) == 6
    assert [unit.clip_id for unit in units] == [0, 1, 2, 3, 4, 5]
    assert list(units) == []


def test_what_is_looked_at_comes_next_and_what_was_given_out_does_not_come_again():
    units = waiting()
    coming = iter(units)
    assert next(coming).clip_id == 0
    units.prefer([4, 0, 9, 3])
    assert next(coming).clip_id == 4
    units.prefer([4, 0, 9, 5])
    assert [unit.clip_id for unit in coming] == [5, 1, 2, 3]
