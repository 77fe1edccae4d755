"""Custom ids hold everything a control needs, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components.controls import FIELDS, Action, Control, options, parse_control
from bot.lookups.syntax import LookupKind
from bot.store import new_key

CARD_KEY = "AbCd_-0123xY"
ASKER = 2**64 - 1
card_keys = st.from_regex(r"[A-Za-z0-9_-]{12}", fullmatch=True)
askers = st.integers(0, ASKER)
controls = st.one_of(
    st.builds(
        Control,
        st.sampled_from([action for action in Action if "card" in FIELDS[action]]),
        st.builds(new_key) | st.just(""),
        st.none() | st.integers(0, 999),
    ),
    st.builds(Control, st.just(Action.OPEN), card_keys),
    st.builds(Control, st.just(Action.PAGE), card_keys, page=st.integers(0, 9999), asker=askers),
    st.builds(Control, st.just(Action.LIST), st.builds(new_key), page=st.integers(0, 9999), alone=st.booleans()),
    st.builds(
        Control,
        st.just(Action.PICK),
        kind=st.sampled_from(LookupKind),
        asker=askers,
        alone=st.booleans(),
        place=st.integers(0, 9),
    ),
)


@given(controls)
def test_an_id_gives_its_control_back(control):
    assert parse_control(control.custom_id) == control
    assert len(control.custom_id) <= 100


@pytest.mark.parametrize(
    ("custom_id", "control"),
    [
        ("v1:wrong:Yk9sQ_-a1b2c:", Control(Action.WRONG, "Yk9sQ_-a1b2c")),
        ("v1:name:Yk9sQ_-a1b2c:3", Control(Action.NAME, "Yk9sQ_-a1b2c", 3)),
        ("v1:printing:Yk9sQ_-a1b2c:0", Control(Action.PRINTING, "Yk9sQ_-a1b2c", 0)),
        ("v1:which:Yk9sQ_-a1b2c:25", Control(Action.WHICH, "Yk9sQ_-a1b2c", 25)),
        ("v1:forget::", Control(Action.FORGET)),
        ("v1:channels::", Control(Action.CHANNELS)),
        (f"v1:open:{CARD_KEY}", Control(Action.OPEN, CARD_KEY)),
        (f"v1:page:{CARD_KEY}:12:{ASKER}", Control(Action.PAGE, CARD_KEY, page=12, asker=ASKER)),
        ("v1:list:Yk9sQ_-a1b2c:2:1", Control(Action.LIST, "Yk9sQ_-a1b2c", page=2, alone=True)),
        ("v1:more:Yk9sQ_-a1b2c:125", Control(Action.MORE, "Yk9sQ_-a1b2c", 125)),
        ("v1:printings:Yk9sQ_-a1b2c:3:2", Control(Action.PRINTINGS, "Yk9sQ_-a1b2c", 3, page=2)),
        ("v1:pick:c:5:1:0", Control(Action.PICK, kind="c", asker=5, alone=True)),
        ("v1:pick:l:5:0:9", Control(Action.PICK, kind="l", asker=5, place=9)),
    ],
)
def test_ids_of_messages_sent_long_ago_are_understood(custom_id, control):
    assert parse_control(custom_id) == control
    assert control.custom_id == custom_id


@given(
    st.text(max_size=100)
    | st.from_regex(r"v[01]:[a-z]{0,9}:[\w-]{0,20}:\d{0,3}", fullmatch=True)
    | st.from_regex(r"v1:(open|page|pick)(:[\w-]{1,12}){0,4}", fullmatch=True)
)
def test_any_other_text_is_no_id_or_an_equivalent_one(text):
    control = parse_control(text)
    assert control is None or parse_control(control.custom_id) == control


@pytest.mark.parametrize(
    "custom_id",
    [
        *("v0:wrong:abc:", "v2:wrong:abc:", "v1:dance:abc:", "v1:wrong:abc", "v1:typed:abc:0"),
        *(f"v1:open:{CARD_KEY}:", "v1:open:short", f"v1:page:{CARD_KEY}::5", "v1:pick:x:5:1:0", "v1:pick:c:5:2:0"),
    ],
)
def test_ids_of_unknown_versions_actions_or_forms_are_none_of_ours(custom_id):
    assert parse_control(custom_id) is None


@given(st.lists(st.tuples(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200), st.text(max_size=200))))
def test_options_keep_within_discords_limits_and_none_is_there_twice(texts):
    made = options(texts, chosen=texts[0][0] if texts else "")
    assert len(made) <= 25
    assert len({option.value for option in made}) == len(made)
    assert all(len(option.value) <= 100 and len(option.label) <= 100 for option in made)
    assert sum(option.default for option in made) <= 1
