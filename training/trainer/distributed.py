"""Several processes that train one network: each embeds its share of a batch, the loss sees the whole batch."""

from __future__ import annotations

import os
from typing import TypeVar

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor

Rows = TypeVar("Rows", Tensor, NDArray[np.int64])


def device() -> torch.device:
    """Return this process's device."""
    cuda = torch.cuda.is_available()
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")


def start() -> None:
    """Join the processes that ``torchrun`` started, if any."""
    cuda = torch.cuda.is_available()
    if "RANK" in os.environ and not dist.is_initialized():
        dist.init_process_group("nccl" if cuda else "gloo")
    if cuda:
        torch.cuda.set_device(device())


def rank() -> int:
    """Return this process's number; 0 for a single process."""
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    """Return the number of processes."""
    return dist.get_world_size() if dist.is_initialized() else 1


def gather(own: Tensor) -> Tensor:
    """Return the rows of all processes in rank order; gradients flow into this process's own rows only.

    Every process computes the loss of the whole batch. DistributedDataParallel averages their gradients; multiply the
    loss by :func:`world_size` to get the sum.
    """
    if world_size() == 1:
        return own
    parts = [torch.empty_like(own) for _ in range(world_size())]
    dist.all_gather(parts, own.detach().contiguous())
    parts[rank()] = own
    return torch.cat(parts)


def shard(rows: Rows) -> Rows:
    """Return this process's share of a batch: the same number of rows for each process, in rank order."""
    size = len(rows) // world_size()
    return rows[rank() * size : (rank() + 1) * size]


def barrier() -> None:
    """Wait for all processes: if one exited early, the others' connections would break."""
    if dist.is_initialized():
        dist.barrier()


def stop() -> None:
    """Leave the group of processes."""
    if dist.is_initialized():
        dist.destroy_process_group()
