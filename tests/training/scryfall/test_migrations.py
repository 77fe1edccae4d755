import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.scryfall.migrations import resolve_moves
from training.scryfall.records import Migration


def migrate(strategy, old, new):
    return Migration(
        id="1", migration_strategy=strategy, performed_at="2026-11-01", old_scryfall_id=old, new_scryfall_id=new
    )


def merge(old, new):
    return migrate("merge", old, new)


def delete(old):
    return migrate("delete", old, None)


@pytest.mark.parametrize(
    ("oldest_first", "moves"),
    [
        pytest.param([merge("a", "b")], {"a": "b"}, id="a merge"),
        pytest.param([delete("a")], {"a": None}, id="a deletion"),
        pytest.param([merge("a", "b"), merge("b", "c")], {"a": "c", "b": "c"}, id="a chain is followed to its end"),
        pytest.param([merge("a", "b"), delete("b")], {"a": None, "b": None}, id="a chain may end in nothing"),
        pytest.param([merge("a", "b"), merge("b", "a")], {"b": "a"}, id="a merge that was undone"),
        pytest.param([delete("a"), merge("b", "a")], {"a": None, "b": "a"}, id="an id that came back later"),
        pytest.param([], {}, id="none"),
    ],
)
def test_moves_are_applied_from_the_oldest_to_the_newest(oldest_first, moves):
    assert resolve_moves(reversed(oldest_first)) == moves


def apply_one_by_one(oldest_first, ident):
    """Return an id after applying all migrations one by one."""
    for row in oldest_first:
        if ident == row.old_scryfall_id:
            ident = row.new_scryfall_id
    return ident


IDS = st.integers(0, 30).map(str)


@given(st.lists(st.tuples(IDS, st.none() | IDS), max_size=15, unique_by=lambda pair: pair[0]))
def test_moves_are_the_same_as_one_migration_at_a_time(pairs):
    oldest_first = [delete(old) if new is None else merge(old, new) for old, new in pairs]
    moves = resolve_moves(reversed(oldest_first))
    assert {old: moves.get(old, old) for old, _ in pairs} == {
        old: apply_one_by_one(oldest_first, old) for old, _ in pairs
    }
