"""Ids of buttons, menus and forms: they say all there is to know, and nothing else is taken for one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.components.controls import Control, What, control_of, options
from bot.store import new_key

controls = st.builds(
    Control,
    st.sampled_from(What),
    st.builds(new_key) | st.just(""),
    st.none() | st.integers(0, 999),
)


@given(controls)
def test_a_control_comes_back_from_its_id(control):
    assert control_of(control.custom_id) == control
    assert len(control.custom_id) <= 100


@given(st.text(max_size=100) | st.from_regex(r"v[01]:[a-z]{0,9}:[\w-]{0,20}:\d{0,3}", fullmatch=True))
def test_any_other_id_is_none_or_says_the_same_again(text):
    control = control_of(text)
    assert control is None or control_of(control.custom_id) == control


def test_an_id_of_a_version_that_is_no_more_is_none_of_ours():
    assert control_of("v0:wrong:abc:") is None
    assert control_of("v1:dance:abc:") is None


@given(st.lists(st.tuples(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200), st.text(max_size=200))))
def test_options_keep_within_discords_limits_and_none_is_there_twice(texts):
    made = options(texts, chosen=texts[0][0] if texts else "")
    assert len(made) <= 25
    assert len({option.value for option in made}) == len(made)
    assert all(len(option.value) <= 100 and len(option.label) <= 100 for option in made)
    assert sum(option.default for option in made) <= 1
