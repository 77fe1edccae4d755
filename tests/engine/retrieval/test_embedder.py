"""The shipped picture network."""

import numpy as np
import pytest

from engine.core.artifacts import EMBEDDER, SHIPPED
from engine.core.errors import ArtifactDamaged, ArtifactMismatch
from engine.reading.ocr import MODEL_DIR, RECOGNITION_MODEL
from engine.retrieval.embedder import BATCH, VECTORS, Embedder, embedder_input
from engine.retrieval.picture_match import SURE_OF_DIRECTION
from tests.support.drawings import pattern
from training.drawing.cards import demo_cards, draw_card

DRAWN_VECTOR = [0.0397, -0.0882, -0.0661, -0.1556, 0.0373]
"""First numbers of the vector of ``pattern(1)``, from the shipped embedder when it was exported."""


@pytest.fixture(scope="module")
def embedder():
    return Embedder(SHIPPED / EMBEDDER, threads=1)


def test_a_known_picture_has_its_known_vector(embedder):
    """Fails when resizing, channel order or the network changes: then every index has to be rebuilt."""
    assert embedder.embed([pattern()])[0, :5] == pytest.approx(DRAWN_VECTOR, abs=1e-2)


def test_vectors_have_length_one(embedder):
    vectors = embedder.embed([pattern(seed) for seed in range(3)])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)


def test_a_batch_gives_the_same_vectors_as_one_by_one(embedder):
    pictures = [pattern(seed) for seed in range(BATCH + 2)]
    alone = np.concatenate([embedder.embed([picture]) for picture in pictures])
    assert embedder.embed(pictures) == pytest.approx(alone, abs=1e-3)


def test_no_faces_give_no_vectors(embedder):
    assert embedder.embed([]).shape == (0, embedder.dimension)
    assert embedder.embed_oriented([]).upright.shape == (0,)


def test_a_network_that_does_not_tell_up_from_down_is_unsure_of_both(embedder, monkeypatch):
    class WithoutDirection:
        outputs = (VECTORS,)
        run_first = staticmethod(embedder._model.run_first)

    faces = [pattern(1), pattern(2)]
    expected = embedder.embed(faces)
    monkeypatch.setattr(embedder, "_model", WithoutDirection())
    found = embedder.embed_oriented(faces)
    assert (found.vectors == expected).all()
    assert found.upright.tolist() == [0.5, 0.5]


def test_it_tells_up_from_down_and_is_never_sure_of_the_wrong_way(embedder):
    """It was not trained on drawn cards: it may lean the wrong way now and then, but not be confident of it."""
    drawn = [draw_card(card, 320) for card in demo_cards()]
    upright = embedder.embed_oriented(drawn).upright
    turned = embedder.embed_oriented([np.ascontiguousarray(face[::-1, ::-1]) for face in drawn]).upright
    assert (np.concatenate([upright > 0.5, turned < 0.5])).mean() > 0.85
    assert upright.min() > 1 - SURE_OF_DIRECTION
    assert turned.max() < SURE_OF_DIRECTION


def test_the_same_picture_at_another_size_is_nearest(embedder):
    small, large, other = embedder.embed([pattern(1, (160, 224)), pattern(1, (480, 670)), pattern(2)])
    assert small @ large > 0.95 > small @ other


def test_another_model_s_file_is_a_mismatch_and_noise_is_damage(tmp_path):
    with pytest.raises(ArtifactMismatch, match="batch, 3, height, width"):
        Embedder(MODEL_DIR / RECOGNITION_MODEL)  # takes lines of any width
    noise = tmp_path / "embedder.onnx"
    noise.write_bytes(b"no model")
    with pytest.raises(ArtifactDamaged, match=r"embedder\.onnx"):
        Embedder(noise)


def test_the_input_is_rgb_in_0_to_255():
    red = np.zeros((80, 60, 3), np.uint8)
    red[..., 0] = 200
    tensor = embedder_input([red], 224, 160)
    assert (tensor.shape, tensor.dtype) == ((1, 3, 224, 160), np.float32)
    assert (tensor[0, 0] == 200).all()
    assert (tensor[0, 1:] == 0).all()
