"""Several processes as one: their embeddings gathered, so that every face is everybody's negative."""

from __future__ import annotations

import os

import torch
import torch.distributed as dist
from torch import Tensor


def start() -> torch.device:
    """Join the processes that ``torchrun`` started, if it did, and return this one's device."""
    cuda = torch.cuda.is_available()
    if "RANK" in os.environ and not dist.is_initialized():
        dist.init_process_group("nccl" if cuda else "gloo")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    return device


def rank() -> int:
    """Return this process's number, 0 where there is but one."""
    return dist.get_rank() if dist.is_initialized() else 0


def world() -> int:
    """Return how many processes there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


def gathered(own: Tensor) -> Tensor:
    """Return the rows of all processes, in the order of their ranks; gradients flow into one's own alone.

    Every process computes the whole loss; its gradient reaches a network only through that process's
    own rows. DistributedDataParallel then averages over processes: multiply the loss by :func:`world`
    to have the gradient of the whole batch.
    """
    if world() == 1:
        return own
    parts = [torch.empty_like(own) for _ in range(world())]
    dist.all_gather(parts, own.detach().contiguous())
    parts[rank()] = own
    return torch.cat(parts)


def share_of(rows: Tensor) -> Tensor:
    """Return this process's share of a batch: the same number of rows for each, in rank order."""
    size = len(rows) // world()
    return rows[rank() * size : (rank() + 1) * size]


def meet() -> None:
    """Wait until every process is here: one that leaves early takes the connections of the others with it."""
    if dist.is_initialized():
        dist.barrier()


def stop() -> None:
    """Leave the other processes."""
    if dist.is_initialized():
        dist.destroy_process_group()
