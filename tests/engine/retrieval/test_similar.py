"""Looking up cards by picture alone, among the demo cards."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import Engine, NotKnown, PhotoError
from engine.retrieval.index import FaceIndex, IndexKind
from engine.retrieval.picture_match import KnownFaces
from tests.support.vectors import unit_vectors
from training.scene.demo_set import DemoPhoto, DemoSet


def scans(demo_set: DemoSet) -> dict[str, Path]:
    """The drawn face of each demo card."""
    with demo_set.faces_csv.open(encoding="utf-8") as lines:
        return {row["name"]: demo_set.folder / row["file"] for row in csv.DictReader(lines)}


@pytest.fixture(name="known")
def _known() -> KnownFaces:
    """Three cards on a circle, 1 at 0 degrees, 2 at 40, 3 at 90, with two faces each, 2 degrees apart."""
    degrees = np.radians([0, 2, 40, 42, 90, 92])
    vectors = np.stack([np.cos(degrees), np.sin(degrees)], axis=1).astype(np.float32)
    return KnownFaces(FaceIndex.build(vectors, IndexKind.FLAT), [None] * 6, [1, 1, 2, 2, 3, 3])


class TestNearestCards:
    def test_printings_of_one_card_take_one_place_and_the_nearest_counts(self, known):
        found = known.nearest_cards(np.array([[1, 0]], np.float32), 3)
        assert list(found) == [1, 2, 3]
        assert list(found.values()) == pytest.approx(np.cos(np.radians([0, 40, 90])), abs=1e-6)

    def test_the_nearest_to_any_of_several_vectors_come_first(self, known):
        found = known.nearest_cards(np.array([[1, 0], [0, 1]], np.float32), 2)
        assert set(found) == {1, 3}

    def test_a_small_index_gives_all_it_has(self, known):
        assert len(known.nearest_cards(np.array([[1, 0]], np.float32), 50)) == 3

    def test_many_printings_before_the_next_card_do_not_hide_it(self):
        vectors = np.tile(np.array([[1, 0]], np.float32), (100, 1))
        vectors[99] = 0, 1
        known = KnownFaces(FaceIndex.build(vectors, IndexKind.FLAT), [None] * 100, [1] * 99 + [2])
        assert list(known.nearest_cards(vectors[:1], 2)) == [1, 2]

    @pytest.mark.parametrize("kind", IndexKind)
    def test_a_card_s_own_vectors_come_back_from_every_kind_of_index(self, kind):
        vectors = unit_vectors(200, 8)
        known = KnownFaces(FaceIndex.build(vectors, kind), [None] * 200, [row // 2 for row in range(200)])
        assert known.vectors_of_card(7) == pytest.approx(vectors[14:16], abs=1e-3)
        assert known.vectors_of_card(500).shape == (0, 8)


def test_the_largest_card_of_a_photo_is_looked_up(demo_engine: Engine, demo_single_photo: DemoPhoto):
    found = demo_engine.similar(demo_single_photo.jpeg, top_k=5)
    assert found[0].name == demo_single_photo.names[0]
    assert len({entry.name for entry in found}) == 5
    scores = [entry.score for entry in found]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] < scores[0] <= 1


def test_a_picture_that_is_all_card_is_looked_up_as_a_whole(demo_engine: Engine, demo_set: DemoSet):
    found = {name: demo_engine.similar(path, top_k=1)[0] for name, path in scans(demo_set).items()}
    assert [name for name, entry in found.items() if entry.name != name] == []


def test_pixels_can_be_given(demo_engine: Engine, demo_set: DemoSet):
    name, path = next(iter(scans(demo_set).items()))
    assert demo_engine.similar(np.asarray(Image.open(path).convert("RGB")), top_k=1)[0].name == name


def test_a_name_is_looked_up_by_its_own_picture_and_is_not_its_own_answer(demo_engine: Engine, demo_set: DemoSet):
    name, path = next(iter(scans(demo_set).items()))
    by_name = demo_engine.similar(name.upper(), top_k=4)
    by_picture = demo_engine.similar(path, top_k=5)
    assert name not in {entry.name for entry in by_name}
    assert len(by_name) == 4
    assert by_name[0].name in {entry.name for entry in by_picture}


def test_a_confirmed_answer_is_found_too(
    demo_artifacts: Path, demo_single_photo: DemoPhoto, demo_set: DemoSet, tmp_path: Path
):
    engine = Engine.open(demo_artifacts, overlay=tmp_path / "overlay.sqlite")
    (card,) = engine.identify(demo_single_photo.jpeg).cards
    engine.confirm(demo_single_photo.jpeg, card.corners, card.name, origin="a test")
    assert engine.similar(demo_single_photo.jpeg, top_k=1)[0].score == pytest.approx(1.0, abs=0.01)
    engine.close()


@pytest.mark.parametrize(("name", "code"), [("Xyzzy Plugh", "unknown_name"), ("Lightning Bolt", "no_picture")])
def test_a_name_that_cannot_be_looked_up_is_refused_with_the_reason(demo_engine: Engine, name: str, code: str):
    with pytest.raises(NotKnown) as caught:
        demo_engine.similar(name)
    assert caught.value.code == code


def test_bytes_that_are_no_picture_are_refused(demo_engine: Engine):
    with pytest.raises(PhotoError):
        demo_engine.similar(b"no picture")


def test_top_k_must_be_positive(demo_engine: Engine):
    with pytest.raises(ValueError, match="top_k"):
        demo_engine.similar("Lightning Bolt", top_k=0)


def test_threads_may_ask_at_once(demo_engine: Engine, demo_set: DemoSet):
    names = list(scans(demo_set))[:8]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda name: demo_engine.similar(name, top_k=3), names * 3))
    assert together == [demo_engine.similar(name, top_k=3) for name in names] * 3


class TestNames:
    """Looking up a name."""

    def test_printings_come_newest_first_by_any_name_of_the_card(self, demo_engine: Engine):
        entries = demo_engine.printings("delver of secrets")
        assert entries == demo_engine.printings("Insectile Aberration")
        dates = [entry.released_at for entry in entries]
        assert dates == sorted(dates, reverse=True)
        assert len(entries) == demo_engine.card("Delver of Secrets").printings
        assert [face.name for face in entries[0].faces] == ["Delver of Secrets", "Insectile Aberration"]
        assert demo_engine.printings("Xyzzy Plugh") == []

    def test_only_known_legalities_are_returned(self, demo_engine: Engine):
        assert demo_engine.legalities("Lightning Bolt") == {"commander": "legal"}
        assert demo_engine.legalities("Xyzzy Plugh") == {}
        assert demo_engine.legalities_date == "2025-09"

    def test_a_key_leads_back_to_its_card(self, demo_engine: Engine):
        entry = demo_engine.card("Lightning Bolt")
        assert demo_engine.by_key(entry.key) == entry
        assert demo_engine.by_key("") is None
