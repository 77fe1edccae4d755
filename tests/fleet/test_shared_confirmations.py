"""Faces of confirmations reach workers unchanged and without origins, and nothing else is accepted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("msgspec", reason="the extra fleet is not installed")

import msgspec

from engine import StoredConfirmation
from engine.fleet import MalformedMessage, shared_confirmations
from engine.fleet.shared_confirmations import (
    Network,
    SharedFace,
    SharedFaces,
    digest_of,
    merge_shared_faces,
    pack_shared_faces,
    read_shared_faces,
)
from engine.learning.confirmations import MAX_PER_CARD
from tests.support.confirmations import DIMENSION, NETWORK, packed_vector, stored

OURS = Network(NETWORK, DIMENSION)
LEARNT = st.lists(
    st.builds(
        lambda seed, name, code: stored(seed, name=name, set=code),
        *(
            st.integers(0, 50),
            st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
            st.sampled_from(["", "m10"]),
        ),
    ),
    max_size=6,
)


def read(data: bytes) -> SharedFaces:
    return read_shared_faces(data, digest_of(data))


def faces_of(entries: list[StoredConfirmation]) -> set[tuple[str, ...]]:
    return {(one.name, one.set, one.collector_number, one.vector) for one in entries}


@given(LEARNT.filter(bool))
def test_faces_are_restored_without_origin_and_date(entries: list[StoredConfirmation]):
    kept = merge_shared_faces([read(pack_shared_faces(entries))], OURS)
    assert faces_of(kept) == faces_of(entries)
    assert {(one.origin, one.created_at, one.embedder) for one in kept} == {("", "", NETWORK)}


def test_no_ids_or_dates_are_sent():
    data = pack_shared_faces(
        [stored(origin="guild 123 / message 456 / user 789", created_at="2026-01-02T03:04:05+00:00")]
    )
    assert not any(part in data for part in (b"guild", b"123", b"456", b"789", b"2026"))


def test_no_confirmations_give_no_message():
    assert pack_shared_faces([]) == b""


def test_bots_with_the_same_faces_send_the_same_bytes():
    entries = [stored(seed, name=f"Card {seed}", origin=f"user {seed}") for seed in range(5)]
    others = [replace(one, origin="guild 9", created_at="later") for one in reversed(entries)]
    assert pack_shared_faces(entries) == pack_shared_faces(others)


@given(st.binary(max_size=300))
def test_foreign_bytes_are_refused(data: bytes):
    with pytest.raises(MalformedMessage):
        read(data)


@given(st.data())
def test_truncated_or_altered_faces_are_refused(data: st.DataObject):
    whole = pack_shared_faces([stored(1), stored(2)])
    with pytest.raises(MalformedMessage):
        read(whole[: data.draw(st.integers(0, len(whole) - 1))])
    place = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(MalformedMessage):
        read_shared_faces(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :], digest_of(whole))


def plain(**change: object) -> bytes:
    whole = {"network": [NETWORK, DIMENSION], "faces": [["Opt", "", "", packed_vector(1)]]}
    return msgspec.msgpack.encode(whole | change)


@pytest.mark.parametrize(
    "change",
    [
        {"network": ["A" * 64, DIMENSION]},
        {"network": [NETWORK, 0]},
        {"network": [NETWORK, 10**9]},
        {"network": [NETWORK, DIMENSION - 1]},
        {"faces": [["", "", "", packed_vector(1)]]},
        {"faces": [["x" * 201, "", "", packed_vector(1)]]},
        {"faces": [["Opt", "x" * 33, "", packed_vector(1)]]},
        {"faces": [["Opt", "", None, packed_vector(1)]]},
        {"faces": [["Opt", "", "", packed_vector(1)[:-1]]]},
        {"faces": [["Opt", "", "", packed_vector(1)], ["Opt", "", "", packed_vector(2)[:-2]]]},
        {"faces": [["Opt", "", "", bytes(2 * DIMENSION)]]},
        {"faces": [["Opt", "", "", b"\xff" * (2 * DIMENSION)]]},
        {"faces": [["Opt", "", "", "a text"]]},
        {"faces": {"Opt": packed_vector(1)}},
    ],
    ids=str,
)
def test_invalid_faces_are_refused(change: dict[str, object]):
    assert read(plain()).faces == (SharedFace("Opt", "", "", packed_vector(1)),)
    with pytest.raises(MalformedMessage):
        read(plain(**change))


def test_too_many_faces_or_bytes_are_refused(monkeypatch: pytest.MonkeyPatch):
    many = plain(faces=[["Opt", "", "", packed_vector(1)]] * (shared_confirmations.MAX_CONFIRMATIONS + 1))
    with pytest.raises(MalformedMessage, match="length"):
        read(many)
    monkeypatch.setattr(shared_confirmations, "MAX_BYTES", 100)
    with pytest.raises(MalformedMessage, match="too many"):
        read(plain())


class TestMerging:
    def test_equal_faces_of_several_bots_count_once(self):
        one, two = pack_shared_faces([stored(1), stored(2)]), pack_shared_faces([stored(2), stored(3)])
        assert faces_of(merge_shared_faces([read(one), read(two)], OURS)) == faces_of([stored(1), stored(2), stored(3)])

    def test_faces_of_another_network_are_left_out(self):
        another = pack_shared_faces([replace(stored(1), embedder="b" * 64)])
        assert merge_shared_faces([read(another), read(pack_shared_faces([stored(2)]))], OURS) == [
            replace(stored(2), origin="", created_at="")
        ]

    def test_the_limits_for_one_bot_apply_to_all_together(self, monkeypatch: pytest.MonkeyPatch):
        shared = [
            read(pack_shared_faces([stored(100 * bot + seed, name=f"Card {seed % 2}") for seed in range(12)]))
            for bot in range(3)
        ]
        names = [one.name for one in merge_shared_faces(shared, OURS)]
        assert [names.count(f"Card {card}") for card in range(2)] == [MAX_PER_CARD] * 2
        monkeypatch.setattr(shared_confirmations, "MAX_CONFIRMATIONS", 10)
        assert len(merge_shared_faces(shared, OURS)) == 10
