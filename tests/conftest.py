"""What many tests share: the drawn demo cards, an artifact folder over them, and the engine that knows them.

Nothing is downloaded, and neither torch nor discord is imported here.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from engine import Engine
from tests.support.real_parts import missing_parts
from training.release.index import build_index
from training.scene.demo_set import DemoPhoto, DemoSet, build_demo, demo_single_photo, demo_table_photo

# A busy machine may take its time: no test here fails by the clock.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_configure() -> None:
    """Refuse to run with a part missing where all are asked for, as continuous integration does."""
    if os.environ.get("TESTS_NEED_ALL_PARTS") and (missing := list(missing_parts())):
        raise pytest.UsageError("missing parts: " + "; ".join(missing))


SLOW = (
    "tests/bot/corrections/test_end_to_end.py",
    "tests/bot/export",
    "tests/bot/faults",
    "tests/bot/lookups/test_end_to_end.py",
    "tests/bot/recognition/test_refreshed.py",
    "tests/bot/recognition/test_reloadable_engine.py",
    "tests/bot/rehearsal",
    "tests/bot/service/test_service.py",
    "tests/bot/service/test_shard_lease.py",
    "tests/bot/store/test_concurrency.py",
    "tests/bot/store/test_postgres.py",
    "tests/bot/store/test_shard_claims.py",
    "tests/bot/store/test_sql_confirmations.py",
    "tests/bot/store/test_store.py",
    "tests/bot/store/test_versions.py",
    "tests/bot/test_client.py",
    "tests/bot/test_commands.py",
    "tests/bot/test_end_to_end.py",
    "tests/bot/test_load.py",
    "tests/bot/test_main.py",
    "tests/engine/catalogue/test_catalogue.py",
    "tests/engine/core/test_artifacts.py",
    "tests/engine/core/test_prefork.py",
    "tests/engine/detection/test_detector.py",
    "tests/engine/learning/test_learner.py",
    "tests/engine/pipeline/test_engine.py",
    "tests/engine/pipeline/test_mirror.py",
    "tests/engine/printings/test_line_reader.py",
    "tests/engine/reading/test_layout_reading.py",
    "tests/engine/reading/test_stray_titles.py",
    "tests/engine/reading/test_text_models.py",
    "tests/engine/reading/test_title_reader.py",
    "tests/engine/test_cli.py",
    "tests/fleet",
    "tests/stress",
    "tests/test_imports.py",
    "tests/training/benchmarks/test_engine.py",
    "tests/training/benchmarks/test_memory.py",
    "tests/training/calibration",
    "tests/training/camera",
    "tests/training/demo",
    "tests/training/detector",
    "tests/training/drawing",
    "tests/training/embedder",
    "tests/training/evaluation",
    "tests/training/release",
    "tests/training/scene",
    "tests/training/scryfall",
    "tests/training/symbols",
)
"""What trains a network, draws many pictures, or starts real processes: `make check` leaves these out."""
SLOW_FIXTURES = {"demo_artifacts", "demo_engine", "lacking_artifacts"}
"""Building an index of the demo cards takes seconds, and so does opening an engine."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of :data:`SLOW` and those with one of :data:`SLOW_FIXTURES` as slow."""
    folders = [config.rootpath / name for name in SLOW]
    for item in items:
        uses_engine = not SLOW_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        if uses_engine or any(item.path.is_relative_to(folder) for folder in folders):
            item.add_marker(pytest.mark.slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which real parts were missing, so that nobody takes skipped tests for passed ones."""
    for part in missing_parts():
        terminalreporter.write_line(f"Some tests were skipped for want of {part}", yellow=True)


LACKING = "Brinewake Oldmaw"
"""A demo card that one index lacks: it is to be learnt."""


@pytest.fixture(scope="session")
def demo_set(tmp_path_factory: pytest.TempPathFactory) -> DemoSet:
    """The demo cards' faces on disk, and the CSV that lists them."""
    return build_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def demo_artifacts(demo_set: DemoSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An artifact folder: the shipped models and catalogue, and an index of the demo cards. Only to be read."""
    folder = tmp_path_factory.mktemp("artifacts") / "demo"
    report = build_index([demo_set.faces_csv], folder)
    assert report.rows == demo_set.count
    return folder


@pytest.fixture(scope="session")
def lacking_artifacts(demo_set: DemoSet, demo_artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo artifacts, whose catalogue has every demo card; only the index lacks :data:`LACKING`."""
    folder = tmp_path_factory.mktemp("lacking")
    with demo_set.faces_csv.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    with (folder / "faces.csv").open("w", encoding="utf-8", newline="") as out:
        known = ([str(demo_set.folder / row[0]), *row[1:]] for row in rows if row[1] != LACKING)
        csv.writer(out).writerows([header, *known])
    report = build_index([folder / "faces.csv"], folder / "artifacts", base=demo_artifacts)
    assert (report.rows, report.new_names) == (demo_set.count - 1, 0)
    return folder / "artifacts"


@pytest.fixture(scope="session")
def demo_engine(demo_artifacts: Path) -> Iterator[Engine]:
    """The engine that knows the demo cards by picture and by title."""
    engine = Engine.open(demo_artifacts)
    yield engine
    engine.close()


@pytest.fixture(scope="session", name="demo_table_photo")
def table_photo() -> DemoPhoto:
    """Six demo cards on a wooden table, and where they lie."""
    return demo_table_photo()


@pytest.fixture(scope="session", name="demo_single_photo")
def single_photo() -> DemoPhoto:
    """One demo card on a table."""
    return demo_single_photo(1)
