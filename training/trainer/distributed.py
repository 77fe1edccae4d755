"""Several processes that train one network: each embeds its share of a batch, the loss sees the whole batch."""

from __future__ import annotations

import os

import torch
import torch.distributed as dist
from torch import Tensor


def start() -> torch.device:
    """Join the processes that ``torchrun`` started, if any, and return this process's device."""
    cuda = torch.cuda.is_available()
    if "RANK" in os.environ and not dist.is_initialized():
        dist.init_process_group("nccl" if cuda else "gloo")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    return device


def rank() -> int:
    """Return this process's number; 0 for a single process."""
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    """Return the number of processes."""
    return dist.get_world_size() if dist.is_initialized() else 1


def gather(own: Tensor) -> Tensor:
    """Return the rows of all processes in rank order; gradients flow into this process's own rows only.

    Every process computes the loss of the whole batch, and DistributedDataParallel averages the gradients
    of all processes. Multiply the loss by :func:`world_size` to turn that average into their sum.
    """
    if world_size() == 1:
        return own
    parts = [torch.empty_like(own) for _ in range(world_size())]
    dist.all_gather(parts, own.detach().contiguous())
    parts[rank()] = own
    return torch.cat(parts)


def shard(rows: Tensor) -> Tensor:
    """Return this process's share of a batch: equally many rows for each process, in rank order."""
    size = len(rows) // world_size()
    return rows[rank() * size : (rank() + 1) * size]


def barrier() -> None:
    """Wait for all processes: one that exits early would break the others' connections."""
    if dist.is_initialized():
        dist.barrier()


def stop() -> None:
    """Leave the group of processes."""
    if dist.is_initialized():
        dist.destroy_process_group()
