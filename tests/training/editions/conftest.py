"""One torch thread: more would only slow down a network this small."""

from contextlib import suppress

with suppress(ModuleNotFoundError):
    import torch

    torch.set_num_threads(1)
