"""The fault soak in its shortest form: each fault once, while a few photos are posted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("simcord", reason="the extra demo is not installed")
pytest.importorskip("streaq", reason="the extra fleet is not installed")

from stress.faults.artifacts import NAMES, build_both
from stress.faults.disk import may_mount
from stress.faults.kinds import KINDS
from stress.faults.run import kinds
from tests.support.redis_server import PROGRAM
from training.scene.demo_set import DemoSet

ROOT = Path(__file__).parents[2]
FEW = ("--minutes", "0", "--photos", "2", "--rate", "0.3", "--workers", "1")


@pytest.mark.skipif(PROGRAM is None, reason="neither redis-server nor valkey-server is installed")
@pytest.mark.skipif(not may_mount(), reason="a small disk can't be mounted here")
def test_every_photo_gets_one_honest_answer_whatever_breaks(demo_set: DemoSet, demo_artifacts: Path, tmp_path: Path):
    sound, out = tmp_path / "sound", tmp_path / "out"
    shutil.copytree(demo_artifacts, sound / NAMES[0], copy_function=os.link)
    build_both(sound, demo_set)
    words = ["-m", "stress.faults", *FEW, "--sound", str(sound), "--out", str(out)]
    ended = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    figures = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    faults = [json.loads(line)["kind"] for line in (out / "faults.jsonl").read_text(encoding="utf-8").splitlines()]
    assert figures["findings"] == []
    assert sum(figures["outcomes"].values()) == figures["photos"] > 0
    assert figures["outcomes"]["answered"] > 0
    assert figures["store"]["answers kept"] > 0
    assert sorted(faults) == sorted(kinds())
    assert len(KINDS) - len(faults) <= 1
