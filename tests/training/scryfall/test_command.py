import json

import pytest

from tests.support.scryfall.faults import Endpoint, Fault, FaultKind
from training import cli
from training.scryfall.errors import DiskFull
from training.scryfall.options import MEAN_BYTES, Estimate, Options, estimate_pictures


def test_the_command_prints_an_estimate_and_a_summary(server, data, capsys):
    server.spacing_s = 0.1
    assert cli.main(["sync", "--api", server.url, "--data", str(data), "--unique", "cards"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["pictures"] == server.counts[Endpoint.PICTURE]
    assert "card data: about" in printed.err
    assert f"{server.counts[Endpoint.PICTURE]} pictures (thumb): about" in printed.err


def test_errors_are_printed_without_a_traceback(server, data, capsys):
    server.inject(Endpoint.BULK_INDEX, Fault(FaultKind.STATUS, 403))
    assert cli.main(["sync", "--api", server.url, "--data", str(data)]) == 1
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize("arguments", [["--languages", ","], ["--image", "huge"], ["--unique", "all"]])
def test_invalid_options_are_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        cli.main(["sync", *arguments])
    assert "error" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("languages", "kinds"),
    [
        (("en",), ("default_cards",)),
        (("de", "en"), ("default_cards", "all_cards")),
        (("de",), ("default_cards", "all_cards")),
    ],
)
def test_only_other_languages_need_the_large_file(tmp_path, languages, kinds):
    assert Options(tmp_path, languages=languages).kinds == kinds


def test_an_estimate_uses_the_slower_of_pictures_and_bytes():
    assert str(Estimate("card data", 77_332_681)) == "card data: about 77.3 MB and 1 min"
    assert estimate_pictures(110_000, "thumb").bytes == 110_000 * MEAN_BYTES["thumb"]
    assert estimate_pictures(110_000, "thumb").minutes == 46
    assert estimate_pictures(110_000, "png").minutes == 497


def test_a_download_too_large_for_the_disk_is_not_started(tmp_path):
    Estimate("card data", 1).check_room(tmp_path)
    with pytest.raises(DiskFull, match=r"--image"):
        estimate_pictures(10**12, "png").check_room(tmp_path)
