"""Memory of processes: absolute figures depend on the machine, their differences do not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from engine.retrieval.index import FaceIndex
from training.benchmarks import memory
from training.benchmarks.memory_programs import INDEX, SAY_READY, WAIT
from training.benchmarks.process_memory import memory_of, private
from training.cli import main

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux")
HELD = "import os, sys\nheld = bytearray({size})\nheld[::4096] = b'x' * len(held[::4096])\n"


def vectors(count: int):
    drawn = np.random.default_rng(4).normal(size=(count, 64)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture(scope="module", name="index")
def large_index(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("index") / "index.faiss"
    FaceIndex.build(vectors(160_000)).save(path)
    return path


def test_memory_of_one_process_is_private():
    small = memory.measure_memory("small", HELD.format(size=4096) + WAIT, 2)
    large = memory.measure_memory("large", HELD.format(size=50 * 2**20) + WAIT, 2)
    assert large.private - small.private == pytest.approx(50, abs=5)
    assert large.in_all - small.in_all == pytest.approx(100, abs=10)


FORKED = """
import os
from engine.core.prefork import Prefork
held = bytearray(50 * 2**20)
held[::4096] = b"x" * len(held[::4096])
def work(lifeline):
    global taken
    held[: {written}] = bytes({written})
    taken = bytearray({taken})
    taken[::4096] = b"x" * len(taken[::4096])
    {ready}
    os.read(lifeline, 1)
Prefork(work, {count}).run()
"""


def test_copied_pages_of_a_forked_process_are_told_from_new_ones():
    found = {}
    for written, taken in ((0, 4096), (20 * 2**20, 4096), (0, 30 * 2**20)):
        text = FORKED.format(written=written, taken=taken, count=2, ready=SAY_READY)
        found[written, taken] = memory.measure_memory("forked", text, 2, forks=True)
    nothing, writes, takes = found.values()
    assert writes.copied - nothing.copied == pytest.approx(20, abs=2)
    assert writes.private - nothing.private == pytest.approx(20, abs=2)
    assert takes.private - nothing.private == pytest.approx(30, abs=2)
    assert takes.copied == pytest.approx(nothing.copied, abs=2)


def test_a_mapped_index_is_shared_and_copies_are_not(index: Path):
    size = index.stat().st_size / 2**20
    cost = {}
    for mapped in (True, False):
        program = INDEX.format(place=str(index), mapped=mapped) + WAIT
        one, three = (memory.measure_memory("index", program, count) for count in (1, 3))
        cost[mapped] = three.private, three.in_all - one.in_all
    assert cost[False][0] - cost[True][0] == pytest.approx(size, abs=size / 4)
    assert cost[False][1] - cost[True][1] == pytest.approx(2 * size, abs=size / 2)


def test_mapped_and_copied_index_give_equal_results(index: Path):
    both = memory.compare_searches(index, vectors(10))
    assert (both.rows, both.queries, both.same) == (160_000, 10, True)


def test_a_failing_process_is_an_error():
    with pytest.raises(RuntimeError, match="before it was measured"):
        memory.measure_memory("broken", "import sys\nsys.exit(3)\n", 2)


def test_private_and_shared_memory_are_parts_of_resident_memory():
    memory = memory_of(os.getpid())
    assert 0 < private(memory) <= memory["Rss"]
    assert memory["Pss"] <= memory["Rss"]


def test_the_command_measures_every_kind(capsys: pytest.CaptureFixture[str]):
    assert main(["bench-memory", "--processes", "1", "--photos", "1", "--rows", "200", "--json"]) == 0
    *kinds, both = map(json.loads, capsys.readouterr().out.splitlines())
    assert [kind["what"] for kind in kinds] == [
        "libraries alone",
        "index of 200 rows, copied",
        "index of 200 rows, mapped",
        "engine",
        "engine, opened once and then forked",
    ]
    assert both["same"]
    assert [kind["copied"] > 0 for kind in kinds] == [False, False, False, False, True]


@pytest.mark.parametrize("processes", ["0", "1,-2", "two"])
def test_wrong_numbers_of_processes_are_refused(processes: str):
    with pytest.raises(SystemExit):
        main(["bench-memory", "--processes", processes])
