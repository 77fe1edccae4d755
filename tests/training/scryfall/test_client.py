from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp.test_utils import TestServer
from aiohttp.web import Application, Response

from tests.training.scryfall.conftest import FOREIGN_URLS, HURRIED
from training.scryfall import client as scryfall_client
from training.scryfall.client import ApiResponse, ScryfallClient, check_host, join_url
from training.scryfall.errors import ForeignHost, NotFound, Unreachable
from training.scryfall.http_resume import retry_after_s, usable_etag
from training.scryfall.options import SCRYFALL
from training.scryfall.state import LONGEST_PAUSE, SyncState


@asynccontextmanager
async def asking(folder, **answer):
    """A client of a server that gives the same answer to everything."""

    async def say(request):
        asked.append(request.headers.get("If-None-Match", ""))
        return Response(**answer)

    asked = []
    app = Application()
    app.router.add_get("/{path:.*}", say)
    async with TestServer(app) as server:
        with SyncState(folder) as state:
            async with ScryfallClient(str(server.make_url("/")), HURRIED, state) as client:
                yield client, asked


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("", 0),
        ("45", 45),
        ("soon", 0),
        ("-5", 0),
        ("999999999", LONGEST_PAUSE),
        ("9" * 400, LONGEST_PAUSE),
        ("Mon, 01 Jan 2024 00:00:00 GMT", 0),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 0),
    ],
)
def test_retry_after_is_read_in_seconds_and_limited(retry_after, seconds):
    assert retry_after_s(retry_after) == seconds


def test_retry_after_may_be_a_time():
    then = datetime.now(UTC) + timedelta(minutes=10)
    assert 500 < retry_after_s(format_datetime(then, usegmt=True)) <= 600


@pytest.mark.parametrize(
    ("header", "tag"), [('W/"1"', 'W/"1"'), ("", ""), (None, ""), ('"\udcff"', ""), ('"1\n2"', ""), (["1"], "")]
)
def test_only_an_etag_that_can_be_sent_back_is_kept(header, tag):
    assert usable_etag(header) == tag


async def test_an_answer_has_its_etag(tmp_path):
    async with asking(tmp_path, body=b'{"a": 1}', headers={"ETag": 'W/"1"'}) as (client, asked):
        assert await client.get_json("sets", 'W/"0"') == ApiResponse({"a": 1}, 'W/"1"')
        assert asked == ['W/"0"']


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"7", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b'{"a": ' + b"9" * 5000 + b"}"],
    ids=[
        "nothing",
        "a page",
        "a list",
        "a number",
        "no text",
        "lists in lists",
        "objects in objects",
        "a large number",
    ],
)
async def test_an_answer_that_is_not_a_json_object_is_retried_and_then_given_up(tmp_path, body):
    async with asking(tmp_path, body=body) as (client, asked):
        with pytest.raises(Unreachable, match=r"not (a )?JSON"):
            await client.get_json("sets")
        assert len(asked) == HURRIED.attempts


async def test_not_modified_is_an_error_unless_an_etag_was_sent(tmp_path):
    async with asking(tmp_path, status=304) as (client, _):
        assert await client.get_json("sets", '"1"') is None
        with pytest.raises(Unreachable):
            await client.get_json("sets")


async def test_an_endless_answer_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(scryfall_client, "MAX_JSON_BYTES", 1000)
    monkeypatch.setattr(scryfall_client, "MAX_PICTURE_BYTES", 1000)
    async with asking(tmp_path, body=b" " * 1001, content_type="image/webp") as (client, _):
        with pytest.raises(NotFound, match="too many"):
            await client.get_json("sets")
        with pytest.raises(NotFound, match="too many"):
            await client.get_picture(f"{client.api}/a.webp")


async def test_a_redirect_to_an_invalid_address_is_refused(tmp_path):
    async with asking(tmp_path, status=302, headers={"Location": "http://[a"}) as (client, _):
        with pytest.raises(ForeignHost, match="not a valid address"):
            await client.get_json("sets")


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
def test_scryfall_s_files_and_the_api_s_own_host_are_allowed(url, api):
    check_host(url, api)


@pytest.mark.parametrize("url", FOREIGN_URLS)
def test_all_other_addresses_are_refused(url):
    with pytest.raises(ForeignHost):
        check_host(url, SCRYFALL)


def test_an_address_may_be_relative_to_the_one_requested():
    assert join_url(f"{MIRROR}/a/b", "c?page=2") == f"{MIRROR}/a/c?page=2"
    with pytest.raises(ForeignHost, match="not a valid address"):
        join_url(MIRROR, "http://[c")
