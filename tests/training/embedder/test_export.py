"""The embedder network and its export: what leaves torch is what the engine computes."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest

from engine.core.onnx_session import OnnxModel
from engine.retrieval.embedder import Embedder
from tests.support.drawings import pattern

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

# The light installation has neither: only from here on may they be needed.
from onnx import TensorProto, helper, numpy_helper  # noqa: E402 - see above

from training.cli import main  # noqa: E402 - see above
from training.embedder import export  # noqa: E402 - torch may be missing
from training.networks.backbone import BACKBONES, PIXEL_MEAN, CardEmbedder, GeM  # noqa: E402 - see above
from training.networks.onnx_file import halve_weights  # noqa: E402 - see above
from training.trainer.config import Stage  # noqa: E402 - torch may be missing

ROOT = Path(export.__file__).parents[2]


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return CardEmbedder(8).eval()


class TestGeM:
    def test_it_equals_a_plain_loop(self):
        features = torch.rand(2, 3, 4, 5, generator=torch.Generator().manual_seed(1))
        pooled = GeM(3.0)(features).detach()
        for picture in range(2):
            for channel in range(3):
                values = [float(v) ** 3 for v in features[picture, channel].flatten()]
                assert float(pooled[picture, channel]) == pytest.approx(
                    (sum(values) / len(values)) ** (1 / 3), abs=1e-5
                )

    def test_power_one_is_the_mean_and_a_large_power_the_maximum(self):
        features = torch.rand(1, 4, 6, 6, generator=torch.Generator().manual_seed(2))
        assert torch.allclose(GeM(1.0)(features), features.mean((2, 3)), atol=1e-5)
        assert torch.allclose(GeM(200.0)(features), features.amax((2, 3)), atol=0.03)


class TestProjection:
    def test_the_mean_is_removed(self, model):
        pooled = 5 + torch.randn(64, model.channels, generator=torch.Generator().manual_seed(3))
        model.fit_projection(pooled)
        projected = model.project(pooled)
        assert torch.allclose(projected.mean(0), torch.zeros(8), atol=1e-3)

    def test_its_directions_are_independent_and_the_widest(self, model):
        generator = torch.Generator().manual_seed(4)
        widths = torch.ones(model.channels)
        widths[:8] = 30.0
        pooled = torch.randn(200, model.channels, generator=generator) * widths
        model.fit_projection(pooled)
        spread = torch.cov(model.project(pooled).detach().T)
        off_diagonal = spread - torch.diag(spread.diag())
        assert off_diagonal.abs().max() < 1e-2 * spread.diag().min()
        weight = model.project.weight.detach()
        assert (weight[:, :8].norm(dim=1) > 2 * weight[:, 8:].norm(dim=1)).all()

    def test_vectors_have_length_one(self, model):
        pixels = torch.from_numpy(np.stack([pattern(seed, (160, 224)).transpose(2, 0, 1) for seed in range(2)])).float()
        with torch.no_grad():
            assert torch.allclose(model(pixels).norm(dim=1), torch.ones(2), atol=1e-5)


class TestHalvedWeights:
    @staticmethod
    def linear(folder, rows):
        """Return a model file that multiplies by a random matrix (rows, 16), and the matrix."""
        matrix = np.random.default_rng(5).normal(size=(rows, 16)).astype(np.float32)
        graph = helper.make_graph(
            [helper.make_node("MatMul", ["x", "w"], ["y"])],
            "linear",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", rows])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 16])],
            [numpy_helper.from_array(matrix, "w")],
        )
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
        path = folder / "linear.onnx"
        onnx.save(made, str(path))
        return path, matrix

    def test_results_stay_while_the_file_shrinks(self, tmp_path):
        path, matrix = self.linear(tmp_path, 128)
        halved = tmp_path / "halved.onnx"
        onnx.save(halve_weights(onnx.load(str(path))), str(halved))
        onnx.checker.check_model(str(halved))
        x = np.random.default_rng(6).normal(size=(3, 128)).astype(np.float32)
        assert OnnxModel(halved).run_first(x) == pytest.approx(x @ matrix, abs=2e-2)
        assert halved.stat().st_size < 0.6 * path.stat().st_size

    def test_small_weights_stay_as_they_are(self, tmp_path):
        path, matrix = self.linear(tmp_path, 8)
        halved = halve_weights(onnx.load(str(path)))
        assert (numpy_helper.to_array(halved.graph.initializer[0]) == matrix).all()


@pytest.mark.parametrize("backbone", sorted(BACKBONES))
def test_every_backbone_makes_vectors_of_faces(backbone):
    network = CardEmbedder(8, backbone).eval()
    with torch.no_grad():
        vectors = network(torch.rand(2, 3, 96, 64) * 255)
    assert torch.allclose(vectors.norm(dim=1), torch.ones(2), atol=1e-5)


def test_the_narrow_network_has_less_than_a_million_parameters():
    assert sum(p.numel() for p in CardEmbedder(256, "narrow").parameters()) < 1_000_000


SIZE = Stage(1, 96, 64)


class TestExport:
    def test_the_exported_model_is_the_engine_s_embedder(self, exported):
        embedder = Embedder(exported.path, threads=1)
        assert (embedder.height, embedder.width, embedder.dimension) == (96, 64, 8)
        vectors = embedder.embed([pattern(seed) for seed in range(3)])
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)
        assert embedder.embed([pattern(1)])[0] == pytest.approx(vectors[1], abs=1e-3)

    def test_the_command_prints_the_parity_it_measured(self, exported):
        whole, halved = map(float, re.findall(r">= ([\d.]+)", exported.printed))
        assert whole >= export.MIN_PARITY[0]
        assert halved >= export.MIN_PARITY[1]
        assert "cosine with torch >= " in exported.printed

    def test_the_metadata_describes_the_pixels_and_nothing_of_this_machine(self, exported):
        notes = OnnxModel(exported.path).metadata
        assert notes["colour"] == "RGB"
        assert float(notes["mean"]) == PIXEL_MEAN
        assert notes["backbone"] == "narrow"
        assert str(ROOT).encode() not in exported.path.read_bytes()

    def test_the_upright_output_is_a_probability(self, exported):
        seen = Embedder(exported.path, threads=1).embed_oriented([pattern(seed) for seed in range(20)])
        assert seen.upright == pytest.approx(np.full(20, 1 / (1 + np.exp(-2))), abs=1e-3)

    def test_another_network_s_vectors_are_refused(self, exported):
        with pytest.raises(RuntimeError, match="differ from torch's"):
            export.check_parity(CardEmbedder(8, "narrow").eval(), SIZE, exported.path, export.MIN_PARITY[0])

    def test_other_log_odds_of_upright_are_refused(self, exported):
        other = copy.deepcopy(exported.network)
        other.upright.bias.fill_(-2.0)
        with pytest.raises(RuntimeError, match="log odds of upright"):
            export.check_parity(other, SIZE, exported.path, export.MIN_PARITY[0])

    def test_a_file_that_is_not_a_checkpoint_is_named(self, tmp_path, capsys):
        (tmp_path / "x.pt").write_text("hello")
        assert main(["export", "--checkpoint", str(tmp_path / "x.pt"), "--out", str(tmp_path / "x.onnx")]) == 2
        assert "x.pt" in capsys.readouterr().err
