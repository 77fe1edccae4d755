"""Which way up: the regression equals gradient descent, and a network fitted to drawn cards tells them apart."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from engine.core.rectify import rotate_180  # noqa: E402 - torch may be missing
from engine.retrieval.embedder import embedder_input  # noqa: E402 - torch may be missing
from training.data.face_pack import FacePack, PackedFace  # noqa: E402 - see above
from training.drawing.cards import demo_cards, draw_card  # noqa: E402 - see above
from training.embedder import orientation  # noqa: E402 - torch may be missing
from training.networks.backbone import CardEmbedder  # noqa: E402 - see above

SIZE = 96, 64


def test_the_regression_equals_gradient_descent():
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(200, 3, generator=generator) * torch.tensor([1.0, 5.0, 0.2]) + 2
    labels = (features[:, 1] + torch.randn(200, generator=generator) > 2).float()
    weight, bias = orientation.fit_logistic(features, labels)

    scaled = (features - features.mean(0)) / features.std(0)
    slow, constant = torch.zeros(3), torch.zeros(())
    for _ in range(5000):
        error = torch.sigmoid(scaled @ slow + constant) - labels
        slow -= 0.5 * (scaled.T @ error / len(labels) + 2 * orientation.DECAY * slow)
        constant -= 0.5 * error.mean()
    assert torch.allclose(features @ weight + bias, scaled @ slow + constant, atol=2e-2)


def test_a_nearly_constant_feature_gets_no_large_weight():
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(200, 3, generator=generator) * torch.tensor([1.0, 1.0, 1e-6])
    weight, _ = orientation.fit_logistic(features, (features[:, 2] > 0).float())
    assert weight.abs().max() < 1e3


def test_a_diverged_training_is_reported():
    pack = FacePack((PackedFace("", "", "fan-made"),) * 2, np.full((2, 32, 24, 3), 9, np.uint8))
    with pytest.raises(ValueError, match="diverged"):
        orientation.fit_orientation(
            CardEmbedder(8, "narrow"), lambda faces: torch.full((len(faces), 512), np.nan), pack, SIZE, 1
        )


def test_an_untrained_network_is_undecided():
    _, odds = CardEmbedder(8, "narrow").eval().embed_and_orient(torch.rand(2, 3, *SIZE) * 255)
    assert odds.tolist() == [0, 0]


def test_fitted_to_photographed_cards_it_knows_upright_scans():
    torch.manual_seed(0)
    cards = demo_cards()
    drawn = np.stack([draw_card(card, 128) for card in cards])
    pack = FacePack(tuple(PackedFace(card.name, "", "real") for card in cards), drawn)
    model = CardEmbedder(8).eval()

    @torch.inference_mode()
    def pooled(faces):
        return model.pooled(torch.from_numpy(embedder_input(faces, *SIZE)))

    orientation.fit_orientation(model, pooled, pack, SIZE, seed=1)
    with torch.inference_mode():
        as_is, turned = (
            model.embed_and_orient(torch.from_numpy(embedder_input(faces, *SIZE)))[1]
            for faces in (list(drawn), [rotate_180(face) for face in drawn])
        )
    right = torch.cat([as_is > 0, turned < 0]).float().mean()
    assert right > 0.9
