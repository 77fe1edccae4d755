"""The losses, compared with the library's own and with plain loops."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("pytorch_metric_learning")

# The light installation has neither: only from here on may they be needed.
from pytorch_metric_learning.losses import CircleLoss, SelfSupervisedLoss  # noqa: E402 - see above

from training.embedder.config import EmbedderConfig, ancestor  # noqa: E402 - see above
from training.embedder.losses import EmbedderLoss, MemoryLoss, VectorMemory, koleo  # noqa: E402 - see above

DIMENSION = 6


def units(count: int, seed: int):
    generator = torch.Generator().manual_seed(seed)
    return torch.nn.functional.normalize(torch.randn(count, DIMENSION, generator=generator), dim=1)


def circle(m=0.25, gamma=16.0):
    return CircleLoss(m=m, gamma=gamma)


def slow_circle(first, second, classes, memory, remembered, m=0.25, gamma=16.0):
    """CircleLoss as its paper writes it (Sun et al. 2020, eq. 6 with the margins of section 3.2), by loops."""
    both, labels = [*first, *second], [*classes, *classes]
    total = 0.0
    for i, (anchor, label) in enumerate(zip(both, labels, strict=True)):
        same = [float(anchor @ v) for j, v in enumerate(both) if labels[j] == label and j != i]
        others = [float(anchor @ v) for j, v in enumerate(both) if labels[j] != label]
        others += [float(anchor @ v) for v, k in zip(memory, remembered, strict=True) if k != label]
        up = sum(math.exp(-gamma * max(0.0, 1 + m - s) * (s - (1 - m))) for s in same)
        down = sum(math.exp(gamma * max(0.0, s + m) * (s - m)) for s in others)
        total += math.log(1 + up * down)
    return total / len(both)


class TestMemoryLoss:
    def test_without_a_memory_it_equals_the_library_s_loss(self):
        first, second = units(7, 1), units(7, 2)
        ours = MemoryLoss(circle())(first, second, torch.arange(7), VectorMemory(0, DIMENSION))
        assert ours == SelfSupervisedLoss(circle())(first, second)

    @pytest.mark.parametrize("classes", [[0, 1, 2, 3, 4], [0, 0, 2, 3, 3]])
    @pytest.mark.parametrize("kept", [[], [9, 8, 7], [0, 3, 9, 9]])
    def test_it_equals_a_plain_loop(self, classes, kept):
        first, second, vectors = units(5, 1), units(5, 2), units(len(kept), 3)
        memory = VectorMemory(8, DIMENSION)
        memory.add(vectors, torch.tensor(kept, dtype=torch.long))
        ours = MemoryLoss(circle())(first, second, torch.tensor(classes), memory)
        assert float(ours) == pytest.approx(slow_circle(first, second, classes, vectors, kept), rel=1e-4)

    def test_a_gradient_step_lowers_it(self):
        first, second = units(6, 1).requires_grad_(), units(6, 2).requires_grad_()
        loss = MemoryLoss(circle())
        before = loss(first, second, torch.arange(6), VectorMemory(0, DIMENSION))
        before.backward()
        stepped = [torch.nn.functional.normalize(v - 0.05 * v.grad, dim=1).detach() for v in (first, second)]
        assert loss(*stepped, torch.arange(6), VectorMemory(0, DIMENSION)) < before


class TestMemory:
    def test_it_keeps_the_latest(self):
        memory = VectorMemory(4, DIMENSION)
        batches = [units(3, number) for number in range(3)]
        for number, vectors in enumerate(batches):
            memory.add(vectors, torch.full((3,), number))
        vectors, classes = memory.contents()
        assert classes.tolist() == [2, 1, 2, 2]
        assert torch.equal(vectors, torch.stack([batches[2][2], batches[1][2], batches[2][0], batches[2][1]]))

    def test_half_full_it_returns_only_what_was_added(self):
        memory = VectorMemory(10, DIMENSION)
        memory.add(units(3, 0), torch.arange(3))
        vectors, classes = memory.contents()
        assert torch.equal(vectors, units(3, 0))
        assert classes.tolist() == [0, 1, 2]

    def test_no_gradient_flows_into_it(self):
        memory = VectorMemory(4, DIMENSION)
        memory.add(units(2, 0).requires_grad_(), torch.arange(2))
        assert not memory.contents()[0].requires_grad

    def test_its_state_can_be_saved(self):
        memory, other = VectorMemory(4, DIMENSION), VectorMemory(4, DIMENSION)
        memory.add(units(3, 0), torch.arange(3))
        other.load_state_dict(memory.state_dict())
        assert torch.equal(other.contents()[0], memory.contents()[0])


class TestKoleo:
    def test_it_equals_a_plain_loop(self):
        vectors = units(9, 4)
        nearest = [min(float((v - w).norm()) for j, w in enumerate(vectors) if j != i) for i, v in enumerate(vectors)]
        assert float(koleo(vectors)) == pytest.approx(-sum(map(math.log, nearest)) / 9, rel=1e-3)

    def test_collapsed_vectors_cost_more(self):
        assert koleo(units(1, 0).repeat(5, 1) + 1e-3 * units(5, 1)) > koleo(units(5, 1))


@pytest.mark.parametrize("name", ["circle", "ancestor", "arcface"])
def test_every_loss_has_a_gradient(name):
    base = EmbedderConfig(dimension=DIMENSION, memory=8)
    config = ancestor(base) if name == "ancestor" else EmbedderConfig(dimension=DIMENSION, memory=8, loss=name)
    loss = EmbedderLoss(config, 5)
    first = units(5, 1).requires_grad_()
    for _ in range(2):
        value = loss(first, units(5, 2), torch.arange(5))
    value.backward()
    assert torch.isfinite(value)
    assert first.grad.abs().sum() > 0
    assert bool(list(loss.parameters())) is (name == "arcface")
