"""A running bot switches to the artifacts that the maintainer's commands install, and back."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.monitoring.metrics import Metrics
from bot.recognition.reloadable_engine import ArtifactWatch, ReloadableEngine
from engine import Engine
from engine.core.artifacts import JUDGE, MANIFEST, open_artifacts, write_manifest
from training.release.artifact_place import ArtifactPlace


def put(place: ArtifactPlace, artifacts: Path, note: str) -> Path:
    """Put a copy in place whose judge has some blanks more, so that it is another folder."""
    with place.work() as folder:
        shutil.copytree(artifacts, folder, dirs_exist_ok=True)
        with (folder / JUDGE).open("a") as judge:
            judge.write(note)
        told = open_artifacts(artifacts).manifest
        facts = {key: value for key, value in told.items() if key not in ("format", "files")}
        (folder / MANIFEST).unlink()
        write_manifest(folder, facts)
        assert place.put(folder)
    return place.out.resolve()


async def test_a_running_bot_switches_to_new_artifacts_and_back(demo_artifacts: Path, tmp_path: Path):
    place = ArtifactPlace(tmp_path / "current")
    first = put(place, demo_artifacts, "\n")
    engine = ReloadableEngine(Engine.open(place.out))
    watch = ArtifactWatch(engine, place.out, Engine.open, Metrics())

    async def looked() -> Path:
        await watch.poll()
        await watch.poll()
        return Path(engine.info()["artifacts"]["folder"])

    try:
        assert (await looked()).resolve() == first
        second = put(place, demo_artifacts, "\n\n")
        assert await looked() == second
        place.roll_back()
        assert await looked() == first
    finally:
        engine.close()
