"""Open and run ONNX models; everything that uses one goes through here."""

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
    """An ONNX model with one input and one or more outputs, all float32; thread-safe.

    Args:
        path: the ``.onnx`` file.
        threads: threads that one call may use; all cores unless given.

    Raises:
        ArtifactDamaged: ONNX Runtime can't open the file.
    """

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # The arena would keep the largest batch's memory for ever; on a 1 GB machine it must be freed.
        options.enable_cpu_mem_arena = False
        # A memory pattern allocates all layers as one block: more than twice what is in use at any time.
        options.enable_mem_pattern = False
        # Three models take turns: a pool that spins while it waits would block the core that the next one needs.
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
        """Run the model on ``tensor`` (float32, in its input shape) and return its first output."""
        return self.run(tensor, self.outputs[:1])[0]

    def run(self, tensor: Tensor, outputs: Sequence[str]) -> list[Tensor]:
        """Run the model on ``tensor`` (float32, in its input shape) and return the named outputs."""
        found = self._session.run(list(outputs), {self._input.name: tensor})
        return [np.asarray(output, np.float32) for output in found]
