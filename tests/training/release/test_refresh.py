"""Refreshing the artifacts in use from a synced folder, unless they got worse."""

import csv
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from engine import Engine
from engine.core.artifacts import CATALOGUE, EMBEDDER, INDEX, SHIPPED, open_artifacts, write_manifest
from engine.core.errors import ArtifactMismatch
from training.cli import main
from training.data.errors import CommandError
from training.data.face_list import COLUMNS, iterate_faces_csv
from training.release import refresh
from training.release.build import VECTORS, assemble
from training.release.index import synced_sources
from training.scryfall import command
from training.scryfall.options import Options, Unique

CARDS = 4


class SyncedFolder:
    """A folder as ``training sync`` leaves it, of some drawn cards."""

    def __init__(self, folder, demo_set, catalogue):
        self.folder, self._all = folder, list(iterate_faces_csv(demo_set.faces_csv))
        folder.mkdir()
        shutil.copyfile(catalogue, folder / CATALOGUE)
        self.list(CARDS)

    def list(self, count):
        with (self.folder / "faces.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for row in self._all[:count]:
                shutil.copyfile(row.path, self.folder / row.path.name)
                writer.writerow((row.path.name, row.name, row.face, row.set, row.collector_number, ""))

    @property
    def artifacts(self):
        return self.folder / "artifacts"

    def refresh(self, *options):
        return main(["refresh", "--data", str(self.folder), "--no-sync", *options])

    def index(self, *options):
        return main(["index", "--from", str(self.folder), *options])

    def assemble(self, folder, **others):
        """Build a folder as ``index`` does, without opening an engine on it."""
        folder.mkdir()
        return assemble(folder, replace(synced_sources(self.folder), **others))


@pytest.fixture(name="catalogue", scope="module")
def small_catalogue(tmp_path_factory):
    """The first cards of the shipped catalogue: with all of them, opening an engine takes seconds."""
    path = tmp_path_factory.mktemp("catalogue") / CATALOGUE
    shutil.copyfile(SHIPPED / CATALOGUE, path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM cards WHERE id > 200")
        database.execute("DELETE FROM printings WHERE card_id > 200")
        database.execute("DELETE FROM titles")
        database.commit()
        database.execute("VACUUM")
    return path


@pytest.fixture(name="data")
def synced_folder(tmp_path, demo_set, catalogue):
    return SyncedFolder(tmp_path / "data", demo_set, catalogue)


def rows(folder):
    return open_artifacts(folder).manifest["index"]["rows"]


def test_pictures_are_embedded_once(data, capsys):
    assert data.index() == 0
    summary = f"{CARDS} pictures newly embedded; {CARDS} of {CARDS} pictures find their own name"
    assert summary in capsys.readouterr().out
    data.list(CARDS + 2)
    assert data.index() == 0
    assert "2 pictures newly embedded" in capsys.readouterr().out
    assert (rows(data.artifacts), rows(data.artifacts.with_name("artifacts.previous"))) == (CARDS + 2, CARDS)


def test_cached_vectors_make_the_same_index_as_new_ones(data, tmp_path):
    assert data.assemble(tmp_path / "new").embedded == CARDS
    assert data.assemble(tmp_path / "cached").embedded == 0
    (data.folder / VECTORS).unlink()
    assert data.assemble(tmp_path / "again").embedded == CARDS
    first, *others = ((tmp_path / name / INDEX).read_bytes() for name in ("new", "cached", "again"))
    assert others == [first, first]


def test_another_network_embeds_all_pictures_again_and_its_index_fits_no_other(data, tmp_path):
    data.assemble(tmp_path / "first")
    other = tmp_path / "other.onnx"
    # The same network with another description: field 6 of a model, five letters long.
    other.write_bytes((SHIPPED / EMBEDDER).read_bytes() + b"\x32\x05other")
    assert data.assemble(tmp_path / "second", embedder=other).embedded == CARDS

    described = open_artifacts(tmp_path / "second").manifest["index"]
    shutil.copyfile(SHIPPED / EMBEDDER, tmp_path / "second" / EMBEDDER)
    write_manifest(tmp_path / "second", {"index": described})
    with pytest.raises(ArtifactMismatch, match="different embedder"):
        Engine.open(tmp_path / "second")


def test_an_unchanged_folder_is_not_replaced(data, capsys):
    data.index()
    before = data.artifacts.resolve()
    assert data.index() == 0
    assert "Nothing is new" in capsys.readouterr().out
    assert data.refresh() == 0
    assert "Nothing is new" in capsys.readouterr().out
    assert data.artifacts.resolve() == before


def test_a_folder_that_is_not_worse_is_put_in_place_and_both_columns_are_shown(data, capsys):
    assert data.refresh() == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()][1] == ["faces", "-", str(CARDS)]
    data.list(CARDS + 1)
    assert data.refresh() == 0
    (faces,) = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("faces ")]
    assert faces == ["faces", str(CARDS), str(CARDS + 1)]
    assert rows(data.artifacts) == CARDS + 1


def test_the_folder_in_place_stays_if_a_figure_fell(data, capsys):
    data.index()
    before = data.artifacts.resolve()
    with sqlite3.connect(data.folder / CATALOGUE) as database:
        database.execute("UPDATE meta SET value = value / 2 WHERE key = 'printings'")
        database.execute("DELETE FROM printings WHERE place > 0")
    database.close()
    assert data.refresh() == refresh.EXIT_FELL
    captured = capsys.readouterr()
    assert "printings in the catalogue fell: the folder in place stays" in captured.err
    assert "FELL" in captured.out
    assert data.artifacts.resolve() == before


def test_the_tolerance_is_an_option(data):
    data.index()
    data.list(CARDS - 1)
    assert data.refresh("--tolerance", "30") == 0
    assert rows(data.artifacts) == CARDS - 1


def test_a_damaged_folder_is_replaced_without_comparison(data, capsys):
    data.index()
    (data.artifacts / INDEX).write_bytes(b"damaged")
    assert data.refresh() == 0
    assert "nothing is compared" in capsys.readouterr().err
    assert open_artifacts(data.artifacts)


def test_nothing_is_built_if_the_sync_fails(data, monkeypatch, capsys):
    monkeypatch.setattr(refresh, "sync_into", lambda *_: 1)
    assert main(["refresh", "--data", str(data.folder)]) == refresh.EXIT_NOT_SYNCED
    assert "the sync failed" in capsys.readouterr().err
    assert not data.artifacts.exists()


def test_options_of_the_sync_are_passed_on(data, monkeypatch):
    given = []
    monkeypatch.setattr(command, "run", lambda args: given.append(Options(**vars(args))) or 1)
    main(["refresh", "--data", str(data.folder), "--", "--unique", "cards", "--languages", "en,de", "--tokens"])
    names = SHIPPED / CATALOGUE
    assert given == [Options(data.folder, unique=Unique.CARDS, languages=("de", "en"), tokens=True, names=names)]


def test_a_folder_without_a_list_is_refused_with_a_message(data, capsys):
    (data.folder / "faces.csv").unlink()
    assert data.refresh() == refresh.EXIT_UNUSABLE
    assert "faces.csv" in capsys.readouterr().err


def test_an_index_whose_pictures_find_other_names_is_refused(data, tmp_path):
    """As if the cached vectors belonged to other pictures: each picture finds another's name."""
    data.assemble(tmp_path / "first")
    with sqlite3.connect(data.folder / VECTORS) as cache:
        paths, vectors = zip(*cache.execute("SELECT path, vector FROM vectors ORDER BY path"), strict=True)
        shifted = zip([*vectors[1:], vectors[0]], paths, strict=True)
        cache.executemany("UPDATE vectors SET vector = ? WHERE path = ?", shifted)
    cache.close()
    with pytest.raises(CommandError, match="only 0 find their own name"):
        data.assemble(data.folder / "built")
