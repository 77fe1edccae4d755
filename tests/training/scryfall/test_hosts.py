import pytest

from training.scryfall.errors import ForeignHost
from training.scryfall.hosts import check_host, epoch_of, joined
from training.scryfall.options import SCRYFALL

MIRROR = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://api.scryfall.com/sets", SCRYFALL),
        ("https://cards.scryfall.io/thumb/front/a/b/ab.webp?1", SCRYFALL),
        ("https://data.scryfall.io/default-cards/a.jsonl.gz", SCRYFALL),
        (f"{MIRROR}/a.webp?1", MIRROR),
        ("https://cards.scryfall.io/a.webp?1", MIRROR),
        ("https://xn--0.scryfall.io/a.webp?1", SCRYFALL),
    ],
)
def test_scryfall_s_files_and_the_api_s_own_host_are_asked(url, api):
    check_host(url, api)


@pytest.mark.parametrize(
    "url",
    [
        "https://errors.scryfall.com/soon.jpg?1",
        "//d]o[@",
        "https://xn--0.example.org/a.webp?1",
        "https://example.org/a.webp?1",
        "https://scryfall.io.example.org/a.webp?1",
        "https://notscryfall.io/a.webp?1",
        "https://cards.scryfall.io@example.org/a.webp?1",
        "http://cards.scryfall.io/a.webp?1",
        "http://api.scryfall.com/sets",
        "https://api.scryfall.com:444/sets",
        "file:///etc/passwd?1",
        "https://[cards.scryfall.io/a.webp?1",
        "https://cards.scryfall.io:99999/a.webp?1",
        "https://cards.scryfall.io/\ud83d.webp?1",
        "https://cards.scryfall.io/a.webp?1\n",
        "",
    ],
)
def test_all_other_addresses_are_refused(url):
    with pytest.raises(ForeignHost):
        check_host(url, SCRYFALL)
    assert epoch_of(url, SCRYFALL) is None


@pytest.mark.parametrize(("query", "epoch"), [("?1559591595", "1559591595"), ("", None), ("?v=1", None), ("?1a", None)])
def test_a_picture_s_time_is_the_number_behind_its_address(query, epoch):
    assert epoch_of(f"https://cards.scryfall.io/a.webp{query}", SCRYFALL) == epoch


def test_an_address_may_be_told_relative_to_the_one_that_was_asked():
    assert joined(f"{MIRROR}/a/b", "c?page=2") == f"{MIRROR}/a/c?page=2"
    with pytest.raises(ForeignHost, match="no address"):
        joined(MIRROR, "http://[c")
