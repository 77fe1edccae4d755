"""``python -m training quantize``: an exported embedder -> the same in 8-bit integers, and what that costs and gains.

Static quantisation by ONNX Runtime: weights by channel, activations by the ranges they take on photographed
faces that may be trained on. The first convolution, where pictures come in, and all after the pooling stay float.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from engine.embedder import Embedder, embedder_input
from engine.errors import ArtifactError
from engine.onnx_session import Tensor
from engine.values import Rgb
from training.closeup import MEDIUM, degrade
from training.embedder.pack import FacePack, PackError, add_pack_option, read_packs

CALIBRATION_FACES = 256
COMPARED_FACES = 200
TIMED = 100
SEED = 8


@dataclass(frozen=True, slots=True)
class Loss:
    """What quantisation did.

    Attributes:
        cosine: mean of vectors before and after, of photographed faces never trained on.
        before_ms, after_ms: median time of one face, taken turn by turn.
        megabytes: of the new file.
    """

    cosine: float
    before_ms: float
    after_ms: float
    megabytes: float


class PhotographedFaces(CalibrationDataReader):  # type: ignore[misc]  # the library has no types
    """Feeds faces to the quantiser, one at a time."""

    def __init__(self, faces: Sequence[Rgb], height: int, width: int) -> None:
        self._inputs: Iterator[Tensor] = (embedder_input([face], height, width) for face in faces)

    def get_next(self) -> dict[str, Tensor] | None:
        """Return the next input, None after the last."""
        tensor = next(self._inputs, None)
        return None if tensor is None else {"pixels": tensor}


def quantize(model: Path, pack: FacePack, out: Path) -> Loss:
    """Write ``model`` in 8-bit integers to ``out`` and measure the difference.

    Raises:
        ArtifactError: ``model`` is no embedder.
        PackError: the pack has no faces to calibrate on, or none to measure with.
    """
    whole = Embedder(model)
    trained, unseen = pack.rows(held_out=False), pack.rows(held_out=True)
    if not (trained and unseen):
        raise PackError("quantising wants faces to calibrate on, and others that are held out: pack more faces")
    faces = photographed(pack, trained, CALIBRATION_FACES, (whole.height, whole.width))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        plain, small = Path(folder) / "plain.onnx", Path(folder) / "small.onnx"
        quant_pre_process(str(model), str(plain), skip_symbolic_shape=True)
        quantize_static(
            str(plain), str(small), PhotographedFaces(faces, whole.height, whole.width),
            quant_format=QuantFormat.QDQ, per_channel=True, reduce_range=False,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=["Conv"],
            nodes_to_exclude=[_first_convolution(plain)],
        )  # fmt: skip
        small.replace(out)
    return _difference(whole, Embedder(out), pack, out)


def photographed(pack: FacePack, rows: Sequence[int], count: int, size: tuple[int, int]) -> list[Rgb]:
    """Return some of the faces ``rows`` of a pack, through the camera at medium severity."""
    rng = np.random.default_rng(SEED)
    chosen = rng.permutation(np.asarray(rows, np.int64))[:count]
    return [degrade(pack.pixels[i], rng, MEDIUM, size) for i in chosen]


def _first_convolution(path: Path) -> str:
    return str(next(node.name for node in onnx.load(str(path)).graph.node if node.op_type == "Conv"))


def _difference(before: Embedder, after: Embedder, pack: FacePack, out: Path) -> Loss:
    size = before.height, before.width
    faces = photographed(pack, pack.rows(held_out=True), COMPARED_FACES, size)
    cosine = float((before(faces) * after(faces)).sum(1).mean())
    spent: tuple[list[float], list[float]] = ([], [])
    for face in (faces * TIMED)[:TIMED]:
        for embedder, times in zip((before, after), spent, strict=True):
            begin = perf_counter()
            embedder([face])
            times.append((perf_counter() - begin) * 1000)
    return Loss(cosine, float(np.median(spent[0])), float(np.median(spent[1])), out.stat().st_size / 1e6)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe ``python -m training quantize``."""
    parser.add_argument("--model", type=Path, required=True, metavar="FILE", help="of: training export")
    add_pack_option(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the model file to write")


def run(args: argparse.Namespace) -> int:
    """Quantise and report; exit code 2 where model or pack can't be used."""
    try:
        loss = quantize(args.model, read_packs(args.pack), args.out)
    except (PackError, ArtifactError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(
        f"{args.out}: {loss.megabytes:.1f} MB; cosine with the original {loss.cosine:.4f}; "
        f"{loss.after_ms:.2f} ms a face, {loss.before_ms:.2f} before; what it loses: "
        f"python -m training evaluate-embedder --model {args.out}"
    )
    return 0
