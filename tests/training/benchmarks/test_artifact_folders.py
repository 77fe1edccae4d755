"""Measuring artifact folders side by side."""

import csv
import json

from training.benchmarks.artifact_folders import FIGURES
from training.cli import main


def labelled_photo(folder, photo):
    (folder / "photo.jpg").write_bytes(photo.jpeg)
    with (folder / "photos.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("file", "cards_visible", "names", "sets", "langs", "tags", "source"))
        writer.writerow(("photo.jpg", 1, photo.names[0], "", "", "single", "drawn"))
    return str(folder / "photos.csv")


def test_each_folder_has_a_column(demo_artifacts, lacking_artifacts, demo_single_photo, demo_pack, tmp_path, capsys):
    photos = labelled_photo(tmp_path, demo_single_photo)
    words = ["evaluate-artifacts", "--photos", photos, "--artifacts", str(demo_artifacts)]
    assert main([*words, "--artifacts", str(lacking_artifacts)]) == 0
    head, _, *rows = capsys.readouterr().out.splitlines()
    assert head.count("|") == 4
    assert [row.split("|")[1].strip() for row in rows] == list(FIGURES)
    assert main([*words, "--pack", str(demo_pack), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["metrics"]["recall"]["hits"] == 1
    assert found["start_s"] > 0
    assert found["faces"] > 0
    assert found["found"]["mild"] == {"hits": 1, "of": 1}
