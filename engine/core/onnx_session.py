"""The one way to open an ONNX model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from engine.core.errors import ArtifactDamaged

Tensor = NDArray[np.float32]


class OnnxModel:
    """An ONNX model with one input and one output or more, all float32; thread-safe.

    Args:
        path: the ``.onnx`` file.
        threads: threads one call may use; None lets ONNX Runtime take all cores.

    Raises:
        ArtifactDamaged: the file is no model this ONNX Runtime can open.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # The arena keeps the largest batch's memory for ever; on a machine of 1 GB it has to go back.
        options.enable_cpu_mem_arena = False
        # A pattern asks for all layers' memory as one piece: more than twice what is used at any moment.
        options.enable_mem_pattern = False
        # Three models take turns: a pool that spins while it waits takes the core the next one needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ArtifactDamaged(
                f"{path.name} can't be opened as an ONNX model ({str(error)[:120]}); "
                "restore the file, or build the artifacts again."
            ) from error
        self._input = self._session.get_inputs()[0]

    @property
    def input_shape(self) -> tuple[int | str | None, ...]:
        """Declared input shape; dynamic axes are names."""
        return tuple(self._input.shape)

    @property
    def output_shape(self) -> tuple[int | str | None, ...]:
        """Declared shape of the first output; dynamic axes are names."""
        return tuple(self._session.get_outputs()[0].shape)

    @property
    def metadata(self) -> dict[str, str]:
        """Custom metadata stored in the model file."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    @property
    def outputs(self) -> list[str]:
        """Names of the outputs."""
        return [output.name for output in self._session.get_outputs()]

    def run_first(self, tensor: Tensor) -> Tensor:
        """Run the model on ``tensor`` (float32, of the model's input shape) and return its first output."""
        return self.run(tensor, self.outputs[:1])[0]

    def run(self, tensor: Tensor, outputs: Sequence[str]) -> list[Tensor]:
        """Run the model on ``tensor`` and return the outputs of these names."""
        found = self._session.run(list(outputs), {self._input.name: tensor})
        return [np.asarray(output, np.float32) for output in found]
