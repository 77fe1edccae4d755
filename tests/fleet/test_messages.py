"""Messages are restored unchanged, and nothing else is accepted as a message."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("msgspec", reason="the extra fleet is not installed")

import msgspec

from engine import CardEntry, Engine, FaceEntry, Identification, Prices, Status
from engine.core.constants import MAX_PHOTO_BYTES
from engine.fleet import MalformedMessage, PhotoRequest, PhotoResponse, Refusal, Task, pack, read_message
from tests.support.bot.results import card, result, unknown, unsure
from training.scene.demo_set import DemoPhoto

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
SHARE = st.floats(0, 1)
ASKED = st.builds(PhotoRequest, TEXT, TEXT, TEXT, st.sampled_from(Task), st.binary(max_size=200), st.integers(1, 100))
CARDS = st.lists(st.builds(card, st.text("abc", min_size=1, max_size=9), SHARE), max_size=4)
ENTRIES = st.builds(
    CardEntry,
    *(TEXT, st.none() | TEXT, TEXT, TEXT, TEXT, st.none() | TEXT, st.integers(0, 2**40), SHARE),
    st.lists(st.builds(FaceEntry, TEXT, st.none() | TEXT), max_size=2).map(tuple),
    st.builds(Prices, st.none() | st.integers(0, 2**40)),
    st.none() | TEXT,
)
ANSWERS = st.one_of(
    CARDS.map(lambda cards: PhotoResponse("1", "w", "v", named=result(*cards))),
    st.lists(ENTRIES, max_size=3).map(lambda entries: PhotoResponse("1", "w", "v", similar=tuple(entries))),
    st.builds(Refusal, TEXT, TEXT, TEXT).map(lambda refusal: PhotoResponse("1", "w", "v", refused=refusal)),
    TEXT.map(lambda text: PhotoResponse("1", "w", "v", incident=text)),
)


@given(ASKED)
def test_requests_are_restored_unchanged(asked: PhotoRequest):
    assert read_message(pack(asked), PhotoRequest) == asked


@given(ANSWERS)
def test_responses_are_restored_unchanged(answer: PhotoResponse):
    assert read_message(pack(answer), PhotoResponse) == answer


def test_a_value_that_is_none_of_ours_cannot_be_packed():
    with pytest.raises(TypeError, match="object can't be packed"):
        pack(PhotoResponse("1", "w", "v", similar=(object(),)))


@given(st.binary(max_size=300))
def test_foreign_bytes_are_refused_as_messages(data: bytes):
    for kind in (PhotoRequest, PhotoResponse):
        with pytest.raises(MalformedMessage):
            read_message(data, kind)


@given(ANSWERS, st.data())
def test_a_truncated_message_is_refused(answer: PhotoResponse, data: st.DataObject):
    packed = pack(answer)
    with pytest.raises(MalformedMessage):
        read_message(packed[: data.draw(st.integers(0, len(packed) - 1))], PhotoResponse)


def test_real_results_of_the_engine_are_restored_unchanged(demo_engine: Engine, demo_table_photo: DemoPhoto):
    named = demo_engine.identify(demo_table_photo.jpeg)
    similar = tuple(demo_engine.similar(demo_table_photo.jpeg, top_k=3))
    assert read_message(pack(PhotoResponse("1", "w", "v", named=named)), PhotoResponse).named == named
    assert read_message(pack(PhotoResponse("1", "w", "v", similar=similar)), PhotoResponse).similar == similar


@pytest.mark.parametrize("cards", [(), (card(),), (unsure("Fog", 0.5, "Bog"), unknown())])
def test_cards_of_any_status_are_restored(cards):
    named = read_message(pack(PhotoResponse("1", "w", "v", named=result(*cards))), PhotoResponse).named
    assert isinstance(named, Identification)
    assert [one.status for one in named.cards] == [one.status for one in cards]
    assert all(isinstance(one.status, Status) for one in named.cards)


def test_numpy_numbers_are_sent_as_python_numbers():
    answer = PhotoResponse("1", "w", "v", named=Identification(1, 1, (), {"total": np.float32(0.5)}))
    assert read_message(pack(answer), PhotoResponse).named == Identification(1, 1, (), {"total": 0.5})


def test_a_pickle_is_refused():
    with pytest.raises(MalformedMessage):
        read_message(pickle.dumps(PhotoResponse("1", "w", "v")), PhotoResponse)


@pytest.mark.parametrize(
    "change",
    [{"top_k": 0}, {"top_k": 10**6}, {"task": "delete"}, {"photo": "text"}, {"photo": bytes(MAX_PHOTO_BYTES + 1)}],
)
def test_invalid_requests_are_refused(change):
    asked = {"id": "1", "version": "v", "bot": "b", "task": "identify", "photo": b"", "top_k": 5}
    assert read_message(msgspec.msgpack.encode(asked), PhotoRequest).task is Task.IDENTIFY
    with pytest.raises(MalformedMessage):
        read_message(msgspec.msgpack.encode(asked | change), PhotoRequest)


def test_values_outside_their_range_are_refused():
    sure = msgspec.msgpack.decode(pack(PhotoResponse("1", "w", "v", named=result(card()))))
    sure["named"]["cards"][0]["confidence"] = 1.5
    with pytest.raises(MalformedMessage, match=r"0\.\.1"):
        read_message(msgspec.msgpack.encode(sure), PhotoResponse)
